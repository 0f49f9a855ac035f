"""`groupmatch config check`: every setting, every problem, and no secret."""

import pytest

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
