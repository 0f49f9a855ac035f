"""Proposed groups: opened by a published draft, and proposed again when nobody comes after all."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from groupmatch.records import (
    LIVE_OFFERS,
    NEVER_BEGUN,
    DraftEntry,
    Group,
    GroupStatus,
    Offer,
    Seat,
    SeatState,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.sessions import sessions


def open_group(session: Session, group: Group, *, by: str | None) -> None:
    """Let a proposed group run; one that runs already goes on."""
    if group.status == GroupStatus.PROPOSED:
        _set_status(session, group, GroupStatus.RUNNING, "group.opened", by=by)


def propose_again(session: Session, entry_id: str | None, *, by: str | None) -> None:
    """Take an opening back, if this draft entry opened a group that nobody has come to.

    A group whose seats and offers all fell away before anybody came is as it was: proposed.
    """
    entry = session.get(DraftEntry, entry_id) if entry_id else None
    if entry is None or not entry.opens:
        return
    group = locks.hold_groups(session, [entry.to_group_id])[entry.to_group_id]
    wanted = is_awaited(session, group) or _has_met(session, group)
    if group.status == GroupStatus.RUNNING and not wanted:
        _set_status(session, group, GroupStatus.PROPOSED, "group.proposed_again", by=by)


def is_awaited(session: Session, group: Group) -> bool:
    """Whether somebody has a seat in a group, or is offered one."""
    seats = exists().where(Seat.group_id == group.id, Seat.state != SeatState.ENDED)
    offers = exists().where(Offer.to_group_id == group.id, Offer.state.in_(LIVE_OFFERS))
    return bool(session.scalar(select(or_(seats, offers))))


def _has_met(session: Session, group: Group) -> bool:
    """Whether somebody had a seat in it, and did not leave it before the first session."""
    left = exists().where(Seat.group_id == group.id, Seat.end_reason.not_in(NEVER_BEGUN))
    return bool(session.scalar(select(left)))


def _set_status(
    session: Session, group: Group, status: GroupStatus, act: str, *, by: str | None
) -> None:
    before, group.status = group.status, status
    session.flush()
    audit.record(
        session, act, group, by=by, before={"status": before}, after={"status": group.status}
    )
    sessions.lay_out(session, group, by=by)
