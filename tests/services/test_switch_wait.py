"""A date on which a seat may come free is told only where a record holds it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import Group, Offer, Seat, SwitchRequest
from groupmatch.services.offers import offering
from groupmatch.services.switching.switch_wait import may_open_on
from tests import cast as make
from tests.cast import TODAY, Cast
from tests.services.drafting import ask_to_switch

LATER = TODAY + timedelta(weeks=3)


@pytest.fixture
def switch(session: Session, cast: Cast) -> SwitchRequest:
    """Ada asks for another group than hers."""
    return ask_to_switch(session, cast.ada_seat)


@pytest.fixture
def full(session: Session, cast: Cast) -> Group:
    """It would suit Ada; its one seat is Lou's."""
    group = make.therapy_group(session, cast.program, leaders=[cast.cleo], max_size=1)
    lou = make.participant(session, cast.program, "Lou")
    make.seat(session, make.request(session, lou), group)
    return group


def lous(session: Session, group: Group) -> Seat:
    return session.scalars(select(Seat).where(Seat.group_id == group.id)).one()


def test_without_a_record_no_date_is_told(
    session: Session, full: Group, switch: SwitchRequest
) -> None:
    assert may_open_on(session, switch) is None


def test_an_agreed_last_date_is_one(session: Session, full: Group, switch: SwitchRequest) -> None:
    lous(session, full).ends_on = LATER
    session.flush()
    assert may_open_on(session, switch) == LATER + timedelta(days=1)


def test_so_is_the_end_of_a_members_plan(
    session: Session, full: Group, switch: SwitchRequest
) -> None:
    request = lous(session, full).request
    [planned] = make.plan(session, request.participant, requests=1, ends_on=LATER)
    request.plan_id = planned.plan_id
    session.flush()
    assert may_open_on(session, switch) == LATER + timedelta(days=1)


def test_a_group_that_would_not_suit_tells_nothing(
    session: Session, full: Group, switch: SwitchRequest
) -> None:
    lous(session, full).ends_on = LATER
    full.topic_code = "anger"
    session.flush()
    assert may_open_on(session, switch) is None


def test_an_offer_that_is_not_answered_lapses(
    session: Session, cast: Cast, switch: SwitchRequest
) -> None:
    group = make.therapy_group(session, cast.program, leaders=[cast.cleo], max_size=1)
    offer: Offer = offering.offer_seat(
        session, cast.program, cast.ben_request, group, by=cast.mara.id
    )
    session.flush()
    assert offer.expires_at.date() == date(2026, 11, 23)
    assert may_open_on(session, switch) == date(2026, 11, 24)


def test_so_does_ones_own_seat_end_with_its_group(
    session: Session, cast: Cast, switch: SwitchRequest
) -> None:
    cast.group.ends_on = LATER
    session.flush()
    assert may_open_on(session, switch) == LATER + timedelta(days=1)
