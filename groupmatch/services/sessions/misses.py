"""Several misses in a row: somebody is to reach out, once for each time that it happens."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import (
    Attendance,
    GroupSession,
    Presence,
    Seat,
    SessionState,
    Task,
    TaskKind,
)
from groupmatch.services.care import calls
from groupmatch.services.sessions.session_policy import session_policy


def look_after(session: Session, seats: Iterable[Seat]) -> None:
    """Open a task for every member who missed the last sessions of their request in a row.

    The count goes on over a move, for the request is the same. Excused sessions and cancelled
    ones neither count nor break a row.
    """
    for seat in sorted(seats, key=lambda each: each.participant_id):
        since = _missing_since(session, seat.request_id)
        if since is not None and not _looked_after(session, seat.participant_id, since):
            calls.open_task(session, seat.participant, TaskKind.OUTREACH, note="", by=None)


def _missing_since(session: Session, request_id: str) -> datetime | None:
    """The start of the first of the last misses, where there are enough in a row."""
    needed = session_policy().misses_in_a_row
    query = (
        select(Attendance.presence, GroupSession.starts_at)
        .join(GroupSession, GroupSession.id == Attendance.session_id)
        .join(Seat, Seat.id == Attendance.seat_id)
        .where(
            Seat.request_id == request_id,
            GroupSession.state == SessionState.HELD,
            Attendance.presence != Presence.EXCUSED,
        )
        .order_by(GroupSession.starts_at.desc())
    )
    row: list[datetime] = []
    for presence, starts_at in session.execute(query):
        if presence != Presence.ABSENT:
            break
        row.append(starts_at)
    return row[-1] if len(row) >= needed else None


def _looked_after(session: Session, participant_id: str, since: datetime) -> bool:
    query = select(Task.id).where(
        Task.participant_id == participant_id,
        Task.kind == TaskKind.OUTREACH,
        Task.created_at >= since,
    )
    return session.scalar(query.limit(1)) is not None
