"""What participants see and do: their next session, their hours, their requests."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import (
    Availability,
    Gate,
    GateKind,
    Participant,
    Seat,
    SwitchReason,
    SwitchRequest,
    SwitchState,
    Task,
    TaskKind,
)
from groupmatch.services.switching import switches
from tests import cast
from tests.cast import NOW, Cast
from tests.queries import counted
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def ada(client_of: ClientOf) -> FlaskClient:
    return client_of("Ada")


@pytest.fixture
def ben(client_of: ClientOf) -> FlaskClient:
    return client_of("Ben")


def test_home_tells_the_next_session_on_ones_own_clock(
    ada: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    page = words(ada.get("/me"))
    assert "Your next session is tomorrow Monday, November 23 6:00–7:00 pm EST, your time" in page
    with sqlite_database.transaction() as session:
        session.get_one(Participant, people.ada.id).timezone = "America/Los_Angeles"
    page = words(ada.get("/me"))
    assert "Monday, November 23 3:00–4:00 pm PST, your time (Los Angeles time)" in page
    assert "with Cleo Marsh" in page


def test_home_of_somebody_who_waits_says_since_when_and_what_to_do(ben: FlaskClient) -> None:
    page = words(ben.get("/me"))
    assert "What we are looking for Anxiety and depression Waiting since Nov 22" in page
    assert "Every night we look for seats" in page


def test_home_asks_for_hours_where_none_are_known(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        for span in session.scalars(select(Availability).filter_by(participant_id=people.ben.id)):
            session.delete(span)
    assert "Say when you can come" in words(ben.get("/me"))


@pytest.mark.parametrize(
    ("gate", "sentence"),
    [
        (GateKind.CONSENT, "we need your signed consent"),
        (GateKind.LEVEL_OF_CARE, "a clinician has to talk with you"),
    ],
)
def test_home_says_what_has_to_happen_before_a_search(
    ben: FlaskClient, people: Cast, sqlite_database: Database, gate: GateKind, sentence: str
) -> None:
    with sqlite_database.transaction() as session:
        session.delete(
            session.scalars(select(Gate).filter_by(participant_id=people.ben.id, kind=gate)).one()
        )
    page = words(ben.get("/me"))
    assert sentence in page
    assert "Ask for a call" in page


def test_a_safety_flag_is_told_as_a_wish_to_talk(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Participant, people.ben.id).safety_flag_since = NOW
    page = words(ben.get("/me"))
    assert "somebody from your program would like to talk with you" in page
    assert "safety" not in page.lower()
    assert "flag" not in page.lower()


def test_the_schedule_moves_with_the_clocks_of_the_viewer(
    ada: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Participant, people.ada.id).timezone = "America/Phoenix"
        session.get_one(Seat, people.ada_seat.id).group.ends_on = None
    page = words(ada.get("/me/schedule"))
    assert "Monday, November 23 4:00–5:00 pm (MST)" in page
    assert "The next 6 weeks, in Phoenix time." in page


def test_a_switch_is_asked_for_once_and_can_be_taken_back(
    ada: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    ask = f"/me/requests/{people.ada_seat.id}/switch"
    wish = {"kind": "time", "reason": "schedule", "note": "I work late now."}
    assert ada.post(ask, data=wish).location.startswith("/me/switches/")
    page = words(ada.get("/me/requests"))
    assert "You keep your seat until there is another one." in page
    assert "Another time We have your request" in page
    assert "I work late now." not in page
    again = ada.post(ask, data=wish)
    assert again.status_code == 422
    assert "There is an open request about this seat already." in words(again)
    with sqlite_database.read() as session:
        switch = session.scalars(select(SwitchRequest)).one()
        assert (switch.note, switch.state) == ("I work late now.", SwitchState.ASKED)
    ada.post(f"/me/requests/{switch.id}/withdraw")
    assert "Ask for a change" in words(ada.get("/me/requests"))


def test_the_reason_of_a_declined_switch_is_read_by_its_member(
    ada: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    ada.post(f"/me/requests/{people.ada_seat.id}/switch", data={"kind": "group", "reason": "fit"})
    with sqlite_database.transaction() as session:
        switch = session.scalars(select(SwitchRequest)).one()
        switches.decline(session, switch, reason="Let us talk first.", by=people.mara.id)
    page = words(ada.get("/me/requests"))
    assert "Another group Not this time" in page
    assert "Let us talk first." in page
    assert "declined" not in page.lower()


def test_an_unsafe_member_reaches_a_person(
    ada: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    ask = f"/me/requests/{people.ada_seat.id}/switch"
    assert "call or text 988 now" in words(ada.get(ask))
    page = words(ada.post(ask, data={"kind": "group", "reason": "safety"}, follow_redirects=True))
    assert "A person from your program reads this first." in page
    with sqlite_database.read() as session:
        assert session.scalars(select(Task)).one().kind == TaskKind.SAFETY
        assert session.scalars(select(SwitchRequest)).one().reason == SwitchReason.SAFETY


def test_an_ask_without_a_choice_is_explained_at_its_fields(ada: FlaskClient, people: Cast) -> None:
    answer = ada.post(f"/me/requests/{people.ada_seat.id}/switch", data={"note": "x" * 2001})
    assert answer.status_code == 422
    page = words(answer)
    assert "Some answers need another look." in page
    for problem in ("Choose what you would like", "Choose a reason", "Use at most 2000"):
        assert page.count(problem) == 2


def test_a_call_is_asked_for_and_shown(ada: FlaskClient, sqlite_database: Database) -> None:
    page = words(ada.post("/me/help", data={"note": "Mornings"}, follow_redirects=True))
    assert "We will call you." in page
    assert "You asked for a call on Nov 22" in page
    with sqlite_database.read() as session:
        assert session.scalars(select(Task)).one().note == "Mornings"


def test_help_begins_with_the_crisis_line_of_the_program(
    ada: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        person = session.get_one(Participant, people.ada.id)
        person.program.crisis_line, person.program.phone = "116 123", "555 0100"
    page = words(ada.get("/me/help"))
    assert "Call or text 116 123" in page
    assert "Call us at 555 0100" in page


def test_an_ended_seat_cannot_be_switched(
    ada: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        over = cast.seat(
            session,
            cast.request(session, session.get_one(Participant, people.ada.id)),
            cast.therapy_group(session, people.program, leaders=[]),
            state="ended",
            end_reason="completed",
        )
    assert ada.get(f"/me/requests/{over.id}/switch").status_code == 404


@pytest.mark.parametrize("path", ["/me", "/me/requests", "/me/schedule"])
def test_pages_ask_the_database_as_often_for_many_seats_as_for_one(
    ada: FlaskClient, people: Cast, sqlite_database: Database, path: str
) -> None:
    ada.get(path)
    with sqlite_database.read() as session, counted(session) as before:
        ada.get(path)
    with sqlite_database.transaction() as session:
        me = session.get_one(Participant, people.ada.id)
        for day in range(1, 5):
            leader = cast.therapist(session, people.program, f"Leader{day}")
            group = cast.therapy_group(
                session, people.program, leaders=[leader], meetings=((day, 600, 60),)
            )
            cast.seat(session, cast.request(session, me), group)
    with sqlite_database.read() as session, counted(session) as after:
        assert "Leader4" in words(ada.get(path))
    assert len(after) == len(before)
