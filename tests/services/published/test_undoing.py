"""Undoing a publication: everything is as it was before, or nothing is touched."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    BundleState,
    DraftBundle,
    EndReason,
    Group,
    GroupStatus,
    Offer,
    OfferState,
    SeatState,
    SwitchState,
)
from groupmatch.services.drafts.publishing import publish
from groupmatch.services.drafts.undoing import undo
from groupmatch.services.offers import offers
from groupmatch.services.seats import seats
from tests import cast as make
from tests.cast import EVENING, NOW, TODAY, TUESDAY, Cast
from tests.services.drafting import approved_draft, ask_to_switch, match, seats_of


@pytest.fixture
def other(session: Session, cast: Cast) -> Group:
    """Another group at the same hour that would suit Ada and Ben."""
    return make.therapy_group(session, cast.program, leaders=[cast.cleo])


def published(session: Session, cast: Cast) -> list[DraftBundle]:
    approved_draft(session, cast.program)
    return list(publish(session, cast.program, by=cast.mara.id).published)


def take_back(session: Session, cast: Cast, bundles: list[DraftBundle]) -> None:
    undo(session, cast.program, bundles, by=cast.mara.id, reason="Published too early")


def objections(session: Session, cast: Cast, bundles: list[DraftBundle]) -> set[str]:
    with pytest.raises(Conflict, match="undo_impossible") as refused:
        take_back(session, cast, bundles)
    found = refused.value.facts["objections"]
    assert isinstance(found, list)
    return {item.get("rule", item["code"]) for item in found}


def test_a_newcomer_waits_as_before(session: Session, cast: Cast) -> None:
    cast.ben_request.waiting_since = TODAY - timedelta(days=30)
    bundles = published(session, cast)
    take_back(session, cast, bundles)
    [seat] = seats_of(session, cast.ben_request)
    assert (seat.state, seat.end_reason) == (SeatState.ENDED, EndReason.UNDONE)
    assert cast.ben_request.waiting_since == TODAY - timedelta(days=30)
    assert [bundle.state for bundle in bundles] == [BundleState.PROPOSED]


def test_what_was_undone_can_be_published_again(session: Session, cast: Cast) -> None:
    bundles = published(session, cast)
    take_back(session, cast, bundles)
    bundles[0].state = BundleState.APPROVED
    session.flush()
    assert list(publish(session, cast.program, by=None).published) == bundles


def test_a_bundle_of_an_older_draft_is_not_proposed_again(session: Session, cast: Cast) -> None:
    bundles = published(session, cast)
    match(session, cast.program)
    take_back(session, cast, bundles)
    assert [bundle.state for bundle in bundles] == [BundleState.SUPERSEDED]


def test_members_who_traded_places_have_their_own_again(
    session: Session, cast: Cast, other: Group
) -> None:
    cast.group.max_size = other.max_size = 1
    theirs = make.seat(session, cast.ben_request, other)
    asks = [ask_to_switch(session, seat) for seat in (cast.ada_seat, theirs)]
    take_back(session, cast, published(session, cast))
    for seat in (cast.ada_seat, theirs):
        assert (seat.state, seat.ends_on, seat.end_reason) == (SeatState.ACTIVE, None, None)
        assert seats.seat_of(session, seat.request) is seat
    assert {ask.state for ask in asks} == {SwitchState.TONIGHT}


def test_open_offers_are_taken_back(session: Session, cast: Cast) -> None:
    cast.program.publish_offers = True
    bundles = published(session, cast)
    take_back(session, cast, bundles)
    assert session.scalars(select(Offer.state)).all() == [OfferState.WITHDRAWN]
    assert seats_of(session, cast.ben_request)[0].end_reason == EndReason.UNDONE


def test_offers_of_moves_are_taken_back_before_and_after_they_are_accepted(
    session: Session, cast: Cast, other: Group
) -> None:
    cast.program.publish_offers = True
    cast.ben_request.status = "closed"
    ask_to_switch(session, cast.ada_seat)
    bundles = published(session, cast)
    take_back(session, cast, bundles)
    assert seats.seat_of(session, cast.ada_request) is cast.ada_seat
    bundles[0].state = BundleState.APPROVED
    session.flush()
    publish(session, cast.program, by=None)
    live = select(Offer).where(Offer.state == OfferState.OPEN)
    offers.accept(session, session.scalars(live).one(), by=None)
    take_back(session, cast, bundles)
    assert seats.seat_of(session, cast.ada_request) is cast.ada_seat


def test_a_group_that_was_opened_is_proposed_again(session: Session, cast: Cast) -> None:
    hours = ((TUESDAY, EVENING, EVENING + 60),)
    opened = make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        status=GroupStatus.PROPOSED,
        meetings=((TUESDAY, EVENING, 60),),
    )
    make.request(session, make.participant(session, cast.program, "Uma", hours=hours))
    bundles = published(session, cast)
    assert opened.status == GroupStatus.RUNNING
    take_back(session, cast, bundles)
    assert opened.status == GroupStatus.PROPOSED


def test_once_a_group_has_met_it_is_too_late(
    session: Session, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    bundles = published(session, cast)
    fixed_clock.move_to(NOW + timedelta(days=1, hours=4, minutes=59))
    with session.begin_nested() as so_far:
        take_back(session, cast, bundles)
        so_far.rollback()
    session.expire_all()
    fixed_clock.move_to(NOW + timedelta(days=1, hours=5))
    assert objections(session, cast, bundles) == {"met"}


def test_a_place_that_is_taken_stands_against_it(
    session: Session, cast: Cast, other: Group
) -> None:
    cast.ben_request.status = "closed"
    cast.group.max_size = 1
    ask_to_switch(session, cast.ada_seat)
    bundles = published(session, cast)
    lou = make.request(session, make.participant(session, cast.program, "Lou"))
    newcomer = make.seat(session, lou, cast.group)
    assert objections(session, cast, bundles) == {"capacity"}
    newcomer.state, newcomer.end_reason = SeatState.ENDED, EndReason.BY_HAND
    session.flush()
    take_back(session, cast, bundles)


def test_an_hour_that_suits_no_more_does_not_stand_against_it(
    session: Session, cast: Cast, other: Group
) -> None:
    cast.ben_request.status = "closed"
    ask_to_switch(session, cast.ada_seat)
    bundles = published(session, cast)
    cast.ada_request.topics[0].topic_code = "grief-loss"
    session.flush()
    take_back(session, cast, bundles)
    assert seats.seat_of(session, cast.ada_request) is cast.ada_seat


def test_whoever_has_gone_on_since_stands_against_it(
    session: Session, cast: Cast, other: Group
) -> None:
    [bundle] = published(session, cast)
    [seat] = seats_of(session, cast.ben_request)
    elsewhere = next(group for group in (cast.group, other) if group.id != seat.group_id)
    seats.move(session, seat, elsewhere, starts_on=seat.starts_on, by=None)
    assert objections(session, cast, [bundle]) == {"moved_on"}


def test_undoing_needs_a_reason_and_something_published(session: Session, cast: Cast) -> None:
    bundles = published(session, cast)
    with pytest.raises(Refused, match="reason_missing"):
        undo(session, cast.program, bundles, by=None, reason=" ")
    take_back(session, cast, bundles)
    with pytest.raises(Conflict, match="bundle_decided"):
        take_back(session, cast, bundles)
