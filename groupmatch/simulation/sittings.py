"""Sessions as they take place: who came, and which ones their leaders had to cancel."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import CancelReason, GroupSession, Presence, SessionState
from groupmatch.services.sessions import attendance, cancelling
from groupmatch.simulation.world import World, key_of

#: Sessions are written down on the next morning; the rest of a day is to spare.
_BACK, _AHEAD = timedelta(hours=40), timedelta(hours=20)


def write_down(world: World) -> None:
    """Write down who came to the sessions since yesterday."""
    now = clock.now()
    for name in world.read(_scheduled, now - _BACK, now):
        world.act(_write_down, name)


def cancel_some(world: World) -> None:
    """Leaders who are away today say so in the morning."""
    now = clock.now()
    for name in world.read(_scheduled, now, now + _AHEAD):
        world.act(_maybe_cancel, name)


def _scheduled(world: World, session: Session, since: datetime, until: datetime) -> list[str]:
    query = (
        select(GroupSession.id)
        .where(
            GroupSession.program_id == world.program_id,
            GroupSession.state == SessionState.SCHEDULED,
            GroupSession.starts_at > since,
            GroupSession.starts_at <= until,
        )
        .order_by(GroupSession.starts_at, GroupSession.group_id)
    )
    return list(session.scalars(query))


def _write_down(world: World, session: Session, name: str) -> None:
    meeting = session.get_one(GroupSession, name)
    marks = []
    for each in attendance.expected(session, meeting):
        presence = _presence(world, key_of(each.seat.participant), meeting)
        marks.append(attendance.Mark(each.seat.participant_id, presence))
    if marks:
        attendance.record(session, meeting, marks, seen=meeting.recordings, by=world.staff)
        world.tally["sessions held"] += 1


def _presence(world: World, key: str, meeting: GroupSession) -> Presence:
    luck = world.chance.draw(key, "comes", meeting.starts_at.isoformat())
    if luck < world.assumed.absent_share:
        return Presence.ABSENT
    if luck < world.assumed.absent_share + world.assumed.excused_share:
        return Presence.EXCUSED
    return Presence.PRESENT


def _maybe_cancel(world: World, session: Session, name: str) -> None:
    meeting = session.get_one(GroupSession, name)
    share = world.assumed.cancelled_share
    if world.chance.happens(share, meeting.group_id, "leader away", meeting.on):
        cancelling.cancel_session(
            session, meeting, reason=CancelReason.LEADER_AWAY, note="", by=world.staff
        )
