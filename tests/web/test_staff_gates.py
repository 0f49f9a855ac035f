"""Staff and gates: what is missing, who decides, the safety flag."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import (
    Gate,
    GateKind,
    Seat,
    SeatState,
    Task,
)
from tests import cast as made
from tests.cast import Cast
from tests.web.pages import words
from tests.web.test_staff_people import NEW_PERSON

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


def test_a_clinician_clears_gates_and_adds_no_requests(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        eve = made.participant(session, people.program, "Eve", gates=False)
    client = client_of("Nora")
    page = words(client.get(f"/people/{eve.id}"))
    assert "Add a request" not in page
    assert client.get(f"/people/{eve.id}/requests/new").status_code == 403
    client.post(
        f"/people/{eve.id}/gates/level_of_care",
        data={"level_code": "outpatient", "valid_to": "2027-01-15"},
    )
    client.post(f"/people/{eve.id}/gates/consent", data={"valid_to": ""})
    with sqlite_database.read() as session:
        gates = {
            gate.kind: gate
            for gate in session.scalars(select(Gate))
            if gate.participant_id == eve.id
        }
        assert set(gates) == {GateKind.LEVEL_OF_CARE, GateKind.CONSENT}
        assert gates[GateKind.LEVEL_OF_CARE].cleared_by_id == people.nora.id
        assert gates[GateKind.CONSENT].valid_to is None


def test_a_level_of_care_needs_a_level_and_a_date_ahead(client_of: ClientOf, people: Cast) -> None:
    url = f"/people/{people.ben.id}/gates/level_of_care"
    nora = client_of("Nora")
    answer = nora.post(url, data={"valid_to": "2026-11-21"})
    assert answer.status_code == 422
    assert "Choose the level that was decided on." in words(answer)
    assert "Write today’s date or a later one." in words(answer)
    answer = nora.post(url, data={"level_code": "outpatient", "valid_to": ""})
    assert "Write the date by which a clinician decides anew." in words(answer)


def test_a_coordinator_reads_who_decides_on_the_level_of_care(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        eve = made.participant(session, people.program, "Eve", gates=False)
    page = words(mara.get(f"/people/{eve.id}"))
    assert "Missing: a decision on the level of care. A clinician can open it." in page
    assert "Clear location" in page
    assert "Clear level of care" not in page
    assert mara.get(f"/people/{eve.id}/gates/level_of_care").status_code == 403


def test_where_somebody_is_gets_confirmed_and_asked_again_when_they_move(
    mara: FlaskClient, people: Cast
) -> None:
    form = {**NEW_PERSON, "first_name": "Ben", "last_name": "Quill", "region": "NJ"}
    page = words(mara.post(f"/people/{people.ben.id}/edit", data=form, follow_redirects=True))
    assert "Confirmed for NY; Ben is in NJ now" in page
    assert "Missing: to confirm where they are during sessions." in page
    form["located"] = "y"
    page = words(mara.post(f"/people/{people.ben.id}/edit", data=form, follow_redirects=True))
    assert "Confirmed for NJ" in page
    assert "Missing: to confirm" not in page


def test_a_decision_is_taken_back_with_a_reason(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}/gates/consent/close"
    assert mara.post(url, data={"reason": " "}).status_code == 422
    page = words(mara.post(url, data={"reason": "Withdrawn in writing"}, follow_redirects=True))
    assert "Gate taken back: consent" in page
    assert "Withdrawn in writing" in page


def test_the_safety_flag_is_raised_with_a_task_and_lowered_with_a_reason(
    client_of: ClientOf, mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ada.id}/safety"
    page = words(mara.post(url, data={"reason": "Said so in session"}, follow_redirects=True))
    assert "Safety flag since" in page
    assert "988" in page
    with sqlite_database.read() as session:
        task = session.scalars(select(Task)).one()
        assert session.get_one(Seat, people.ada_seat.id).state == SeatState.ACTIVE
    page = words(mara.post(f"/people/tasks/{task.id}/done", follow_redirects=True))
    assert "Done Look after the safety flag" in page
    assert "A clinician lowers the safety flag." in page
    assert mara.post(url, data={"reason": "Seen and safe"}).status_code == 403
    nora = client_of("Nora")
    page = words(nora.post(url, data={"reason": "Seen and safe"}, follow_redirects=True))
    assert "Safety flag since" not in page
    assert "Seen and safe" in page
