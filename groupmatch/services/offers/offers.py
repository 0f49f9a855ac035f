"""Answering an offer: accept, decline, or let it lapse.

The requests of a plan are answered together. Where a bundle executes as one, an acceptance waits
for those of the others; one who declines, or does not answer, ends it for all, and every seat stays
as it was. Before anything is carried out, it is checked against the present once more.
"""

import enum
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database, Json
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    LIVE_OFFERS,
    DeclineReason,
    DraftEntry,
    EndReason,
    Offer,
    OfferState,
    Participant,
    Program,
    Request,
    Seat,
    TaskKind,
)
from groupmatch.services import locks
from groupmatch.services.care import calls
from groupmatch.services.drafts.revalidation import Present
from groupmatch.services.groups import openings
from groupmatch.services.offers import open_offers
from groupmatch.services.offers.offer_dates import first_date
from groupmatch.services.requests import pins
from groupmatch.services.seats import seats
from groupmatch.services.seats.taking_up import take_up, without_dates

#: After these somebody from the program should talk with the person.
_WORTH_A_CALL = {DeclineReason.LATER, DeclineReason.NEED_OVER, DeclineReason.OTHER}


class Answered(enum.StrEnum):
    """What an acceptance led to."""

    SEATED = "seated"
    #: The seat follows as soon as the others in the bundle have accepted.
    AGREED = "agreed"
    #: It no longer held, and is over; a person has been asked to call.
    GONE = "gone"


def accept(session: Session, offer: Offer, *, by: str | None) -> Answered:
    """Accept an offer, and with it those for the same plan.

    What no longer holds is closed with what changed, and staff get a task. Raises Conflict
    `offer_over` when it is not open any more, and `offer_held` while a safety flag is up: then a
    person decides.
    """
    together = _hold_open(session, offer)
    if offer.participant.safety_flag_since is not None:
        raise Conflict("offer_held")
    if offer.seat_id is None:
        return _agree(session, offer, together, by=by)
    objections = _objections(session, together)
    if objections:
        _ask_to_call(session, [offer.participant], by=by)
        _end(session, together, OfferState.WITHDRAWN, by=by, refusal=objections)
        return Answered.GONE
    for each, seat in _seats(together):
        open_offers.close(session, each, OfferState.ACCEPTED, by=by)
        seats.begin(session, seat, starts_on=first_date(session, seat), by=by)
    return Answered.SEATED


def decline(
    session: Session,
    offer: Offer,
    *,
    reason: DeclineReason,
    note: str = "",
    by: str | None,
) -> None:
    """Decline an offer, and with it those for the same plan; `note` is for staff only.

    No later match suggests these groups for these requests, until a person lifts the word. Raises
    Conflict `offer_over`.
    """
    together = _hold_open(session, offer)
    if reason in _WORTH_A_CALL:
        _ask_to_call(session, [offer.participant], by=by)
    _end(session, together, OfferState.DECLINED, by=by, reason=reason, note=note)
    for each in together:
        pins.ban(session, each.request, each.to_group_id, by=by)


def withdraw(session: Session, offer: Offer, *, by: str | None, reason: str) -> None:
    """Take an offer back, by a person's word. Raises Refused `reason_missing`, Conflict
    `offer_over`.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    _end(session, _hold_live(session, offer), OfferState.WITHDRAWN, by=by, note=reason)
    open_offers.announce(session, offer.participant)


def lapse_due(session: Session, program: Program) -> int:
    """Let the open offers lapse whose time is over; their number.

    Like a declined group, a lapsed one is not suggested again until a person lifts the word, who
    is asked to call. While somebody's safety flag is up, their offer stands.
    """
    locks.hold_program(session, program.id)
    due = (
        select(Offer)
        .join(Participant, Participant.id == Offer.participant_id)
        .where(
            Offer.program_id == program.id,
            Offer.state == OfferState.OPEN,
            Offer.expires_at <= clock.now(),
            Participant.safety_flag_since.is_(None),
        )
        .order_by(Offer.id)
    )
    return sum(_lapse(session, offer) for offer in session.scalars(due).all())


def lapse_all_due(database: Database) -> int:
    """The same for every program, each in a transaction of its own; asked every minute."""
    with database.read() as session:
        due = select(Offer.program_id).where(
            Offer.state == OfferState.OPEN, Offer.expires_at <= clock.now()
        )
        programs = session.scalars(due.distinct().order_by(Offer.program_id)).all()
    lapsed = 0
    for program_id in programs:
        with database.transaction() as session:
            lapsed += lapse_due(session, session.get_one(Program, program_id))
    return lapsed


def answered_together(session: Session, offer: Offer) -> Sequence[Offer]:
    """The live offers that one answer is for: those of the offer's plan, or it alone."""
    if offer.request.plan_id is None:
        return [offer] if offer.state in LIVE_OFFERS else []
    query = (
        select(Offer)
        .join(Request, Request.id == Offer.request_id)
        .where(
            Request.plan_id == offer.request.plan_id,
            Offer.bundle_id == offer.bundle_id,
            Offer.state.in_(LIVE_OFFERS),
        )
        .order_by(Offer.id)
    )
    return session.scalars(query).all()


def _hold_open(session: Session, offer: Offer) -> Sequence[Offer]:
    together = _hold_live(session, offer)
    if offer.state != OfferState.OPEN or offer.expires_at <= clock.now():
        raise Conflict("offer_over")
    return together


def _hold_live(session: Session, offer: Offer) -> Sequence[Offer]:
    locks.hold_program(session, offer.program_id)
    locks.hold(session, offer)
    if offer.state not in LIVE_OFFERS:
        raise Conflict("offer_over")
    together = answered_together(session, offer)
    locks.hold_groups(session, {each.to_group_id for each in together})
    return together


def _lapse(session: Session, offer: Offer) -> int:
    """Let an offer lapse with those that share its answer; none when that has happened before."""
    together = answered_together(session, offer)
    if not together:
        return 0
    _ask_to_call(session, [offer.participant], by=None)
    _end(session, together, OfferState.LAPSED, by=None)
    for each in together:
        pins.ban(session, each.request, each.to_group_id, by=None)
    open_offers.announce(session, offer.participant)
    return len(together)


def _agree(
    session: Session, offer: Offer, together: Sequence[Offer], *, by: str | None
) -> Answered:
    for each in together:
        open_offers.close(session, each, OfferState.AGREED, by=by)
    bundle = open_offers.in_bundle(session, offer.bundle_id)
    # What is in no bundle waits for whoever offered it.
    if not bundle or any(each.state == OfferState.OPEN for each in bundle):
        return Answered.AGREED
    locks.hold_groups(session, {each.to_group_id for each in bundle})
    entries = [each.entry for each in bundle if each.entry]
    objections = _objections(session, bundle) or _without_dates(session, entries)
    if objections:
        open_offers.dissolve(session, offer.bundle_id, by=by, refusal=objections)
        _ask_to_call(session, [each.participant for each in bundle], by=by)
        return Answered.GONE
    for each in bundle:
        open_offers.close(session, each, OfferState.ACCEPTED, by=each.answered_by_id)
    for each, seat in zip(bundle, take_up(session, entries, by=by), strict=True):
        each.seat = seat
    return Answered.SEATED


def _objections(session: Session, offers: Sequence[Offer]) -> list[Json]:
    program = session.get_one(Program, offers[0].program_id)
    without = {each.id for each in offers} | {each.seat_id for each in offers if each.seat_id}
    return Present(session, program, offers, without=without).objections(offers)


def _without_dates(session: Session, entries: Sequence[DraftEntry]) -> list[Json]:
    found = without_dates(session, entries)
    return [{"code": "no_session", "entry": entry.id} for entry in found]


def _end(
    session: Session,
    together: Sequence[Offer],
    state: OfferState,
    *,
    by: str | None,
    reason: DeclineReason | None = None,
    note: str = "",
    refusal: Sequence[Json] = (),
) -> None:
    """Close offers that lead to nothing: free their seats, or dissolve their bundle."""
    for each in together:
        open_offers.close(session, each, state, by=by, reason=reason, note=note, refusal=refusal)
    for each, seat in _seats(together):
        today, ended = clock.today(each.to_group.timezone), EndReason(state.value)
        seats.end_seat(session, seat, last_on=today, reason=ended, by=by, tell=False)
    if not _seats(together):
        open_offers.dissolve(session, together[0].bundle_id, by=by)
    for each in together:
        openings.propose_again(session, each.entry_id, by=by)


def _seats(offers: Sequence[Offer]) -> list[tuple[Offer, Seat]]:
    return [(each, each.seat) for each in offers if each.seat]


def _ask_to_call(session: Session, people: Iterable[Participant], *, by: str | None) -> None:
    """Open a task for each. People are locked before their own seats, as everywhere."""
    for person in people:
        calls.open_task(session, person, TaskKind.OFFER, note="", by=by)
