"""Holding seats out: the offers of a published bundle, or one that a person makes by hand."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.errors import Conflict
from groupmatch.records import (
    DraftBundle,
    DraftEntry,
    Group,
    Offer,
    Program,
    Request,
    Seat,
    SeatState,
)
from groupmatch.services.audit import audit
from groupmatch.services.groups import openings
from groupmatch.services.hours.instants import in_words
from groupmatch.services.mail import outbox
from groupmatch.services.offers.expiry import expiry, waking
from groupmatch.services.seats import seats
from groupmatch.services.seats.taking_up import take_up


def leaves_seats(session: Session, bundle: DraftBundle) -> bool:
    """Whether somebody in a bundle holds a seat that they would leave."""
    requests = [entry.request_id for entry in bundle.entries]
    held = exists().where(Seat.request_id.in_(requests), Seat.state != SeatState.ENDED)
    return bool(session.scalar(select(held)))


def offer_bundle(
    session: Session, program: Program, bundle: DraftBundle, *, by: str | None
) -> list[Offer]:
    """Make the offers of a bundle that was found sound, and open its groups.

    Newcomers' seats are taken and stand as offered. Where somebody leaves a seat, nothing changes
    hands until all have accepted; until then room is kept.
    """
    if not leaves_seats(session, bundle):
        taken = take_up(session, bundle.entries, by=by, state=SeatState.OFFERED)
        return [
            _made(session, program, entry.request, entry.to_group, seat=seat, entry=entry, by=by)
            for entry, seat in zip(bundle.entries, taken, strict=True)
        ]
    for entry in bundle.entries:
        openings.open_group(session, entry.to_group, by=by)
    return [
        _made(session, program, entry.request, entry.to_group, entry=entry, by=by)
        for entry in bundle.entries
    ]


def offer_seat(
    session: Session, program: Program, request: Request, group: Group, *, by: str | None
) -> Offer:
    """Hold one free seat out to somebody who waits, by hand.

    Raises Conflict as `seats.take` does, and `no_session_left`.
    """
    starts_on = seats.begins_on(session, request, group)
    if starts_on is None:
        raise Conflict("no_session_left", group=group.id)
    seat = seats.take(
        session,
        request,
        group,
        starts_on=starts_on,
        by=by,
        state=SeatState.OFFERED,
        tell=False,
    )
    return hold_out(session, program, seat, by=by)


def hold_out(session: Session, program: Program, seat: Seat, *, by: str | None) -> Offer:
    """Make the offer for a seat that stands as offered."""
    return _made(session, program, seat.request, seat.group, seat=seat, by=by)


def _made(
    session: Session,
    program: Program,
    request: Request,
    group: Group,
    *,
    seat: Seat | None = None,
    entry: DraftEntry | None = None,
    by: str | None,
) -> Offer:
    former = None if seat else seats.seat_of(session, request)
    person, now = request.participant, clock.now()
    offer = Offer(
        program_id=program.id,
        request_id=request.id,
        participant_id=person.id,
        to_group=group,
        seat=seat,
        from_seat=former,
        bundle_id=entry.bundle_id if entry else None,
        entry_id=entry.id if entry else None,
        made_at=now,
        made_by_id=by,
        expires_at=expiry(now, program.offer_hours, person.timezone, waking()),
        facts=matching.facts_of(group, former.group_id if former else None),
    )
    session.add(offer)
    session.flush()
    after = {"group": group.id, "until": offer.expires_at.isoformat()}
    audit.record(session, "offer.made", offer, by=by, after=after)
    facts = {"until": in_words(offer.expires_at, person.timezone)}
    outbox.post_once(
        session,
        "offer",
        person.email,
        program_id=program.id,
        facts=facts,
        zone=person.timezone,
    )
    return offer
