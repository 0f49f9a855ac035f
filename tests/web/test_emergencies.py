"""Emergency access: stated, short, little, told and reviewed."""

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from groupmatch.database import Database
from groupmatch.records import AuditEntry, EmergencyAccess, OutboxMail, Participant
from tests import cast
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]
REASON = "He called us in a crisis, and we cannot see his phone."


@pytest.fixture(autouse=True)
def _dov_can_be_reached(people: Cast, sqlite_database: Database) -> None:
    """Dov of the other program has a phone there, and an administrator."""
    with sqlite_database.transaction() as session:
        dov = session.get_one(Participant, people.dov.id)
        dov.phone = "555-0142"
        cast.staff(session, dov.program, "Ida", cast.StaffRole.ADMIN)


def _open(client: FlaskClient, people: Cast, **changes: str) -> TestResponse:
    answers = {"named": people.dov.full_name, "reached": "555-0142", "reason": REASON}
    return client.post("/emergency", data={**answers, **changes})


def test_it_shows_how_to_reach_them_for_an_hour_and_only_to_who_asked(
    client_of: ClientOf, people: Cast, clock_at_now: time_machine.Traveller
) -> None:
    client = client_of("Mara")
    assert client.get(f"/people/{people.dov.id}").status_code == 404
    page = _open(client, people).location
    assert "555-0142" in words(client.get(page))
    assert client_of("Nora").get(page).status_code == 404
    clock_at_now.shift(10 * 60)
    assert client.get(page).status_code == 200
    for _ in range(5):
        clock_at_now.shift(10 * 60)
        client.get("/account")
    assert client.get(page).status_code == 404
    assert client.get(f"/people/{people.dov.id}").status_code == 404


def test_their_administrators_are_told_and_it_is_audited(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    _open(client_of("Mara"), people)
    with sqlite_database.read() as session:
        mail = session.scalars(select(OutboxMail)).one()
        assert (mail.recipient, mail.template, mail.facts) == ("ida@example.org", "emergency", {})
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "emergency.opened")
        ).one()
        assert (entry.actor_id, entry.program_id, entry.reason) == (
            people.mara.id,
            people.other_program.id,
            REASON,
        )


def test_an_administrator_of_that_program_looks_into_it(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    _open(client_of("Mara"), people)
    assert "Nobody from outside" in words(client_of("Ines").get("/admin/emergencies"))
    ida = client_of("Ida")
    assert REASON in words(ida.get("/admin/emergencies"))
    with sqlite_database.read() as session:
        look = session.scalars(select(EmergencyAccess)).one()
    assert client_of("Ines").post(f"/admin/emergencies/{look.id}/review").status_code == 404
    assert ida.post(f"/admin/emergencies/{look.id}/review").status_code == 303
    assert "0 looks" in words(ida.get("/admin/emergencies"))


@pytest.mark.parametrize(
    "wrong", [{"named": "Dov"}, {"named": "Ada Ruiz"}, {"reached": "555-0143"}, {"reached": " "}]
)
def test_whoever_does_not_know_the_person_finds_nobody(
    client_of: ClientOf, people: Cast, wrong: dict[str, str], sqlite_database: Database
) -> None:
    assert _open(client_of("Mara"), people, **wrong).status_code == 422
    with sqlite_database.read() as session:
        assert session.scalars(select(EmergencyAccess)).all() == []


def test_who_named_nobody_stands_in_the_audit_of_their_own_program(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    _open(client_of("Mara"), people, reached="555-0143")
    with sqlite_database.read() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "emergency.missed")
        ).one()
        assert (entry.actor_id, entry.reason, entry.after) == (people.mara.id, "", None)
    told = "Emergency access asked for, but nobody found"
    assert told in words(client_of("Ines").get("/admin/audit"))
    assert told not in words(client_of("Ida").get("/admin/audit"))


def test_a_reason_is_needed(client_of: ClientOf, people: Cast) -> None:
    assert "Say what has happened" in words(_open(client_of("Mara"), people, reason="help"))


@pytest.mark.parametrize("known", [True, False])
def test_ten_tries_a_day_are_enough_whomever_they_name(
    client_of: ClientOf, people: Cast, known: bool, clock_at_now: time_machine.Traveller
) -> None:
    named = people.dov.full_name if known else "Nobody Else"
    codes = [_open(client_of("Mara"), people, named=named).status_code for _ in range(11)]
    assert codes == [303 if known else 422] * 10 + [429]
    assert _open(client_of("Nora"), people).status_code == 303
    clock_at_now.shift(24 * 60 * 60 + 1)
    assert _open(client_of("Mara"), people).status_code == 303
