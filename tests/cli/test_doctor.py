"""`groupmatch doctor`, `backup`, `restore` and `outbox`: what whoever runs the site sees."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import text

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import RunState
from groupmatch.scheduler import Scheduler
from groupmatch.services.mail import outbox
from groupmatch.services.runs import signs
from groupmatch.services.runs.nightly import Night
from groupmatch.settings import load
from tests import cast
from tests.cast import NOW
from tests.cli.conftest import Run
from tests.mailbox import Mailbox, serving
from tests.services.test_lost_nights import attempt


@pytest.fixture
def healthy(
    sqlite_database: Database, tmp_path: Path, fixed_clock: time_machine.Traveller
) -> Database:
    (tmp_path / "data").mkdir()
    signs.give(sqlite_database)
    return sqlite_database


def lines(told: str) -> dict[str, str]:
    """The gravest level of each thing that is told of."""
    levels: dict[str, str] = {}
    for line in told.splitlines():
        if line.startswith(("ok", "warn", "fail")):
            level, about, *_ = line.split()
            levels[about] = max(levels.get(about, ""), level, key=("", "ok", "warn", "fail").index)
    return levels


def test_a_healthy_installation_is_fit_to_serve(run: Run, healthy: Database) -> None:
    with serving(Mailbox()) as port:
        mail = {"GROUPMATCH_MAIL_HOST": "127.0.0.1", "GROUPMATCH_MAIL_PORT": str(port)}
        result = run("doctor", **mail, GROUPMATCH_MAIL_STARTTLS="false")
    assert result.exit_code == 0, result.output
    assert set(lines(result.output).values()) == {"ok"}, result.output
    assert {"database", "schema", "scheduler", "mail", "zones", "disk"} <= set(lines(result.output))


def test_a_mail_server_that_does_not_send_for_us_is_told(run: Run, healthy: Database) -> None:
    with serving(_OnlyForOthers()) as port:
        mail = {"GROUPMATCH_MAIL_HOST": "127.0.0.1", "GROUPMATCH_MAIL_PORT": str(port)}
        result = run("doctor", **mail, GROUPMATCH_MAIL_STARTTLS="false")
    assert (result.exit_code, lines(result.output)["mail"]) == (1, "fail")
    assert "takes no mail from appointments@localhost: code 553" in result.output


class _OnlyForOthers(Mailbox):
    async def handle_MAIL(self, *_asked: object) -> str:  # noqa: N802 - aiosmtpd's name
        return "553 not an address of ours"


def test_what_is_wrong_is_told_with_what_to_do(
    run: Run, healthy: Database, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.shift(timedelta(minutes=4))
    wrong = {
        "GROUPMATCH_PUBLIC_URL": "http://groups.example.org",
        "GROUPMATCH_MAIL_HOST": "127.0.0.1",
        "GROUPMATCH_MAIL_PORT": "9",
    }
    result = run("doctor", **wrong)
    assert result.exit_code == 1
    levels = lines(result.output)
    assert [levels[about] for about in ("address", "mail", "scheduler")] == ["fail"] * 3
    assert "Start groupmatch scheduler" in result.output


def test_a_clock_that_was_set_back_is_told(
    run: Run, healthy: Database, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.shift(timedelta(hours=-1))
    assert lines(run("doctor").output)["clock"] == "fail"


@pytest.mark.postgresql
def test_with_a_server_for_the_database_no_folder_is_needed(
    run: Run, postgresql_database: Database, tmp_path: Path
) -> None:
    url = postgresql_database.url.render_as_string(hide_password=False)
    told = run("doctor", DATABASE_URL=url, GROUPMATCH_SECRET_KEY="k" * 40)
    assert lines(told.output)["disk"] in ("ok", "warn"), told.output
    assert not (tmp_path / "data").exists()


def test_a_missing_migration_is_told(run: Run, healthy: Database) -> None:
    with healthy.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    result = run("doctor")
    assert (result.exit_code, lines(result.output)["schema"]) == (1, "fail")


def test_a_database_of_a_later_version_is_left_alone(run: Run, healthy: Database) -> None:
    with healthy.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    told = run("doctor").output
    assert lines(told)["schema"] == "fail"
    assert "Install that version again" in told
    for command in (["db", "upgrade"], ["program", "list"], ["scheduler", "--once"]):
        result = run(*command)
        assert (result.exit_code, "Install that version again" in result.output) == (1, True)


def test_a_lost_database_is_told(run: Run, tmp_path: Path) -> None:
    result = run("doctor", DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/x.sqlite3")
    assert (result.exit_code, lines(result.output)["database"]) == (1, "fail")


def test_a_night_that_failed_and_mails_given_up_are_told(run: Run, healthy: Database) -> None:
    with healthy.transaction() as session:
        night = Night(cast.make_cast(session).program.id, cast.TODAY)
        outbox.post(session, "schedule", "ada@example.org", program_id=None, facts={})
    attempt(healthy, night, RunState.FAILED)
    with healthy.transaction() as session:
        session.execute(text("UPDATE outbox_mail SET attempts = 8"))
    told = run("doctor").output
    assert (lines(told)["night"], lines(told)["outbox"]) == ("warn", "warn")
    assert "ada@example.org" not in told + run("outbox").output
    assert "schedule" in run("outbox").output
    assert run("outbox", "retry").output == "1 mails are tried again.\n"
    assert run("outbox").output == "No mail is given up.\n"


def test_a_scheduler_gives_signs_of_life(sqlite_database: Database, tmp_path: Path) -> None:
    Scheduler(sqlite_database, load({"GROUPMATCH_DATA": str(tmp_path)})).run_once()
    with sqlite_database.read() as session:
        seen = signs.last(session)
    assert seen is not None
    assert clock.now() - seen < timedelta(minutes=1)


def test_signs_of_dead_schedulers_are_cleared(
    healthy: Database, fixed_clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs, "this_process", lambda: "elsewhere:1")
    fixed_clock.move_to(NOW + timedelta(days=2))
    signs.give(healthy)
    with healthy.read() as session:
        assert session.scalars(text("SELECT scheduler FROM scheduler_sign")).all() == [
            "elsewhere:1"
        ]


def test_a_backup_is_made_verified_and_put_back(
    run: Run, sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.transaction() as session:
        cast.make_cast(session)
    file = tmp_path / "night.backup"
    assert "sound, SQLite at migration" in run("backup", file).output
    assert run("verify", file).exit_code == 0
    refused = run("restore", file, "--yes")
    assert "The database is in use. Stop the web processes" in refused.output
    sqlite_database.dispose()
    assert run("restore", file, input="n\n").exit_code == 1
    restored = run("restore", file, "--yes")
    assert restored.exit_code == 0, restored.output
    file.write_bytes(b"half")
    assert run("verify", file).exit_code == 1
