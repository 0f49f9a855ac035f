"""Offers of newcomers: held, accepted, declined, lapsed, and matched around, on both databases."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    AuditEntry,
    DeclineReason,
    EndReason,
    GateKind,
    Group,
    GroupSession,
    GroupStatus,
    Offer,
    OfferState,
    OutboxMail,
    Pin,
    Request,
    SeatState,
    SessionState,
    SwitchKind,
    SwitchReason,
    Task,
    TaskKind,
)
from groupmatch.services.care import gates
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.publishing import publish
from groupmatch.services.groups import openings
from groupmatch.services.offers import offers
from groupmatch.services.offers.offers import Answered
from groupmatch.services.participants import people
from groupmatch.services.requests import pins
from groupmatch.services.seats import seats
from groupmatch.services.sessions import sessions
from groupmatch.services.spreadsheets.seats import Seats
from groupmatch.services.switching import switches
from tests import cast as make
from tests.cast import EVENING, NOW, TODAY, TUESDAY, Cast
from tests.services.drafting import approved_draft, match, offer_of, seats_of

TOMORROW = date(2026, 11, 23)


@pytest.fixture
def offer(session: Session, cast: Cast) -> Offer:
    """Ben is offered a seat beside Ada."""
    cast.program.publish_offers = True
    approved_draft(session, cast.program)
    publish(session, cast.program, by=cast.mara.id)
    return offer_of(session, cast.ben_request)


def proposed(session: Session, cast: Cast) -> set[str]:
    """The requests for which tonight's match finds a seat."""
    match(session, cast.program)
    bundles = drafts.current_draft(session, cast.program).bundles
    return {entry.request_id for bundle in bundles for entry in bundle.entries}


def test_publishing_offers_the_seat_and_holds_it(
    session: Session, cast: Cast, offer: Offer
) -> None:
    [seat] = seats_of(session, cast.ben_request)
    assert (offer.state, offer.seat_id, offer.from_seat_id) == (OfferState.OPEN, seat.id, None)
    assert (seat.state, seat.starts_on) == (SeatState.OFFERED, TOMORROW)
    assert offer.expires_at == NOW + timedelta(hours=24)
    assert seats.free_seats(session, cast.group) == cast.group.max_size - 2


def test_without_the_policy_publishing_gives_the_seat(session: Session, cast: Cast) -> None:
    approved_draft(session, cast.program)
    publish(session, cast.program, by=cast.mara.id)
    assert seats_of(session, cast.ben_request)[0].state == SeatState.ACTIVE
    assert session.scalars(select(Offer)).all() == []


def test_the_mail_tells_until_when_and_nothing_more(
    session: Session, cast: Cast, offer: Offer
) -> None:
    [mail] = session.scalars(select(OutboxMail))
    assert (mail.template, mail.recipient) == ("offer", cast.ben.email)
    assert mail.facts == {"until": "Monday, November 23, 1:00 pm EST"}


def test_an_accepted_seat_is_its_members_own(session: Session, cast: Cast, offer: Offer) -> None:
    assert offers.accept(session, offer, by=None) == Answered.SEATED
    [seat] = seats_of(session, cast.ben_request)
    assert (seat.state, seat.starts_on) == (SeatState.ACTIVE, TOMORROW)
    assert (offer.state, offer.answered_at) == (OfferState.ACCEPTED, NOW)


def test_whoever_accepts_after_the_first_session_comes_to_the_next(
    session: Session, cast: Cast, offer: Offer, fixed_clock: time_machine.Traveller
) -> None:
    offer.expires_at = NOW + timedelta(days=3)
    fixed_clock.move_to(NOW + timedelta(days=1, hours=8))
    offers.accept(session, offer, by=None)
    assert seats_of(session, cast.ben_request)[0].starts_on == TOMORROW + timedelta(days=7)


def test_a_declined_seat_is_free_and_its_person_waits_as_before(
    session: Session, cast: Cast, offer: Offer
) -> None:
    cast.ben_request.waiting_since = TODAY - timedelta(days=30)
    offers.decline(session, offer, reason=DeclineReason.TIME, note=" Too late. ", by=None)
    [seat] = seats_of(session, cast.ben_request)
    assert (seat.state, seat.end_reason) == (SeatState.ENDED, EndReason.DECLINED)
    assert (offer.state, offer.note) == (OfferState.DECLINED, "Too late.")
    assert cast.ben_request.waiting_since == TODAY - timedelta(days=30)
    assert seats.free_seats(session, cast.group) == cast.group.max_size - 1


def test_what_was_declined_is_not_suggested_again_until_a_person_says_so(
    session: Session, cast: Cast, offer: Offer
) -> None:
    offers.decline(session, offer, reason=DeclineReason.TIME, by=None)
    assert proposed(session, cast) == set()
    pins.lift(session, session.scalars(select(Pin)).one(), by=None)
    session.flush()
    assert proposed(session, cast) == {cast.ben_request.id}


@pytest.mark.parametrize(
    ("reason", "calls"), [(DeclineReason.TIME, 0), (DeclineReason.NEED_OVER, 1)]
)
def test_some_reasons_are_worth_a_call(
    session: Session, cast: Cast, offer: Offer, reason: DeclineReason, calls: int
) -> None:
    offers.decline(session, offer, reason=reason, by=None)
    tasks = session.scalars(select(Task.kind).where(Task.participant_id == cast.ben.id)).all()
    assert tasks == [TaskKind.OFFER] * calls


def test_an_answered_offer_is_answered_once(session: Session, cast: Cast, offer: Offer) -> None:
    offers.accept(session, offer, by=None)
    with pytest.raises(Conflict, match="offer_over"):
        offers.accept(session, offer, by=None)
    with pytest.raises(Conflict, match="offer_over"):
        offers.decline(session, offer, reason=DeclineReason.TIME, by=None)


def test_an_offer_lapses_when_its_time_is_over_and_not_before(
    session: Session, cast: Cast, offer: Offer, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(NOW + timedelta(hours=23, minutes=59))
    assert offers.lapse_due(session, cast.program) == 0
    fixed_clock.move_to(NOW + timedelta(hours=24))
    with pytest.raises(Conflict, match="offer_over"):
        offers.accept(session, offer, by=None)
    assert offers.lapse_due(session, cast.program) == 1
    assert (offer.state, seats_of(session, cast.ben_request)[0].end_reason) == ("lapsed", "lapsed")
    [task] = session.scalars(select(Task))
    assert (task.kind, task.participant_id) == (TaskKind.OFFER, cast.ben.id)
    assert offers.lapse_due(session, cast.program) == 0


def test_the_scheduler_lets_offers_lapse_in_every_program(
    database: Database, fixed_clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        cast = make.make_cast(session)
        cast.program.publish_offers = True
        approved_draft(session, cast.program)
        publish(session, cast.program, by=None)
    fixed_clock.move_to(NOW + timedelta(days=1))
    assert (offers.lapse_all_due(database), offers.lapse_all_due(database)) == (1, 0)


def test_a_safety_flag_keeps_the_offer_and_leaves_it_to_a_person(
    session: Session, cast: Cast, offer: Offer, fixed_clock: time_machine.Traveller
) -> None:
    people.set_safety_flag(session, cast.ben, raised=True, by=cast.mara.id, reason="call")
    with pytest.raises(Conflict, match="offer_held"):
        offers.accept(session, offer, by=None)
    fixed_clock.move_to(NOW + timedelta(days=2))
    assert offers.lapse_due(session, cast.program) == 0
    assert seats_of(session, cast.ben_request)[0].state == SeatState.OFFERED


def test_what_no_longer_holds_is_over_and_a_person_is_asked_to_call(
    session: Session, cast: Cast, offer: Offer
) -> None:
    cast.group.meetings[0].start_minute += 15
    session.flush()
    assert offers.accept(session, offer, by=None) == Answered.GONE
    assert [(item["code"], item["fact"]) for item in offer.refusal] == [("changed", "meetings")]
    assert (offer.state, seats_of(session, cast.ben_request)[0].end_reason) == (
        OfferState.WITHDRAWN,
        EndReason.WITHDRAWN,
    )
    assert session.scalars(select(Task.kind)).all() == [TaskKind.OFFER]


def test_a_gate_that_closed_meanwhile_keeps_the_seat_from_being_taken(
    session: Session, cast: Cast, offer: Offer
) -> None:
    gates.close_gate(session, cast.ben, GateKind.CONSENT, by=None)
    session.flush()
    assert offers.accept(session, offer, by=None) == Answered.GONE
    assert offer.refusal[0]["gates"] == [GateKind.CONSENT]


def test_an_open_offer_compiles_as_seated_and_pinned(
    session: Session, cast: Cast, offer: Offer
) -> None:
    cast.group.max_size = 2
    lou = make.request(session, make.participant(session, cast.program, "Lou"))
    assert proposed(session, cast) == set()
    offers.decline(session, offer, reason=DeclineReason.GROUP, by=None)
    assert proposed(session, cast) == {lou.id}


def test_a_plan_is_answered_as_one(session: Session, cast: Cast, offer: Offer) -> None:
    asked = a_plan(session, cast)
    approved_draft(session, cast.program)
    publish(session, cast.program, by=None)
    made = [offer_of(session, request) for request in asked]
    assert {seat.state for each in asked for seat in seats_of(session, each)} == {"offered"}
    offers.accept(session, made[0], by=None)
    assert [each.state for each in made] == [OfferState.ACCEPTED] * 2
    assert {seat.state for each in asked for seat in seats_of(session, each)} == {"active"}


def test_a_declined_plan_is_declined_as_one(session: Session, cast: Cast, offer: Offer) -> None:
    asked = a_plan(session, cast)
    approved_draft(session, cast.program)
    publish(session, cast.program, by=None)
    offers.decline(session, offer_of(session, asked[1]), reason=DeclineReason.LATER, by=None)
    assert {seat.end_reason for each in asked for seat in seats_of(session, each)} == {"declined"}
    assert offer.state == OfferState.OPEN


def a_plan(session: Session, cast: Cast) -> list[Request]:
    """Uma needs two hours a week together, at Ada's hour and on Tuesdays."""
    make.therapy_group(
        session, cast.program, leaders=[cast.cleo], meetings=((TUESDAY, EVENING, 60),)
    )
    hours = ((0, EVENING, EVENING + 60), (TUESDAY, EVENING, EVENING + 60))
    uma = make.participant(session, cast.program, "Uma", hours=hours)
    return make.plan(session, uma, requests=2, min_minutes=120)


def test_a_group_that_nobody_comes_to_is_proposed_again(session: Session, cast: Cast) -> None:
    cast.program.publish_offers = True
    hours = ((TUESDAY, EVENING, EVENING + 60),)
    opened = make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        status=GroupStatus.PROPOSED,
        min_size=2,
        meetings=((TUESDAY, EVENING, 60),),
    )
    asked = [
        make.request(session, make.participant(session, cast.program, name, hours=hours))
        for name in ("Uma", "Vic")
    ]
    approved_draft(session, cast.program)
    publish(session, cast.program, by=None)
    assert opened.status == GroupStatus.RUNNING
    sessions.lay_out_together(session, [opened], by=None)
    one, other = (offer_of(session, request) for request in asked)
    offers.decline(session, one, reason=DeclineReason.TIME, by=None)
    assert opened.status == GroupStatus.RUNNING
    offers.decline(session, other, reason=DeclineReason.TIME, by=None)
    assert opened.status == GroupStatus.PROPOSED
    assert _dated(session, opened) == {SessionState.CANCELLED}
    openings.open_group(session, opened, by=None)
    assert _dated(session, opened) == {SessionState.SCHEDULED}


def _dated(session: Session, group: Group) -> set[SessionState]:
    """How the sessions of a group stand."""
    return set(session.scalars(select(GroupSession.state).filter_by(group_id=group.id)))


def test_an_offered_seat_is_answered_and_not_switched(
    session: Session, cast: Cast, offer: Offer
) -> None:
    [seat] = seats_of(session, cast.ben_request)
    with pytest.raises(Conflict, match="seat_over"):
        switches.request_switch(
            session, seat, kind=SwitchKind.TIME, reason=SwitchReason.SCHEDULE, by=None
        )


def test_a_seat_ended_by_hand_takes_its_offer_along(
    session: Session, cast: Cast, offer: Offer
) -> None:
    seat = seats_of(session, cast.ben_request)[0]
    seats.end_seat(session, seat, last_on=TODAY, reason=EndReason.WITHDREW, by=cast.mara.id)
    assert offer.state == OfferState.WITHDRAWN


def test_staff_take_an_offer_back_with_a_reason(session: Session, cast: Cast, offer: Offer) -> None:
    with pytest.raises(Refused, match="reason_missing"):
        offers.withdraw(session, offer, by=cast.mara.id, reason=" ")
    offers.withdraw(session, offer, by=cast.mara.id, reason="Clinician's advice")
    assert (offer.state, offer.note) == (OfferState.WITHDRAWN, "Clinician's advice")
    assert seats_of(session, cast.ben_request)[0].state == SeatState.ENDED


def test_an_imported_offer_can_be_answered_and_an_imported_answer_ends_it(
    session: Session, cast: Cast
) -> None:
    dates = {"starts_on": None, "ends_on": None}
    row = {"request": cast.ben_request.id, "group": cast.group.id, **dates}
    Seats(session, cast.program).add({**row, "state": SeatState.OFFERED})
    offer = offer_of(session, cast.ben_request)
    assert offer.state == OfferState.OPEN
    changed = {**row, "state": SeatState.ACTIVE}
    Seats(session, cast.program).change(cast.ben_request.id, changed, ["state"])
    assert offer.state == OfferState.WITHDRAWN
    assert seats_of(session, cast.ben_request)[0].state == SeatState.ACTIVE
    changed = {**row, "state": SeatState.OFFERED}
    Seats(session, cast.program).change(cast.ben_request.id, changed, ["state"])
    live = select(Offer.state).where(Offer.state == OfferState.OPEN)
    assert len(session.scalars(live).all()) == 1


def test_every_step_is_audited(session: Session, cast: Cast, offer: Offer) -> None:
    offers.accept(session, offer, by=cast.mara.id)
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.actor_id == cast.mara.id))
    assert set(acts) >= {"seat.offered", "offer.made", "offer.accepted", "seat.taken"}
