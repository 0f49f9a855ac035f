"""Dated sessions: laid out ahead from the weekly rule, and kept right when the rule changes.

The rule is the truth about the future, and the rows are the truth about the past. Laying out is
level-triggered and may be repeated: it compares what the rule says from now on with the rows that
are there. A session whose hour changes within a week is moved, with its link, its substitute's
place and the excuses that were given for it; whatever has begun is never touched.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, selectinload

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import (
    MEETING_STATES,
    CancelReason,
    Group,
    GroupSession,
    Holiday,
    Program,
    SessionState,
)
from groupmatch.services import locks
from groupmatch.services.hours.local_time import Sitting, sittings
from groupmatch.services.sessions import session_news
from groupmatch.services.sessions.session_policy import session_policy

#: Groups laid out in one transaction, during which nobody else gives a seat of their program.
_BATCH = 100
#: Cancellations that the weekly rule made, and that it takes back.
_BY_RULE = (CancelReason.HOLIDAY, CancelReason.RESCHEDULED, CancelReason.GROUP_ENDED)


def lay_out_due(database: Database) -> int:
    """Lay out every group whose sessions do not reach far enough ahead; returns how many.

    Asked every minute, by any number of schedulers: most of the time there is nothing to do.
    """
    with database.read() as session:
        programs = session.scalars(select(Program.id).order_by(Program.id)).all()
    laid_out = 0
    for program_id in programs:
        while batch := _lay_out_batch(database, program_id):
            laid_out += batch
    return laid_out


def lay_out(session: Session, group: Group, *, by: str | None) -> None:
    """Make the coming sessions of a group what its weekly rule says; its members hear of changes.

    The caller holds the group. Begun sessions stay as they are, whatever the rule says now. A group
    that has none yet gets its first ones from the scheduler.
    """
    if group.sessions_until is not None:
        lay_out_together(session, [group], by=by)


def lay_out_together(session: Session, groups: Collection[Group], *, by: str | None) -> None:
    """The same for several groups of one program."""
    coming = _coming(session, groups)
    closed = _holidays(session, groups)
    changed = []
    for group in groups:
        changed += _lay_out(session, group, coming[group.id], closed, by=by)
        # Not by the record, whose version tells people that somebody edited the group.
        reached = update(Group).where(Group.id == group.id)
        session.execute(reached.values(sessions_until=_reach(group.timezone)))
    session_news.tell(session, changed)


def follows_rule(session: Session, meeting: GroupSession) -> bool:
    """Whether a coming session is one that its group's rule has; one that has begun always is."""
    group = meeting.group
    if meeting.starts_at <= clock.now():
        return True
    if group.status not in MEETING_STATES or meeting.on in _holidays(session, [group]):
        return False
    return any(
        each.starts_at == meeting.starts_at for each in sittings(group, meeting.on, meeting.on)
    )


def _lay_out_batch(database: Database, program_id: str) -> int:
    with database.read() as session:
        due = _due(session, program_id)
    if not due:
        return 0
    with database.transaction() as session:
        locks.hold_program(session, program_id)
        held = locks.hold_groups(session, due)
        session.scalars(
            select(Group).where(Group.id.in_(held)).options(selectinload(Group.meetings))
        ).all()
        lay_out_together(session, held.values(), by=None)
    return len(due)


def _due(session: Session, program_id: str) -> Sequence[str]:
    # Zones differ by a day at most, so the program's own date is near enough to ask with.
    program = session.get_one(Program, program_id)
    reach = clock.today(program.timezone) + session_policy().ahead
    query = (
        select(Group.id, Group.timezone, Group.sessions_until)
        .where(
            Group.program_id == program_id,
            Group.status.in_(MEETING_STATES),
            or_(Group.sessions_until.is_(None), Group.sessions_until <= reach),
        )
        .order_by(Group.id)
    )
    due = [
        group_id
        for group_id, zone, until in session.execute(query)
        if until is None or until < _reach(zone)
    ]
    return due[:_BATCH]


def _reach(zone: str) -> date:
    return clock.today(zone) + session_policy().ahead


def _coming(session: Session, groups: Collection[Group]) -> dict[str, list[GroupSession]]:
    ids = [group.id for group in groups]
    query = (
        select(GroupSession)
        .where(GroupSession.group_id.in_(ids), GroupSession.starts_at > clock.now())
        .order_by(GroupSession.starts_at)
    )
    found: defaultdict[str, list[GroupSession]] = defaultdict(list)
    for each in session.scalars(query):
        found[each.group_id].append(each)
    return found


def _holidays(session: Session, groups: Collection[Group]) -> frozenset[date]:
    programs = {group.program_id for group in groups}
    query = select(Holiday.on).where(Holiday.program_id.in_(programs), Holiday.lifted_at.is_(None))
    return frozenset(session.scalars(query))


def _lay_out(
    session: Session,
    group: Group,
    coming: Sequence[GroupSession],
    closed: Collection[date],
    *,
    by: str | None,
) -> list[GroupSession]:
    """Returns those of the coming sessions that changed."""
    wanted = {sitting.starts_at: sitting for sitting in _wanted(group, coming)}
    there = {each.starts_at: each for each in coming}
    left = [each for start, each in there.items() if start not in wanted]
    missing = [sitting for start, sitting in wanted.items() if start not in there]
    moves = _moves(left, missing)
    for each, sitting in moves:
        session_news.move(session, each, sitting, by=by)
    moved = {each.id for each, _ in moves}
    longer = [each for start, each in there.items() if _lasts_otherwise(each, wanted.get(start))]
    for each in longer:
        session_news.move(session, each, wanted[each.starts_at], by=by)
    taken = {sitting.starts_at for _, sitting in moves}
    session.add_all(_new(group, each, closed) for each in missing if each.starts_at not in taken)
    gone = {each.id for each in left} - moved
    settled = [
        each
        for each in coming
        if _settle(session, each, _reason_to_cancel(group, each, gone, closed), by=by)
    ]
    return [*settled, *longer, *(each for each, _ in moves)]


def _wanted(group: Group, coming: Sequence[GroupSession]) -> list[Sitting]:
    if group.status not in MEETING_STATES:
        return []
    now = clock.now()
    # What was laid out before stays laid out, even if the horizon has become shorter since.
    last = max([_reach(group.timezone), *(each.on for each in coming)])
    found = sittings(group, clock.today(group.timezone), last)
    return [sitting for sitting in found if sitting.starts_at > now]


def _moves(
    left: Iterable[GroupSession], missing: Iterable[Sitting]
) -> list[tuple[GroupSession, Sitting]]:
    """Sessions that lost their hour, with the new hours of the same week, each in order."""
    weeks: defaultdict[tuple[int, int], tuple[list[GroupSession], list[Sitting]]]
    weeks = defaultdict(lambda: ([], []))
    for each in sorted(left, key=_cancelled):
        weeks[each.on.isocalendar()[:2]][0].append(each)
    for sitting in missing:
        weeks[sitting.on.isocalendar()[:2]][1].append(sitting)
    return [pair for olds, news in weeks.values() for pair in zip(olds, news, strict=False)]


def _cancelled(each: GroupSession) -> bool:
    return each.state == SessionState.CANCELLED


def _lasts_otherwise(each: GroupSession, sitting: Sitting | None) -> bool:
    return sitting is not None and sitting.minutes != each.minutes


def _new(group: Group, sitting: Sitting, closed: Collection[date]) -> GroupSession:
    holiday = CancelReason.HOLIDAY if sitting.on in closed else None
    return GroupSession(
        program_id=group.program_id,
        group_id=group.id,
        on=sitting.on,
        starts_at=sitting.starts_at,
        minutes=sitting.minutes,
        state=SessionState.CANCELLED if holiday else SessionState.SCHEDULED,
        cancel_reason=holiday,
        created_at=clock.now(),
    )


def _reason_to_cancel(
    group: Group, each: GroupSession, gone: Collection[str], closed: Collection[date]
) -> CancelReason | None:
    if each.id in gone:
        over = group.ends_on is not None and group.ends_on < each.on
        return CancelReason.GROUP_ENDED if over else CancelReason.RESCHEDULED
    return CancelReason.HOLIDAY if each.on in closed else None


def _settle(
    session: Session, each: GroupSession, reason: CancelReason | None, *, by: str | None
) -> bool:
    """Cancel it or take the rule's own cancellation back; what a person cancelled stays so."""
    if reason and each.state == SessionState.SCHEDULED:
        session_news.cancel(session, each, reason, by=by)
        return True
    if reason is None and each.cancel_reason in _BY_RULE:
        session_news.take_up(session, each, by=by)
        return True
    return False
