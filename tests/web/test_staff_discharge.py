"""Staff discharge people, let them step up or down, and take them in again."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import (
    AuditEntry,
    Participant,
    ParticipantStatus,
    Seat,
    SeatState,
)
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


def test_discharge_ends_seats_and_requests(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url, choice = f"/people/{people.ada.id}/discharge", f"choice_{people.ada_seat.id}"
    answer = mara.post(url, data={"reason": "Program completed"})
    assert "Choose what becomes of this seat." in words(answer)
    answer = mara.post(url, data={"reason": "Program completed", choice: "later"})
    assert "Write the date of the last agreed session." in words(answer)
    answer = mara.post(
        url, data={"reason": "Program completed", choice: "today"}, follow_redirects=True
    )
    assert "Ada Quill is discharged." in words(answer)
    with sqlite_database.read() as session:
        ada = session.get_one(Participant, people.ada.id)
        assert ada.status == ParticipantStatus.DISCHARGED
        assert session.get_one(Seat, people.ada_seat.id).state == SeatState.ENDED
        assert (
            session.scalars(select(AuditEntry).filter_by(act="participant.discharged"))
            .one()
            .actor_id
            == people.mara.id
        )


def test_who_was_discharged_is_taken_in_again(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}"
    mara.post(f"{url}/discharge", data={"reason": "Moved away"})
    assert "Take in again" in words(mara.get(url))
    page = words(mara.post(f"{url}/readmit", data={"reason": "Back"}, follow_redirects=True))
    assert "Ben Quill is in care here again." in page
    assert "Ended Nov 21 Missing" in page.replace("Weekly outpatient ", "")


def test_in_a_step_each_seat_ends_by_choice(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    choice, last = f"choice_{people.ada_seat.id}", f"last_{people.ada_seat.id}"
    form = {"reason": "Steps up", choice: "later", last: "2026-11-30"}
    page = words(mara.post(f"/people/{people.ada.id}/step", data=form, follow_redirects=True))
    assert "The seats end as you chose." in page
    assert "Nov 30 Active" in page


def test_nobody_with_a_safety_flag_is_discharged(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    mara.post(f"/people/{people.ada.id}/safety", data={"reason": "Said so"})
    answer = mara.post(
        f"/people/{people.ada.id}/discharge",
        data={"reason": "Gone", f"choice_{people.ada_seat.id}": "keep"},
    )
    assert answer.status_code == 422
    assert "A safety flag is up" in words(answer)
