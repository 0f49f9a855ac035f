"""A seat that has become free goes to the next in line at once."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict
from groupmatch.records import DeclineReason, Request, SeatState
from groupmatch.services.drafts import drafts
from groupmatch.services.offers import offering, offers
from groupmatch.services.offers.reoffering import offer_next
from groupmatch.services.participants import people
from groupmatch.services.seats import seats
from tests import cast as make
from tests.cast import TODAY, TUESDAY, Cast
from tests.services.drafting import match


@pytest.fixture
def freed(session: Session, cast: Cast) -> None:
    """Ben has declined the last seat of Ada's group."""
    cast.group.max_size = 2
    offer = offering.offer_seat(session, cast.program, cast.ben_request, cast.group, by=None)
    offers.decline(session, offer, reason=DeclineReason.TIME, by=None)


def waiting(session: Session, cast: Cast, name: str, weeks: int, **more: object) -> Request:
    person = make.participant(session, cast.program, name, **more)
    return make.request(session, person, waiting_since=TODAY - timedelta(weeks=weeks))


def test_the_longest_wait_comes_next(session: Session, cast: Cast, freed: None) -> None:
    waiting(session, cast, "Lou", weeks=2)
    longest = waiting(session, cast, "Uma", weeks=5)
    offer = offer_next(session, cast.program, cast.group, by=cast.mara.id)
    assert (offer.request_id, offer.bundle_id) == (longest.id, None)
    seat = seats.seat_of(session, longest)
    assert seat is not None
    assert (seat.state, seat.group_id) == (SeatState.OFFERED, cast.group.id)


def test_urgency_comes_before_waiting(session: Session, cast: Cast, freed: None) -> None:
    waiting(session, cast, "Lou", weeks=50)
    urgent = waiting(session, cast, "Uma", weeks=0)
    urgent.urgency = "urgent"
    session.flush()
    assert offer_next(session, cast.program, cast.group, by=None).request_id == urgent.id


def test_whoever_declined_or_may_not_come_is_passed_over(
    session: Session, cast: Cast, freed: None
) -> None:
    cast.ben_request.waiting_since = TODAY - timedelta(weeks=52)
    waiting(session, cast, "Elsewhere", weeks=9, hours=((TUESDAY, 0, 60),))
    waiting(session, cast, "Gated", weeks=8, gates=False)
    flagged = waiting(session, cast, "Flagged", weeks=7)
    people.set_safety_flag(session, flagged.participant, raised=True, by=None, reason="score")
    suited = waiting(session, cast, "Suited", weeks=1)
    assert offer_next(session, cast.program, cast.group, by=None).request_id == suited.id
    with pytest.raises(Conflict, match="nobody_next"):
        offer_next(session, cast.program, cast.group, by=None)


def test_whom_the_draft_has_a_seat_for_is_left_to_it(
    session: Session, cast: Cast, freed: None
) -> None:
    waiting(session, cast, "Lou", weeks=5)
    match(session, cast.program)
    with pytest.raises(Conflict, match="nobody_next"):
        offer_next(session, cast.program, cast.group, by=None)
    [bundle] = drafts.current_draft(session, cast.program).bundles
    drafts.remove(session, bundle, by=None)
    session.flush()
    offer_next(session, cast.program, cast.group, by=None)


def test_a_full_group_has_nothing_to_offer(session: Session, cast: Cast, freed: None) -> None:
    waiting(session, cast, "Lou", weeks=5)
    cast.group.held_seats = 1
    session.flush()
    with pytest.raises(Conflict, match="nobody_next"):
        offer_next(session, cast.program, cast.group, by=None)
