"""Whose seat covers a session: also of those who left since, and of nobody who comes later."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    SQLColumnExpression,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload

from groupmatch.database.among import among, ids_given
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


_ON: BindParameter[date] = bindparam("on")
_SEATS = (
    select(Seat)
    .where(Seat.group_id == bindparam("group"), covers(_ON, _ON))
    .options(joinedload(Seat.participant))
    .order_by(Seat.created_at, Seat.id)
)
_REGIONS = (
    select(GroupSession.id, Participant.region)
    .join(Seat, Seat.group_id == GroupSession.group_id)
    .join(Participant, Participant.id == Seat.participant_id)
    .where(among(GroupSession.id, ids_given("sessions")), covers(GroupSession.on, GroupSession.on))
    .distinct()
)


def member_seats(session: Session, meeting: GroupSession) -> list[Seat]:
    """The seats of everybody who is expected at a session, participants loaded, by name."""
    found = session.scalars(_SEATS, {"group": meeting.group_id, "on": meeting.on})
    # Who left and came back on one day counts once, with the later seat.
    seats = {seat.participant_id: seat for seat in found}
    return sorted(seats.values(), key=lambda seat: (seat.participant.short_name, seat.id))


def member_regions(session: Session, session_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Where the members of sessions are, by the session's id; one without members is left out."""
    found: dict[str, set[str]] = {}
    for session_id, region in session.execute(_REGIONS, {"sessions": session_ids}):
        found.setdefault(session_id, set()).add(region)
    return {session_id: frozenset(regions) for session_id, regions in found.items()}
