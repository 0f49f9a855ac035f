"""Staff and switch requests: the queue, leaving one to tonight, declining with a reason."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import (
    OutboxMail,
    Seat,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services.switching import switches
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


@pytest.fixture
def asked(people: Cast, sqlite_database: Database) -> SwitchRequest:
    """Ada asks for another time, in her own words."""
    with sqlite_database.transaction() as session:
        return switches.request_switch(
            session,
            session.get_one(Seat, people.ada_seat.id),
            kind=SwitchKind.TIME,
            reason=SwitchReason.SCHEDULE,
            note="My shifts moved.",
            by=None,
        )


def test_an_empty_queue_is_good_news(mara: FlaskClient, people: Cast) -> None:
    assert "No new request." in words(mara.get("/requests"))


def test_the_queue_tells_who_asks_for_what_and_why(mara: FlaskClient, asked: SwitchRequest) -> None:
    page = words(mara.get("/requests"))
    assert "1 new request, 0 in tonight’s match." in page
    assert "Another time than Anxiety and depression Mon 6:00–7:00 pm EST" in page
    assert "The time no longer works My shifts moved." in page


def test_a_request_left_to_tonight_waits_for_the_match(
    mara: FlaskClient, asked: SwitchRequest, sqlite_database: Database
) -> None:
    page = words(mara.post(f"/requests/{asked.id}/tonight", follow_redirects=True))
    assert "0 new requests, 1 in tonight’s match." in page
    with sqlite_database.read() as session:
        assert session.get_one(SwitchRequest, asked.id).state == SwitchState.TONIGHT


def test_declining_needs_words_that_the_member_reads(
    mara: FlaskClient,
    client_of: ClientOf,
    asked: SwitchRequest,
    people: Cast,
    sqlite_database: Database,
) -> None:
    url = f"/requests/{asked.id}/decline"
    silent = mara.post(url, data={"reason": "  "})
    assert silent.status_code == 422
    assert "nobody is declined without a word" in words(silent)
    reason = "There is no later hour yet; we will tell you when one opens."
    page = words(mara.post(url, data={"reason": reason}, follow_redirects=True))
    assert "Declined" in page
    assert reason in words(client_of("Ada").get("/me/requests"))
    with sqlite_database.read() as session:
        switch = session.get_one(SwitchRequest, asked.id)
        assert (switch.state, switch.decided_by_id) == (SwitchState.DECLINED, people.mara.id)
        assert session.scalars(select(OutboxMail.template)).all() == ["switch_decided"]


def test_what_is_decided_is_not_decided_again(mara: FlaskClient, asked: SwitchRequest) -> None:
    mara.post(f"/requests/{asked.id}/decline", data={"reason": "Not yet"})
    answer = mara.post(f"/requests/{asked.id}/tonight")
    assert answer.status_code == 409
    page = words(mara.get(f"/requests/{asked.id}"))
    assert "Leave to tonight" not in page
    assert "What they were told Not yet" in page


def test_a_request_for_safety_stands_out_with_the_crisis_line(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        switch = switches.request_switch(
            session,
            session.get_one(Seat, people.ada_seat.id),
            kind=SwitchKind.GROUP,
            reason=SwitchReason.SAFETY,
            by=None,
        )
    page = words(mara.get(f"/requests/{switch.id}"))
    assert "Talk to them first" in page
    assert "988" in page
    assert "Safety" in words(mara.get("/morning"))
