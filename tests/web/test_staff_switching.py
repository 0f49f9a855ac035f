"""Staff and switch requests: what could be given now, who would go elsewhere, and undoing it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.records import Seat, SeatState, SwitchRequest, SwitchState
from groupmatch.services.participants.people import set_safety_flag
from tests import cast
from tests.cast import TODAY, WEDNESDAY
from tests.services.drafting import match
from tests.services.switching import Full, ask, full
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def there(sqlite_database: Database, clock_at_now: object) -> Full:
    """Two full groups, and Finn who asked before the night."""
    with sqlite_database.transaction() as session:
        made = full(session)
        ask(session, made.finn)
        match(session, made.people.program)
        return made


@pytest.fixture
def populated(there: Full) -> None:
    """Instead of the cast alone."""


@pytest.fixture
def asked(there: Full, sqlite_database: Database) -> str:
    """Eve asks after the night."""
    with sqlite_database.transaction() as session:
        return ask(session, session.get_one(Seat, there.eve.id)).id


@pytest.fixture
def mara(client_of: ClientOf, app: Flask, asked: str) -> FlaskClient:
    """A coordinator, once the night has been fetched."""
    client = client_of("Mara")
    client.get(f"/requests/{asked}")
    app.extensions["groupmatch.solved_runs"].wait()
    return client


def _form(page: str, nth: int = 0) -> dict[str, list[str]]:
    """The hidden fields of a button to approve."""
    form = page.split('/approve" method="post">')[nth + 1].split("</form>")[0]
    fields = [part.split('value="')[1].split('"')[0] for part in form.split("<input")[1:]]
    return {"step": [each for each in fields if ":" in each], "seal": [fields[-1]]}


def test_staff_see_who_would_go_where_and_when(mara: FlaskClient, asked: str) -> None:
    page = words(mara.get(f"/requests/{asked}"))
    assert "If others go elsewhere As of the match of Nov 22" in page
    assert "Eve Eveson: Anxiety and depression until Nov 22, then Anxiety" in page
    assert "Finn Finnson: Anxiety and depression until Nov 22, then Anxiety" in page
    assert "Finn Finnson" in mara.get(f"/requests/{asked}/options").text


def test_staff_see_from_when_on_a_seat_may_come_free(
    mara: FlaskClient, asked: str, there: Full, sqlite_database: Database
) -> None:
    assert "may come free" not in words(mara.get(f"/requests/{asked}"))
    with sqlite_database.transaction() as session:
        session.get_one(Seat, there.finn.id).ends_on = TODAY + timedelta(weeks=2)
    told = "A seat that suits may come free from Dec 7 on: an offer ends, or a last date is agreed."
    assert told in words(mara.get(f"/requests/{asked}"))
    assert told in mara.get(f"/requests/{asked}/options").text


def test_a_cycle_is_approved_with_one_button_and_undone(
    mara: FlaskClient, asked: str, there: Full, sqlite_database: Database
) -> None:
    form = _form(mara.get(f"/requests/{asked}").text)
    page = words(mara.post(f"/requests/{asked}/approve", data=form, follow_redirects=True))
    assert "Eve Eveson has the seat, with 1 more, and is told." in page
    with sqlite_database.read() as session:
        assert session.get_one(SwitchRequest, asked).state == SwitchState.GRANTED
        assert session.get_one(Seat, there.finn.id).state == SeatState.ENDED
    assert mara.post(f"/requests/{asked}/undo", data={"reason": " "}).status_code == 422
    undo = {"reason": "Finn called."}
    page = words(mara.post(f"/requests/{asked}/undo", data=undo, follow_redirects=True))
    assert "Everybody has their former seat again." in page
    with sqlite_database.read() as session:
        assert session.get_one(SwitchRequest, asked).state == SwitchState.TONIGHT
        assert session.get_one(Seat, there.finn.id).state == SeatState.ACTIVE


def test_what_changed_since_is_told_on_the_page(
    mara: FlaskClient, asked: str, there: Full, sqlite_database: Database
) -> None:
    form = _form(mara.get(f"/requests/{asked}").text)
    with sqlite_database.transaction() as session:
        finn = session.get_one(Seat, there.finn.id).participant
        set_safety_flag(session, finn, raised=True, by=None, reason="PHQ-9 item 9")
    answer = mara.post(f"/requests/{asked}/approve", data=form)
    assert answer.status_code == 409
    page = words(answer)
    assert "Something changed since you looked, so nothing was moved." in page
    assert "Finn Finnson: only a person may change the present seat, by hand." in page
    with sqlite_database.read() as session:
        assert session.get_one(SwitchRequest, asked).state == SwitchState.ASKED
        assert session.get_one(Seat, there.eve.id).state == SeatState.ACTIVE


def test_an_open_seat_that_the_draft_gives_away_is_marked(
    mara: FlaskClient, asked: str, there: Full, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        leader = cast.therapist(session, there.people.program, "Lena")
        cast.therapy_group(
            session,
            there.people.program,
            leaders=[leader],
            meetings=((WEDNESDAY, 900, 60),),
            max_size=1,
        )
        waiting = cast.participant(
            session, there.people.program, "Gus", hours=((WEDNESDAY, 900, 960),)
        )
        cast.request(session, waiting)
        match(session, there.people.program)
    page = words(mara.get(f"/requests/{asked}"))
    assert "The draft gives a seat here to Gus Quill" in page


def test_a_made_up_or_missing_option_moves_nobody(mara: FlaskClient, asked: str) -> None:
    for data in ({}, {"step": "nobody"}, {"step": "a:b", "seal": "c"}):
        answer = mara.post(f"/requests/{asked}/approve", data=data)
        assert answer.status_code == 409
        assert "nothing was moved" in words(answer)
