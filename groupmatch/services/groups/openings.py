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
)
from groupmatch.services import locks
from groupmatch.services.audit import audit


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
    if group.status == GroupStatus.RUNNING and not _is_awaited(session, group):
        _set_status(session, group, GroupStatus.PROPOSED, "group.proposed_again", by=by)


def _is_awaited(session: Session, group: Group) -> bool:
    """Whether somebody has, or had, a seat in it, or is offered one."""
    taken_up = or_(Seat.end_reason.is_(None), Seat.end_reason.not_in(NEVER_BEGUN))
    seats = exists().where(Seat.group_id == group.id, taken_up)
    offers = exists().where(Offer.to_group_id == group.id, Offer.state.in_(LIVE_OFFERS))
    return bool(session.scalar(select(or_(seats, offers))))


def _set_status(
    session: Session, group: Group, status: GroupStatus, act: str, *, by: str | None
) -> None:
    before, group.status = group.status, status
    session.flush()
    audit.record(
        session, act, group, by=by, before={"status": before}, after={"status": group.status}
    )
