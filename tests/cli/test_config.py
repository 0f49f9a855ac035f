"""`groupmatch config check`: every setting, every problem, and no secret."""

from pathlib import Path

import pytest

from groupmatch import settings
from groupmatch.errors import BadSettings
from tests.cli.conftest import Run


def test_settings_are_shown_with_where_they_come_from(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUPMATCH_PUBLIC_URL", "https://groups.example.org")
    result = run("config", "check")
    assert result.exit_code == 0
    lines = {line.split()[0]: line.split()[1:] for line in result.output.splitlines()}
    assert lines["public_url"] == ["https://groups.example.org", "GROUPMATCH_PUBLIC_URL"]
    assert lines["solve_seconds"] == ["300", "default"]
    assert lines["database_url"][1] == "DATABASE_URL"


def test_passwords_and_keys_are_never_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "correct-horse-battery-staple-0123456789"
    monkeypatch.setenv("GROUPMATCH_SECRET_KEY", secret)
    monkeypatch.setenv("GROUPMATCH_MAIL_PASSWORD", secret)
    url = f"postgresql://lake:{secret}@localhost/lake"
    result = run("config", "check", DATABASE_URL=url)
    assert secret not in result.output
    assert "postgresql://lake:***@localhost/lake" in result.output


def test_every_problem_is_told_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "PORT": "http",
        "GROUPMATCH_MAIL_PORT": "0",
        "GROUPMATCH_PROXIES": "-1",
        "GROUPMATCH_SOLVE_SECONDS": "0",
        "GROUPMATCH_PUBLIC_URL": "groups.example.org",
        "GROUPMATCH_MEETING_URL": "https://video.example.org/",
        "GROUPMATCH_MAIL_SENDER": "appointments",
        "GROUPMATCH_MAIL_STARTTLS": "perhaps",
        "GROUPMATCH_SECRET_KEY": "short",
        "GROUPMATCH_DATABASE": "lake",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    result = run("config", "check")
    assert result.exit_code == 1
    assert [name for name in wrong if name not in result.output] == []
    assert result.output.count("GROUPMATCH_MAIL_STARTTLS takes") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GROUPMATCH_PUBLIC_URL", "https://[half"),
        ("GROUPMATCH_PUBLIC_URL", "https://groups.example.org:http"),
        ("GROUPMATCH_PUBLIC_URL", "https://somebody:s3cret@groups.example.org"),
        ("GROUPMATCH_PUBLIC_URL", "https://groups.example.org/there"),
        ("GROUPMATCH_PUBLIC_URL", "https://two words.example.org"),
        ("GROUPMATCH_MEETING_URL", "https://somebody:s3cret@meet.example.org"),
        ("GROUPMATCH_MAIL_SENDER", "two words@example.org"),
        ("DATABASE_URL", "postgresql://lake:s3cret@localhost:port/lake"),
        ("DATABASE_URL", "postgresql+asyncpg://lake:s3cret@localhost/lake"),
        ("DATABASE_URL", "postgresql://lake@localhost/lake?password=s3cret"),
    ],
)
def test_what_cannot_be_used_is_a_problem_and_not_quoted(name: str, value: str) -> None:
    with pytest.raises(BadSettings) as bad:
        settings.load({name: value})
    [problem] = bad.value.problems
    assert problem.startswith(f"{name} takes ")
    assert "s3cret" not in problem


def test_a_port_out_of_range_is_told_by_the_name_that_was_used() -> None:
    with pytest.raises(BadSettings, match=r"^PORT is from 0 to 65,535, not 70000$"):
        settings.load({"PORT": "70000"})


def test_a_kept_key_is_made_once_and_by_nobody_else_to_be_read(tmp_path: Path) -> None:
    first, second = (settings.load({"GROUPMATCH_DATA": str(tmp_path / "new")}) for _ in range(2))
    assert first.secret_key == second.secret_key
    [kept] = (tmp_path / "new").iterdir()
    assert (kept.name, kept.stat().st_mode & 0o777) == ("secret.key", 0o600)


def test_a_key_that_is_not_whole_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    with pytest.raises(BadSettings, match="holds no whole key"):
        settings.load({"GROUPMATCH_DATA": str(tmp_path)})


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSettings, match="GROUPMATCH_DATA takes a folder"):
        settings.load({"GROUPMATCH_DATA": str(tmp_path / "file")})
