"""Undoing a publication, as long as nobody has met in its seats yet.

Offers are taken back, new seats end without ever having begun, former ones go on as if they had
never ended, and groups that were opened are proposed again. That state is checked by the rules of
the solver first; eligibility is not, because a seat that stood may stand again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    LIVE_OFFERS,
    MEETING_STATES,
    NEVER_BEGUN,
    SEAT_FOLLOWS,
    BundleState,
    DraftBundle,
    DraftEntry,
    Offer,
    OfferState,
    Program,
    RequestStatus,
    Seat,
    SeatState,
)
from groupmatch.services import locks
from groupmatch.services.drafts import drafts
from groupmatch.services.groups import openings
from groupmatch.services.offers import open_offers
from groupmatch.services.seats import seats
from groupmatch.services.switching import switches


@dataclass(frozen=True)
class _Step:
    """One entry and what it has led to so far."""

    entry: DraftEntry
    #: The seat that it gave, if that stands.
    given: Seat | None
    #: The seat that ended for it.
    former: Seat | None
    offer: Offer | None


def undo(
    session: Session,
    program: Program,
    bundles: Sequence[DraftBundle],
    *,
    by: str | None,
    reason: str,
) -> None:
    """Take published bundles back, all of them or none.

    Those of the present draft can be decided on anew. Raises Refused `reason_missing`, and Conflict
    `bundle_decided` or `undo_impossible` with `objections`: items with a `code` (`met`, `moved_on`,
    `over`, with their `entry`; or `rule`).
    """
    if not reason.strip():
        raise Refused("reason_missing")
    locks.hold_program(session, program.id)
    for bundle in bundles:
        locks.hold(session, bundle)
        if bundle.state != BundleState.PUBLISHED:
            raise Conflict("bundle_decided", state=bundle.state)
    steps = [_step(session, entry) for bundle in bundles for entry in bundle.entries]
    locks.hold_groups(session, {group for step in steps for group in _groups(step.entry)})
    objections = [item for step in steps for item in _objections(session, step)]
    objections = objections or _broken_rules(session, program, steps)
    if objections:
        raise Conflict("undo_impossible", objections=objections)
    _take_back(session, steps, by=by, reason=reason.strip())
    present = drafts.last_run(session, program)
    for bundle in bundles:
        current = present is not None and bundle.run_id == present.id
        state = BundleState.PROPOSED if current else BundleState.SUPERSEDED
        drafts.decide(session, bundle, state, (BundleState.PUBLISHED,), by=by)


def _step(session: Session, entry: DraftEntry) -> _Step:
    given = select(Seat).where(Seat.entry_id == entry.id).order_by(Seat.created_at.desc())
    former = (
        select(Seat)
        .where(
            Seat.request_id == entry.request_id,
            Seat.group_id == entry.from_group_id,
            Seat.end_reason.in_(SEAT_FOLLOWS),
        )
        .order_by(Seat.ends_on.desc(), Seat.created_at.desc())
    )
    offer = select(Offer).where(Offer.entry_id == entry.id).order_by(Offer.made_at.desc())
    made = session.scalars(offer.limit(1)).first()
    seat = session.scalars(given.limit(1)).first()
    return _Step(
        entry=entry,
        given=seat,
        former=session.scalars(former.limit(1)).first() if seat and entry.from_group_id else None,
        offer=made if made and made.state in LIVE_OFFERS else None,
    )


def _groups(entry: DraftEntry) -> Iterator[str]:
    yield entry.to_group_id
    if entry.from_group_id:
        yield entry.from_group_id


def _objections(session: Session, step: _Step) -> Iterator[Json]:
    """What makes one entry impossible to take back, whatever the rules say."""
    given, former, entry = step.given, step.former, step.entry
    if given is None or given.state == SeatState.OFFERED or given.end_reason in NEVER_BEGUN:
        return
    group_over = former and former.group.status not in MEETING_STATES
    if given.state == SeatState.ENDED:
        yield {"code": "moved_on", "entry": entry.id}
    elif seats.has_met(session, given):
        yield {"code": "met", "entry": entry.id}
    elif group_over or entry.request.status != RequestStatus.OPEN:
        yield {"code": "over", "entry": entry.id}


def _broken_rules(session: Session, program: Program, steps: Sequence[_Step]) -> list[Json]:
    """What the former seats would break if they stood again in place of the new ones."""
    back = {step.entry.request_id: step.former for step in steps if step.former}
    if not back:
        return []
    people = {step.entry.participant_id for step in steps}
    members = select(Seat.participant_id).where(
        Seat.group_id.in_({seat.group_id for seat in back.values()}),
        Seat.state != SeatState.ENDED,
    )
    compiled = matching.compile_program(
        session,
        program,
        on=clock.today(program.timezone),
        only=people.union(session.scalars(members)),
        gates=False,
        without={step.given.id for step in steps if step.given}
        | {step.offer.id for step in steps if step.offer},
    )
    present = {each.id: each.seat for each in compiled.problem.requests if each.seat is not None}
    wished = {
        name: hour.id
        for name, seat in back.items()
        for hour in compiled.wishes.hours_of(seat.group_id, seat.participant)
    }
    found = matching.violations(compiled.problem, {**present, **wished})
    return [
        {"code": "rule"} | compiled.in_records(each.as_json())
        for each in found
        if each.rule not in {*matching.ELIGIBILITY, "moves"}
    ]


def _take_back(session: Session, steps: Sequence[_Step], *, by: str | None, reason: str) -> None:
    for step in steps:
        if step.offer:
            open_offers.close(session, step.offer, OfferState.WITHDRAWN, by=by, note=reason)
    for step in steps:
        if step.given and step.given.state != SeatState.ENDED:
            seats.take_back(session, step.given, by=by, reason=reason)
    for step in steps:
        if step.former:
            seats.take_up_again(session, step.former, by=by)
            switches.reopen(session, step.former, by=by, reason=reason)
        open_offers.announce(session, step.entry.participant)
    for step in steps:
        openings.propose_again(session, step.entry.id, by=by)
