"""From an empty folder to the first administrator: `db`, `program`, `staff`."""

from pathlib import Path

import pytest
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Account, OutboxMail, Topic
from groupmatch.settings import load
from groupmatch.web import create_app
from tests.cli.conftest import Run


@pytest.fixture
def program(run: Run) -> None:
    result = run("program", "create", "Lakeside", "--timezone", "America/New_York")
    assert result.exit_code == 0, result.output


def test_an_empty_database_is_upgraded_before_anything_else(
    run: Run, sqlite_database: Database
) -> None:
    path = Path(str(sqlite_database.url.database))
    path.unlink()
    refused = run("program", "list")
    assert refused.exit_code == 1
    assert "groupmatch db upgrade" in refused.output
    assert run("db", "check").exit_code == 1
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "check").exit_code == 0
    with sqlite_database.read() as session:
        assert session.get(Topic, "cbt")


def test_a_database_that_does_not_answer_is_named(run: Run, sqlite_database: Database) -> None:
    Path(str(sqlite_database.url.database)).write_bytes(b"this is not a database at all" * 100)
    result = run("db", "check")
    assert result.exit_code == 1
    assert "does not answer" in result.output


@pytest.mark.usefixtures("program")
def test_a_program_is_listed_with_its_zone(run: Run) -> None:
    line = run("program", "list").output
    assert "America/New_York" in line
    assert "Lakeside" in line


@pytest.mark.usefixtures("program")
def test_a_refusal_is_a_sentence(run: Run) -> None:
    again = run("program", "create", "Lakeside", "--timezone", "America/New_York")
    assert again.exit_code == 1
    assert "There is a program of this name already." in again.output
    nowhere = run("program", "create", "Hillside", "--timezone", "Eastern")
    assert "for example America/Chicago" in nowhere.output


def test_settings_that_cannot_be_used_are_told_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUPMATCH_MAIL_PORT", "lots")
    monkeypatch.setenv("GROUPMATCH_TYPO", "1")
    result = run("program", "list")
    assert "GROUPMATCH_MAIL_PORT takes a whole number" in result.output
    assert "GROUPMATCH_TYPO is not a setting" in result.output


@pytest.mark.usefixtures("program")
def test_an_invitation_waits_in_the_outbox_with_its_link(
    run: Run, sqlite_database: Database
) -> None:
    result = run("staff", "invite", "ines@example.org", "--name", "Ines", "--role", "admin")
    assert result.exit_code == 0, result.output
    assert "in the outbox" in result.output
    with sqlite_database.read() as session:
        mail = session.scalars(select(OutboxMail)).one()
        assert mail.recipient == "ines@example.org"
        assert mail.facts["link"].startswith("http://127.0.0.1:8000/password/reset/")


@pytest.mark.usefixtures("program")
def test_the_first_administrator_signs_in_with_the_password_given_here(
    run: Run, sqlite_database: Database, tmp_path: Path
) -> None:
    password = "a lake, a side, a boat"
    result = run(
        "staff",
        "invite",
        "ines@example.org",
        "--name",
        "Ines",
        "--role",
        "admin",
        "--set-password",
        input=f"{password}\n{password}\n",
    )
    assert result.exit_code == 0, result.output
    assert "outbox" not in result.output
    app = create_app(load({"GROUPMATCH_DATA": str(tmp_path / "data")}), sqlite_database)
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post(
        "/sign-in", data={"email": "ines@example.org", "password": password}
    )
    assert answer.status_code == 302


@pytest.mark.usefixtures("program")
def test_a_short_password_makes_no_account(run: Run, sqlite_database: Database) -> None:
    arguments = ("staff", "invite", "i@example.org", "--name", "I", "--role", "admin")
    result = run(*arguments, "--set-password", input="short\nshort\n")
    assert result.exit_code == 1
    assert "Use at least 12 characters." in result.output
    with sqlite_database.read() as session:
        assert session.scalars(select(Account)).all() == []


def test_the_program_must_be_named_where_there_are_several(run: Run) -> None:
    missing = run("staff", "invite", "i@example.org", "--name", "I", "--role", "admin")
    assert "There is no program yet" in missing.output
    for name in ("Lakeside", "Hillside"):
        run("program", "create", name, "--timezone", "America/New_York")
    several = run("staff", "invite", "i@example.org", "--name", "I", "--role", "admin")
    assert "Choose a program with --program; the programs are “Hillside”, “Lakeside”" in (
        several.output
    )
    unknown = run(
        "staff", "invite", "i@example.org", "--name", "I", "--role", "admin", "--program", "Dale"
    )
    assert "There is no “Dale”" in unknown.output
