"""Offers for which somebody would leave a seat: all accept and all move, or nobody does."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict
from groupmatch.records import (
    ApartPair,
    CancelReason,
    DeclineReason,
    EndReason,
    Group,
    GroupSession,
    GroupStatus,
    Offer,
    OfferState,
    Participant,
    Request,
    RequestAvoid,
    Seat,
    SeatState,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.publishing import publish
from groupmatch.services.offers import offers
from groupmatch.services.offers.offer_dates import dates_of
from groupmatch.services.offers.offers import Answered
from groupmatch.services.seats import seats
from groupmatch.services.sessions import cancelling, sessions
from tests import cast as make
from tests.cast import EVENING, MONDAY, NOW, TODAY, TUESDAY, Cast
from tests.services.drafting import approved_draft, ask_to_switch, match, offer_of, seats_of

TOMORROW = date(2026, 11, 23)


@pytest.fixture
def other(session: Session, cast: Cast) -> Group:
    """Another group at the same hour that would suit Ada and Ben. The program makes offers."""
    cast.program.publish_offers = True
    return make.therapy_group(session, cast.program, leaders=[cast.cleo])


@pytest.fixture
def crossing(session: Session, cast: Cast, other: Group) -> tuple[Offer, Offer]:
    """Ada and Ben, each alone in a full group, would trade places."""
    cast.group.max_size = other.max_size = 1
    theirs = make.seat(session, cast.ben_request, other)
    ask_to_switch(session, cast.ada_seat)
    ask_to_switch(session, theirs)
    offer_all(session, cast)
    return offer_of(session, cast.ada_request), offer_of(session, cast.ben_request)


def offer_all(session: Session, cast: Cast) -> None:
    approved_draft(session, cast.program)
    report = publish(session, cast.program, by=cast.mara.id)
    assert list(report.refused) == []


def held(session: Session, request: Request) -> Seat:
    return seats.seat_of(session, request) or pytest.fail("no seat is held")


def proposed(session: Session, cast: Cast) -> dict[str, str]:
    """Request → the group that tonight's match proposes for it."""
    match(session, cast.program)
    bundles = drafts.current_draft(session, cast.program).bundles
    return {each.request_id: each.to_group_id for bundle in bundles for each in bundle.entries}


def switch_ada(session: Session, cast: Cast) -> Offer:
    ask_to_switch(session, cast.ada_seat)
    # Ben does not come into it.
    cast.ben_request.status = "closed"
    offer_all(session, cast)
    return offer_of(session, cast.ada_request)


def test_the_old_seat_stands_until_the_offer_is_accepted(
    session: Session, cast: Cast, other: Group
) -> None:
    offer = switch_ada(session, cast)
    assert (offer.seat_id, offer.from_seat_id) == (None, cast.ada_seat.id)
    assert held(session, cast.ada_request) is cast.ada_seat
    assert offers.accept(session, offer, by=None) == Answered.SEATED
    old, new = seats_of(session, cast.ada_request)
    assert (old.id, old.end_reason, old.ends_on) == (cast.ada_seat.id, EndReason.SWITCHED, TODAY)
    assert (new.group_id, new.state, new.starts_on) == (other.id, SeatState.ACTIVE, TOMORROW)
    assert offer.seat_id == new.id
    assert session.scalars(select(SwitchRequest.state)).all() == [SwitchState.GRANTED]


def test_room_is_kept_for_whoever_may_come(session: Session, cast: Cast, other: Group) -> None:
    other.max_size = 1
    offer = switch_ada(session, cast)
    lou = make.request(session, make.participant(session, cast.program, "Lou"))
    assert seats.free_seats(session, other) == 0
    with pytest.raises(Conflict, match="group_full"):
        seats.take(session, lou, other, starts_on=TOMORROW, by=None)
    assert proposed(session, cast) == {lou.id: cast.group.id}
    cast.group.held_seats = 7
    session.flush()
    assert proposed(session, cast) == {}
    offers.decline(session, offer, reason=DeclineReason.TIME, by=None)
    assert seats.free_seats(session, other) == 1
    assert proposed(session, cast) == {lou.id: other.id}


def test_the_offered_hours_are_taken_for_everything_else(
    session: Session, cast: Cast, other: Group
) -> None:
    offer = switch_ada(session, cast)
    second = make.request(session, cast.ada)
    clash = make.therapy_group(session, cast.program, leaders=[cast.cleo])
    cast.group.held_seats = 7
    session.flush()
    assert second.id not in proposed(session, cast)
    offers.withdraw(session, offer, by=None, reason="control")
    cast.ada_seat.state, cast.ada_seat.end_reason = SeatState.ENDED, EndReason.BY_HAND
    cast.ada_request.status = "closed"
    session.flush()
    assert proposed(session, cast)[second.id] in {clash.id, other.id}


def test_nobody_comes_in_whom_they_must_not_meet(
    session: Session, cast: Cast, other: Group
) -> None:
    offer = switch_ada(session, cast)
    lou = make.participant(session, cast.program, "Lou")
    keep_apart(session, cast, lou)
    asked = make.request(session, lou)
    assert asked.id not in proposed(session, cast)
    offers.withdraw(session, offer, by=None, reason="control")
    assert asked.id in proposed(session, cast)


def keep_apart(session: Session, cast: Cast, other: Participant) -> None:
    first, second = sorted((cast.ada.id, other.id))
    pair = ApartPair(
        program_id=cast.program.id, first_id=first, second_id=second, kind="work", created_at=NOW
    )
    session.add(pair)
    session.flush()


def test_full_groups_trade_members_when_the_last_has_accepted(
    session: Session, cast: Cast, other: Group, crossing: tuple[Offer, Offer]
) -> None:
    first, last = crossing
    assert offers.accept(session, first, by=None) == Answered.AGREED
    assert held(session, cast.ada_request).group_id == cast.group.id
    assert proposed(session, cast) == {}
    assert offers.accept(session, last, by=None) == Answered.SEATED
    assert held(session, cast.ada_request).group_id == other.id
    assert held(session, cast.ben_request).group_id == cast.group.id
    assert {offer.state for offer in crossing} == {OfferState.ACCEPTED}


def test_an_offer_names_the_date_on_which_all_change_together(
    session: Session, cast: Cast, other: Group, crossing: tuple[Offer, Offer]
) -> None:
    first, last = crossing
    # Alone, Ben would come tomorrow; nobody can come to the other group before the week after.
    sessions.lay_out_together(session, [other], by=None)
    sittings = select(GroupSession).where(GroupSession.group_id == other.id)
    off = session.scalars(sittings.where(GroupSession.on == TOMORROW)).one()
    cancelling.cancel_session(session, off, reason=CancelReason.OTHER, note="", by=None)
    told = [dates_of(session, offer) for offer in crossing]
    offers.accept(session, first, by=None)
    offers.accept(session, last, by=None)
    new = [held(session, cast.ada_request), held(session, cast.ben_request)]
    assert [dates and dates.starts_on for dates in told] == [seat.starts_on for seat in new]
    assert {seat.starts_on for seat in new} == {TOMORROW + timedelta(weeks=1)}


def test_one_who_declines_ends_it_for_all_and_every_seat_stays(
    session: Session, cast: Cast, other: Group, crossing: tuple[Offer, Offer]
) -> None:
    first, last = crossing
    offers.accept(session, first, by=None)
    offers.decline(session, last, reason=DeclineReason.GROUP, by=None)
    assert (first.state, last.state) == (OfferState.WITHDRAWN, OfferState.DECLINED)
    assert held(session, cast.ada_request).group_id == cast.group.id
    assert held(session, cast.ben_request).group_id == other.id
    with pytest.raises(Conflict, match="offer_over"):
        offers.accept(session, first, by=None)


def test_one_who_does_not_answer_ends_it_too(
    session: Session,
    cast: Cast,
    crossing: tuple[Offer, Offer],
    fixed_clock: time_machine.Traveller,
) -> None:
    first, last = crossing
    offers.accept(session, first, by=None)
    fixed_clock.move_to(NOW + timedelta(days=1))
    assert offers.lapse_due(session, cast.program) == 1
    assert (first.state, last.state) == (OfferState.WITHDRAWN, OfferState.LAPSED)
    assert held(session, cast.ada_request) is cast.ada_seat


def test_what_no_longer_holds_moves_nobody(
    session: Session, cast: Cast, other: Group, crossing: tuple[Offer, Offer]
) -> None:
    first, last = crossing
    offers.accept(session, first, by=None)
    other.max_size, other.held_seats = 1, 1
    session.flush()
    assert offers.accept(session, last, by=None) == Answered.GONE
    assert {offer.state for offer in crossing} == {OfferState.WITHDRAWN}
    assert {item["rule"] for item in last.refusal} >= {"capacity"}
    assert held(session, cast.ada_request) is cast.ada_seat


def test_a_seat_given_by_hand_dissolves_what_rested_on_the_old_one(
    session: Session, cast: Cast, crossing: tuple[Offer, Offer]
) -> None:
    third = make.therapy_group(session, cast.program, leaders=[cast.cleo])
    seats.move(session, cast.ada_seat, third, starts_on=TOMORROW, by=cast.mara.id)
    assert {offer.state for offer in crossing} == {OfferState.WITHDRAWN}
    assert held(session, cast.ada_request).group_id == third.id


def test_a_group_opened_for_one_who_declines_is_proposed_again(
    session: Session, cast: Cast
) -> None:
    cast.program.publish_offers = True
    cast.ben_request.status = "closed"
    cast.group.status = GroupStatus.ENDING
    opened = make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        status=GroupStatus.PROPOSED,
        meetings=((MONDAY, EVENING + 90, 60),),
    )
    offer_all(session, cast)
    assert opened.status == GroupStatus.RUNNING
    offer = offer_of(session, cast.ada_request)
    assert (offer.to_group_id, offer.from_seat_id) == (opened.id, cast.ada_seat.id)
    offers.decline(session, offer, reason=DeclineReason.GROUP, by=None)
    assert opened.status == GroupStatus.PROPOSED
    assert held(session, cast.ada_request) is cast.ada_seat


def test_a_newcomer_waits_with_whoever_makes_room(
    session: Session, cast: Cast, other: Group
) -> None:
    cast.group.max_size = other.max_size = 1
    ask_to_switch(session, cast.ada_seat)
    cast.ben_request.avoided.append(RequestAvoid(group_id=other.id))
    session.flush()
    offer_all(session, cast)
    mine, theirs = offer_of(session, cast.ben_request), offer_of(session, cast.ada_request)
    assert (mine.seat_id, mine.from_seat_id, mine.bundle_id) == (None, None, theirs.bundle_id)
    assert offers.accept(session, mine, by=None) == Answered.AGREED
    assert seats.seat_of(session, cast.ben_request) is None
    assert proposed(session, cast) == {}
    assert offers.accept(session, theirs, by=None) == Answered.SEATED
    assert held(session, cast.ben_request).group_id == cast.group.id
    assert held(session, cast.ada_request).group_id == other.id


@pytest.fixture
def week_and_leaver(session: Session, cast: Cast, other: Group) -> tuple[list[Offer], Offer]:
    """Uma's two hours a week, of which one is Ada's, and Ada, who would leave it for the other
    group: one bundle. Offers of Uma, and of Ada.
    """
    cast.group.max_size = other.max_size = 1
    cast.ben_request.status = "closed"
    ask_to_switch(session, cast.ada_seat)
    make.therapy_group(
        session, cast.program, leaders=[cast.cleo], meetings=((TUESDAY, EVENING, 60),)
    )
    hours = ((MONDAY, EVENING, EVENING + 60), (TUESDAY, EVENING, EVENING + 60))
    uma = make.participant(session, cast.program, "Uma", hours=hours)
    asked = make.plan(session, uma, requests=2, min_minutes=120)
    offer_all(session, cast)
    found = [offer_of(session, request) for request in asked], offer_of(session, cast.ada_request)
    assert {each.bundle_id for each in (*found[0], found[1])} == {found[1].bundle_id}
    return found


def test_a_plan_waits_whole_for_whoever_leaves_a_seat_to_it(
    session: Session, cast: Cast, week_and_leaver: tuple[list[Offer], Offer]
) -> None:
    week, leaving = week_and_leaver
    assert offers.accept(session, week[0], by=None) == Answered.AGREED
    assert [each.state for each in week] == [OfferState.AGREED] * 2
    assert held(session, cast.ada_request) is cast.ada_seat
    assert offers.accept(session, leaving, by=None) == Answered.SEATED
    groups = {held(session, each.request).group_id for each in week}
    assert cast.group.id in groups
    assert len(groups) == 2
    for each in week:
        assert held(session, each.request).starts_on > (cast.ada_seat.ends_on or date.max)


def test_whoever_stays_keeps_the_whole_plan_from_beginning(
    session: Session, cast: Cast, week_and_leaver: tuple[list[Offer], Offer]
) -> None:
    week, leaving = week_and_leaver
    offers.accept(session, week[1], by=None)
    offers.decline(session, leaving, reason=DeclineReason.TIME, by=None)
    assert [each.state for each in week] == [OfferState.WITHDRAWN] * 2
    assert [seats_of(session, each.request) for each in week] == [[], []]
    assert held(session, cast.ada_request) is cast.ada_seat


def test_a_declined_plan_leaves_everybody_where_they_are(
    session: Session, cast: Cast, week_and_leaver: tuple[list[Offer], Offer]
) -> None:
    week, leaving = week_and_leaver
    offers.accept(session, leaving, by=None)
    offers.decline(session, week[0], reason=DeclineReason.LATER, by=None)
    assert leaving.state == OfferState.WITHDRAWN
    assert held(session, cast.ada_request) is cast.ada_seat
