"""What must always hold of dated sessions and of who came to them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from groupmatch import clock
from groupmatch.records import (
    NEVER_BEGUN,
    Attendance,
    Group,
    GroupLeader,
    GroupSession,
    GroupStatus,
    Holiday,
    Presence,
    SessionState,
    Task,
    TaskKind,
)
from groupmatch.simulation.facts import SeatFacts

_MISSES = 3


@dataclass(frozen=True)
class SessionFacts:
    """One session as it stands."""

    group: str
    on: date
    starts_at: datetime
    minutes: int
    state: SessionState
    link: str
    #: Therapists' ids, whoever leads first.
    led_by: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """All sessions, and each member's presence by session and participant."""

    sessions: Mapping[str, SessionFacts]
    presence: Mapping[tuple[str, str], tuple[str, Presence]]


def look_at_sessions(session: Session) -> Kept:
    """Read all of it."""
    sessions = select(
        GroupSession.id,
        GroupSession.group_id,
        GroupSession.on,
        GroupSession.starts_at,
        GroupSession.minutes,
        GroupSession.state,
        GroupSession.link_token,
        GroupSession.led_by,
    )
    terms = session.scalars(select(GroupLeader).order_by(GroupLeader.position)).all()
    came = select(
        Attendance.session_id, Attendance.participant_id, Attendance.seat_id, Attendance.presence
    )
    return Kept(
        sessions={
            key: SessionFacts(group, on, *facts, tuple(led_by or _leading(terms, group, on)))
            for key, group, on, *facts, led_by in session.execute(sessions)
        },
        presence={
            (meeting, person): (seat, presence)
            for meeting, person, seat, presence in session.execute(came)
        },
    )


def _leading(terms: Iterable[GroupLeader], group: str, on: date) -> list[str]:
    return [each.therapist_id for each in terms if each.group_id == group and each.holds_on(on)]


def broken_sessions(
    session: Session, before: Kept, after: Kept, seats: Mapping[str, SeatFacts]
) -> list[str]:
    """Everything about sessions that an act broke, in words; none if all is well."""
    return [
        *_rewritten(before, after),
        *_off_the_rule(session, after),
        *_strangers(after, seats),
        *_unnoticed(session, after, seats),
    ]


def _rewritten(before: Kept, after: Kept) -> Iterator[str]:
    """What has begun stays as it was, but that somebody writes down who came."""
    for key, was in before.sessions.items():
        now = after.sessions.get(key)
        if now is None:
            yield f"session {key} was deleted"
        elif now.link != was.link:
            yield f"session {key} has another link"
        elif was.starts_at <= clock.now() and now != was and not _held_since(was, now):
            yield f"the past of session {key} was rewritten"
    for key, (seat, _) in before.presence.items():
        if key not in after.presence or after.presence[key][0] != seat:
            yield f"attendance {key} was lost"


def _held_since(was: SessionFacts, now: SessionFacts) -> bool:
    # A person may still cancel, or take up again, what nobody has written down.
    return replace(was, state=now.state) == now and was.state != SessionState.HELD


def _off_the_rule(session: Session, after: Kept) -> Iterator[str]:
    """Coming sessions are at the weekly hour of their group's own clock, on days that are open."""
    coming = [
        each
        for each in after.sessions.values()
        if each.starts_at > clock.now() and each.state == SessionState.SCHEDULED
    ]
    if not coming:
        return
    query = select(Group).options(selectinload(Group.meetings))
    groups = {group.id: group for group in session.scalars(query)}
    closed = set(session.scalars(select(Holiday.on).where(Holiday.lifted_at.is_(None))))
    for each in coming:
        group = groups[each.group]
        local = each.starts_at.astimezone(ZoneInfo(group.timezone))
        hour = (local.weekday(), local.hour * 60 + local.minute, each.minutes)
        if hour not in _hours(group, each.on):
            yield f"a session at another hour: {local}"
        if not each.led_by:
            yield f"a session that nobody leads on {each.on}"
        if each.on in closed:
            yield f"a session on the holiday {each.on}"
        over = group.ends_on is not None and group.ends_on < each.on
        if over or group.status in (GroupStatus.PROPOSED, GroupStatus.ENDED):
            yield f"a session of a {group.status} group on {each.on}"


def _hours(group: Group, on: date) -> set[tuple[int, int, int]]:
    holding = (each for each in group.meetings if each.holds_on(on))
    return {(each.weekday, each.start_minute, each.minutes) for each in holding}


def _strangers(after: Kept, seats: Mapping[str, SeatFacts]) -> Iterator[str]:
    """Whoever is marked had a seat on that day, of that group, which was theirs."""
    for (meeting, person), (seat_id, _) in after.presence.items():
        held, seat = after.sessions[meeting], seats[seat_id]
        mine = (seat.participant, seat.group) == (person, held.group)
        if not mine or seat.end_reason in NEVER_BEGUN or seat.starts_on > held.on:
            yield f"somebody without a seat is marked on {held.on}"


def _unnoticed(session: Session, after: Kept, seats: Mapping[str, SeatFacts]) -> Iterator[str]:
    """Whoever missed three sessions of one request in a row is called."""
    rows: defaultdict[tuple[str, str], list[tuple[datetime, Presence]]] = defaultdict(list)
    for (meeting, person), (seat, presence) in after.presence.items():
        held = after.sessions[meeting]
        if held.state == SessionState.HELD and presence != Presence.EXCUSED:
            rows[person, seats[seat].request].append((held.starts_at, presence))
    missing = {
        person
        for (person, _), row in rows.items()
        if [presence for _, presence in sorted(row)[-_MISSES:]] == [Presence.ABSENT] * _MISSES
    }
    told = select(Task.participant_id).where(Task.kind == TaskKind.OUTREACH)
    called = set(session.scalars(told)) if missing else set()
    yield from (f"nobody reaches out to {person}" for person in missing - called)
