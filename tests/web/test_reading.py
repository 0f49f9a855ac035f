"""Reading is written down: who opened whose record, and which tables left the site."""

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Account, AuditEntry, RequestTopic, Topic
from groupmatch.services.audit import views
from groupmatch.services.privacy import part2
from groupmatch.services.spreadsheets import import_rows
from tests.cast import Cast

ClientOf = Callable[[str], FlaskClient]


def _read(database: Database) -> list[tuple[str, str, str]]:
    """Who read what, in the order in which it happened."""
    query = (
        select(Account.name, AuditEntry.subject_kind, AuditEntry.subject_id)
        .join(Account, Account.id == AuditEntry.actor_id)
        .where(AuditEntry.act == "record.read")
        .order_by(AuditEntry.at)
    )
    with database.read() as session:
        return [tuple(row) for row in session.execute(query)]


def test_opening_a_person_is_written_down_once_a_while(
    client_of: ClientOf,
    people: Cast,
    sqlite_database: Database,
    clock_at_now: time_machine.Traveller,
) -> None:
    client = client_of("Mara")
    for _ in range(3):
        assert client.get(f"/people/{people.ada.id}").status_code == 200
    assert _read(sqlite_database) == [("Mara", "participant", people.ada.id)]
    clock_at_now.shift(14 * 60)
    client.get("/account")
    clock_at_now.shift(2 * 60)
    client.get(f"/people/{people.ada.id}/edit")
    assert len(_read(sqlite_database)) == 2


def test_so_is_a_roster_for_staff_and_for_therapists(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    client_of("Mara").get(f"/groups/{people.group.id}")
    client_of("Cleo").get(f"/therapist/groups/{people.group.id}")
    assert [(who, kind) for who, kind, _ in _read(sqlite_database)] == [
        ("Mara", "therapy_group"),
        ("Cleo", "therapy_group"),
    ]


def test_what_is_not_theirs_is_not_read(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    assert client_of("Mara").get(f"/people/{people.dov.id}").status_code == 404
    assert _read(sqlite_database) == []


def test_where_it_cannot_be_written_down_nothing_is_shown(
    client_of: ClientOf, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_more: object) -> None:
        raise OSError("disk full")

    client = client_of("Mara")
    client.application.config.update(TESTING=False)
    monkeypatch.setattr(views, "write", fails)
    answer = client.get(f"/people/{people.ada.id}")
    assert answer.status_code == 500
    assert "Ada" not in answer.text


def test_reading_is_no_part_of_a_record_s_history(client_of: ClientOf, people: Cast) -> None:
    client = client_of("Mara")
    client.get(f"/people/{people.ada.id}")
    assert "record.read" not in client.get(f"/people/{people.ada.id}").text


def test_a_table_that_leaves_is_written_down(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    client_of("Mara").get("/people/export.csv")
    with sqlite_database.read() as session:
        taken = session.scalars(select(AuditEntry).where(AuditEntry.act == "file.taken")).one()
        assert (taken.program_id, taken.after) == (
            people.program.id,
            {"file": "people.export", "table": ""},
        )


def test_files_of_a_program_that_treats_substance_use_carry_the_statement(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    plain = client_of("Mara").get("/people/export.csv").text
    assert "42 CFR" not in plain
    _ask_for_recovery(sqlite_database, people)
    labelled = client_of("Mara").get("/people/export.csv").data
    for path in ("/people/export.csv", "/groups/export.csv", "/therapists/export.csv"):
        text = client_of("Mara").get(path).data.decode("utf-8-sig")
        assert text.startswith(part2.NOTICE), path
    with sqlite_database.transaction() as session:
        program = session.merge(people.program)
        assert import_rows(session, program, "people", labelled).problems == ()


def _ask_for_recovery(database: Database, people: Cast) -> None:
    with database.transaction() as session:
        topic = session.scalars(select(Topic).where(Topic.part2)).first()
        assert topic
        session.add(RequestTopic(request_id=people.ben_request.id, topic_code=topic.code, rank=2))
