"""An offer on the pages: read and answered by its participant, or by phone through staff."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import DeclineReason, Offer, OfferState, Seat
from groupmatch.services.offers import offering
from tests import cast as make
from tests.cast import EVENING, NOW, TUESDAY, Cast
from tests.web.pages import words

Client = Callable[[str], FlaskClient]


@pytest.fixture
def offer(people: Cast, sqlite_database: Database) -> str:
    """Ben is offered the seat beside Ada; its id."""
    with sqlite_database.transaction() as session:
        program, request, group = (
            session.get_one(type(each), each.id)
            for each in (people.program, people.ben_request, people.group)
        )
        return offering.offer_seat(session, program, request, group, by=people.mara.id).id


def state(database: Database, offer: str) -> tuple[str, str]:
    """How the offer stands, and the last seat of its request."""
    with database.read() as session:
        found = session.get_one(Offer, offer)
        seats = select(Seat.state).where(Seat.request_id == found.request_id)
        return found.state, session.scalars(seats).one()


def test_the_first_page_leads_to_the_offer(client_of: Client, offer: str) -> None:
    ben = client_of("Ben")
    home = ben.get("/me")
    assert "A seat for you" in words(home)
    assert f'href="/me/offers/{offer}"' in home.text
    page = words(ben.get(f"/me/offers/{offer}"))
    assert "Monday 6:00–7:00 pm EST, your time" in page
    assert "with Cleo Marsh" in page
    assert "Your first session would be on Monday, November 23." in page
    assert "until Nov 23, 1:00 pm EST" in page


def test_an_offer_says_what_to_expect(client_of: Client, offer: str) -> None:
    page = words(client_of("Ben").get(f"/me/offers/{offer}"))
    assert "the same people come every week" in page
    assert "Find a quiet place" in page


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (0, "less than an hour"),
        (1, "an hour"),
        (23, "23 hours"),
        (24, "1 day"),
        (49, "2 days and 1 hour"),
        (71, "2 days and 23 hours"),
    ],
)
def test_the_time_left_is_told_in_days_and_hours(app: Flask, hours: int, told: str) -> None:
    left = SimpleNamespace(hours_left=hours, expires_at=NOW)
    with app.test_request_context():
        template = app.jinja_env.get_template("participant/_offer.html")
        sentence = str(template.module.time_left(left, "America/New_York"))  # type: ignore[attr-defined]
    assert " ".join(sentence.split()) == f"You have {told} to answer, until Nov 22, 1:00 pm EST"


def test_an_offered_seat_is_not_shown_as_ones_own(client_of: Client, offer: str) -> None:
    home = words(client_of("Ben").get("/me"))
    assert "Your next session" not in home
    assert "What we are looking for" not in home


def test_one_click_accepts(client_of: Client, offer: str, sqlite_database: Database) -> None:
    ben = client_of("Ben")
    answer = ben.post(f"/me/offers/{offer}/accept", follow_redirects=True)
    assert "The seat is yours." in words(answer)
    assert "Your next session is tomorrow" in words(answer)
    assert state(sqlite_database, offer) == (OfferState.ACCEPTED, "active")
    assert "the seat is yours" in words(ben.get(f"/me/offers/{offer}"))


def test_declining_needs_a_reason(client_of: Client, offer: str, sqlite_database: Database) -> None:
    ben = client_of("Ben")
    answer = ben.post(f"/me/offers/{offer}/decline")
    assert answer.status_code == 422
    assert "it helps us to find something better" in words(answer)
    assert state(sqlite_database, offer) == (OfferState.OPEN, "offered")
    sent = {"reason": DeclineReason.LATER.value, "note": "In spring."}
    ben.post(f"/me/offers/{offer}/decline", data=sent)
    assert state(sqlite_database, offer) == (OfferState.DECLINED, "ended")


def test_a_lapsed_offer_cannot_be_answered_and_says_so(
    client_of: Client,
    offer: str,
    sqlite_database: Database,
    clock_at_now: time_machine.Traveller,
) -> None:
    clock_at_now.shift(25 * 3600)
    ben = client_of("Ben")
    page = ben.get(f"/me/offers/{offer}").text
    assert "Yes, I will come" not in page
    assert ben.post(f"/me/offers/{offer}/accept").status_code == 409
    assert state(sqlite_database, offer) == (OfferState.OPEN, "offered")


def test_what_changed_meanwhile_is_told_to_each_in_their_way(
    client_of: Client, offer: str, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        group = session.get_one(make.Group, people.group.id)
        group.meetings[0].start_minute += 15
    told = words(client_of("Ben").post(f"/me/offers/{offer}/accept", follow_redirects=True))
    assert "You keep what you have, and somebody from your program will call you." in told
    mara = client_of("Mara")
    assert "the hour changed from Monday 18:00 to Monday 18:15" in words(
        mara.get(f"/draft/offers/{offer}")
    )
    assert "Offers to talk about" in words(mara.get("/morning"))


def test_staff_see_who_has_not_answered_and_answer_by_phone(
    client_of: Client, offer: str, sqlite_database: Database
) -> None:
    mara = client_of("Mara")
    assert "1 offer waits for an answer." in words(mara.get("/draft/offers"))
    assert "They accept" in words(mara.get(f"/draft/offers/{offer}"))
    mara.post(f"/draft/offers/{offer}/accept")
    assert state(sqlite_database, offer) == (OfferState.ACCEPTED, "active")
    with sqlite_database.read() as session:
        answered_by = session.get_one(Offer, offer).answered_by_id
        mara_id = select(make.Account.id).where(make.Account.name == "Mara")
        assert answered_by == session.scalar(mara_id)


def test_the_morning_names_offers_that_lapse_before_midnight(
    client_of: Client, offer: str, clock_at_now: time_machine.Traveller
) -> None:
    assert "Offers that lapse today" not in words(client_of("Mara").get("/morning"))
    clock_at_now.shift(12 * 3600)
    assert "it lapses at 1:00 pm EST" in words(client_of("Mara").get("/morning"))


def test_staff_write_down_a_refusal_and_take_an_offer_back(
    client_of: Client, offer: str, people: Cast, sqlite_database: Database
) -> None:
    mara = client_of("Mara")
    assert mara.post(f"/draft/offers/{offer}/decline").status_code == 422
    assert mara.post(f"/draft/offers/{offer}/withdraw").status_code == 422
    mara.post(f"/draft/offers/{offer}/withdraw", data={"why": "The group changes."})
    assert state(sqlite_database, offer) == (OfferState.WITHDRAWN, "ended")
    assert "The group changes." in words(mara.get(f"/draft/offers/{offer}"))


def test_a_seat_that_came_free_is_offered_to_the_next(
    client_of: Client, offer: str, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        program = session.get_one(make.Program, people.program.id)
        make.request(session, make.participant(session, program, "Lou"))
    mara = client_of("Mara")
    assert "next in line" not in words(mara.get(f"/draft/offers/{offer}"))
    mara.post(f"/draft/offers/{offer}/decline", data={"reason": DeclineReason.TIME.value})
    assert "next in line" in words(mara.get(f"/draft/offers/{offer}"))
    told = mara.post(f"/draft/offers/{offer}/next", follow_redirects=True)
    assert "The seat is offered to Lou Quill." in words(told)
    assert mara.post(f"/draft/offers/{offer}/next").status_code == 409


def test_a_move_says_what_would_be_left(
    client_of: Client, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        cleo = session.get_one(make.Therapist, people.cleo.id)
        program = session.get_one(make.Program, people.program.id)
        group = make.therapy_group(
            session, program, leaders=[cleo], meetings=((TUESDAY, EVENING, 60),)
        )
        moved = Offer(
            program_id=program.id,
            request_id=people.ada_request.id,
            participant_id=people.ada.id,
            to_group_id=group.id,
            from_seat_id=people.ada_seat.id,
            made_at=make.NOW,
            expires_at=make.NOW.replace(day=24),
        )
        session.add(moved)
        session.flush()
        offer = moved.id
    page = words(client_of("Ada").get(f"/me/offers/{offer}"))
    assert "Tuesday 6:00–7:00 pm" in page
    assert "It would take the place of" in page
    assert "You keep that seat until everything is settled." in page
