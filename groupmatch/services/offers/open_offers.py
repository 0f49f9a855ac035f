"""Live offers: which there are, and how one is closed. What people do with them is in `offers`."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.records import (
    LIVE_OFFERS,
    DeclineReason,
    Group,
    Offer,
    OfferState,
    Participant,
    Request,
    Seat,
)
from groupmatch.services.audit import audit
from groupmatch.services.groups import openings
from groupmatch.services.mail import outbox


def reserved_seats(session: Session, group: Group) -> int:
    """Seats of a group that are kept free for offers that no seat stands for yet."""
    unseated = Offer.program_id == group.program_id, Offer.seat_id.is_(None)
    moves = session.scalars(_live().where(*unseated).options(joinedload(Offer.from_seat)))
    return matching.reserved(moves)[group.id]


def in_bundle(session: Session, bundle_id: str | None) -> Sequence[Offer]:
    """The live offers of a bundle that executes as one; none for what is in no bundle."""
    if bundle_id is None:
        return ()
    query = _live().where(Offer.bundle_id == bundle_id, Offer.seat_id.is_(None))
    return session.scalars(query.order_by(Offer.id)).all()


def close(
    session: Session,
    offer: Offer,
    state: OfferState,
    *,
    by: str | None,
    reason: DeclineReason | None = None,
    note: str = "",
    refusal: Sequence[Json] = (),
) -> None:
    """Bring an offer into a state; whatever stands for it is for the caller to end or begin."""
    before, offer.state = offer.state, state
    offer.answered_at, offer.answered_by_id = clock.now(), by
    offer.decline_reason, offer.refusal = reason, list(refusal)
    offer.note = note.strip() or offer.note
    session.flush()
    after = {"state": state, "group": offer.to_group_id}
    audit.record(
        session,
        f"offer.{state}",
        offer,
        by=by,
        before={"state": before},
        after={**after, "reason": reason} if reason else after,
    )


def dissolve(
    session: Session,
    bundle_id: str | None,
    *,
    by: str | None,
    refusal: Sequence[Json] = (),
) -> None:
    """Take back all live offers of a bundle that executes as one; all seats stay as they are.

    Everybody is told that there is news, and nobody why.
    """
    offers = in_bundle(session, bundle_id)
    for offer in offers:
        close(session, offer, OfferState.WITHDRAWN, by=by, refusal=refusal)
        announce(session, offer.participant)
    for offer in offers:
        openings.propose_again(session, offer.entry_id, by=by)


def end_with_seat(session: Session, seat: Seat, *, by: str | None) -> None:
    """Close what an ended seat held out, and dissolve the bundle that would have left it."""
    offered = session.scalar(_live().where(Offer.seat_id == seat.id))
    if offered:
        close(session, offered, OfferState.WITHDRAWN, by=by)
    leaving = session.scalar(_live().where(Offer.from_seat_id == seat.id))
    if leaving:
        dissolve(session, leaving.bundle_id, by=by)


def end_with_request(session: Session, request: Request, *, by: str | None) -> None:
    """Dissolve the bundle in which a request was to get a seat, now that it needs none."""
    offer = session.scalar(_live().where(Offer.request_id == request.id, Offer.seat_id.is_(None)))
    if offer:
        dissolve(session, offer.bundle_id, by=by)


def announce(session: Session, participant: Participant) -> None:
    """Tell somebody that there is news in their schedule."""
    outbox.post_once(
        session,
        "schedule",
        participant.email,
        program_id=participant.program_id,
        facts={},
        zone=participant.timezone,
    )


def _live() -> Select[Offer]:
    return select(Offer).where(Offer.state.in_(LIVE_OFFERS))
