"""Who came to a session, and for how long; written down by its leader or by staff.

What is written stays with the seat that the member held then, so that a move takes nothing away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    CAME,
    Attendance,
    GroupSession,
    Presence,
    Seat,
    SessionState,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.sessions import misses
from groupmatch.services.sessions.session_members import member_seats
from groupmatch.services.sessions.session_policy import session_policy


@dataclass(frozen=True)
class Mark:
    """What to write down of one member; without minutes, those that their presence suggests."""

    participant_id: str
    presence: Presence
    minutes: int | None = None


@dataclass(frozen=True)
class Expected:
    """A member whose seat covers a session, with the participant loaded."""

    seat: Seat
    #: What was written down before.
    written: Attendance | None


def expected(session: Session, meeting: GroupSession) -> list[Expected]:
    """Everybody who had a seat on the day of a session, by name; also those who left since."""
    written = _written(session, meeting)
    return [
        Expected(seat, written.get(seat.participant_id)) for seat in member_seats(session, meeting)
    ]


def proposed_minutes(meeting: GroupSession, presence: Presence) -> int:
    """How long somebody was there where nobody says otherwise."""
    if presence not in CAME:
        return 0
    late = session_policy().late_minutes if presence == Presence.LATE else 0
    return max(1, meeting.minutes - late)


def record(
    session: Session, meeting: GroupSession, marks: Sequence[Mark], *, seen: int, by: str | None
) -> None:
    """Write down who came. `seen` is `recordings` as the writer saw it.

    Before a session begins, members can only be excused. Several misses in a row open a task to
    reach out. Raises Conflict `session_cancelled` or `attendance_changed`, and Refused
    `session_ahead`, `not_a_member` or `minutes_attended`.
    """
    locks.hold(session, meeting)
    if meeting.state == SessionState.CANCELLED:
        raise Conflict("session_cancelled")
    if seen != meeting.recordings:
        raise Conflict("attendance_changed")
    seats = {each.seat.participant_id: each.seat for each in expected(session, meeting)}
    _refuse_unusable(meeting, marks, seats)
    written = _written(session, meeting)
    before = _facts(written)
    for mark in marks:
        row = _write(meeting, mark, seats[mark.participant_id], written, by=by)
        session.add(row)
        written[mark.participant_id] = row
    _count(meeting, [row.presence for row in written.values()])
    meeting.recordings += 1
    meeting.recorded_at = clock.now()
    if meeting.starts_at <= clock.now():
        meeting.state = SessionState.HELD
    audit.record(
        session, "session.attendance", meeting, by=by, before=before, after=_facts(written)
    )
    session.flush()
    misses.look_after(session, [seats[mark.participant_id] for mark in marks])


def _refuse_unusable(
    meeting: GroupSession, marks: Sequence[Mark], seats: Mapping[str, Seat]
) -> None:
    ahead = meeting.starts_at > clock.now()
    for mark in marks:
        if mark.participant_id not in seats:
            raise Refused("not_a_member")
        if ahead and mark.presence != Presence.EXCUSED:
            raise Refused("session_ahead")
        least, most = (1, meeting.minutes) if mark.presence in CAME else (0, 0)
        if mark.minutes is not None and not least <= mark.minutes <= most:
            raise Refused("minutes_attended", most=meeting.minutes)


def _write(
    meeting: GroupSession,
    mark: Mark,
    seat: Seat,
    written: Mapping[str, Attendance],
    *,
    by: str | None,
) -> Attendance:
    row = written.get(mark.participant_id) or Attendance(
        session_id=meeting.id, participant_id=mark.participant_id, seat_id=seat.id
    )
    proposed = proposed_minutes(meeting, mark.presence)
    row.presence = mark.presence
    row.minutes = proposed if mark.minutes is None else mark.minutes
    row.recorded_at, row.recorded_by_id = clock.now(), by
    return row


def _count(meeting: GroupSession, presences: Sequence[Presence]) -> None:
    meeting.came = sum(presence in CAME for presence in presences)
    meeting.excused = presences.count(Presence.EXCUSED)
    meeting.absent = presences.count(Presence.ABSENT)


def _written(session: Session, meeting: GroupSession) -> dict[str, Attendance]:
    query = select(Attendance).where(Attendance.session_id == meeting.id)
    return {row.participant_id: row for row in session.scalars(query)}


def _facts(written: Mapping[str, Attendance]) -> Json:
    return {name: [row.presence, row.minutes] for name, row in sorted(written.items())}
