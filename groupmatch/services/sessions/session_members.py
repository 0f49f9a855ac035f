"""Whose seat covers a session: also of those who left since, and of nobody who comes later."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from groupmatch.records import NEVER_BEGUN, GroupSession, Participant, Seat, SeatState

#: A local date, or the column of one.
_Day = date | SQLColumnExpression[date]


def covers(first: _Day, last: _Day) -> ColumnElement[bool]:
    """The seat covers a date between two, both included; an offer covers nothing, taken or not."""
    return and_(
        Seat.state != SeatState.OFFERED,
        or_(Seat.end_reason.is_(None), Seat.end_reason.not_in(NEVER_BEGUN)),
        Seat.starts_on <= last,
        or_(Seat.ends_on.is_(None), Seat.ends_on >= first),
    )


def member_seats(session: Session, meeting: GroupSession) -> list[Seat]:
    """The seats of everybody who is expected at a session, participants loaded, by name."""
    query = (
        select(Seat)
        .where(Seat.group_id == meeting.group_id, covers(meeting.on, meeting.on))
        .options(joinedload(Seat.participant))
        .order_by(Seat.created_at, Seat.id)
    )
    # Who left and came back on one day counts once, with the later seat.
    seats = {seat.participant_id: seat for seat in session.scalars(query)}
    return sorted(seats.values(), key=lambda seat: (seat.participant.short_name, seat.id))


def member_regions(session: Session, session_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Where the members of sessions are, by the session's id; one without members is left out."""
    query = (
        select(GroupSession.id, Participant.region)
        .join(Seat, Seat.group_id == GroupSession.group_id)
        .join(Participant, Participant.id == Seat.participant_id)
        .where(GroupSession.id.in_(session_ids), covers(GroupSession.on, GroupSession.on))
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for session_id, region in session.execute(query):
        found.setdefault(session_id, set()).add(region)
    return {session_id: frozenset(regions) for session_id, regions in found.items()}
