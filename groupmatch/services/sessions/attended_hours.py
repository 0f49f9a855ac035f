"""Minutes of a plan that somebody really attended, by week, against what its level asks for."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import (
    Attendance,
    GroupSession,
    LevelOfCare,
    Plan,
    Request,
    Seat,
    SessionState,
)

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class AttendedWeek:
    """One week from Monday on, in minutes."""

    monday: date
    attended: int
    #: Minutes of the sessions that took place and in which the person was expected.
    held: int
    #: What the plan, or else its level of care, asks for at least; None where neither does.
    needed: int | None

    @property
    def met(self) -> bool:
        """Whether what was attended is enough."""
        return self.needed is None or self.attended >= self.needed


@dataclass(frozen=True)
class AttendedPlan:
    """One plan, the latest week first."""

    level: str
    weeks: tuple[AttendedWeek, ...]


class _Day(NamedTuple):
    on: date
    attended: int
    held: int


def attended_plans(session: Session, plans: Sequence[Plan]) -> tuple[AttendedPlan, ...]:
    """The plans of which anything was attended or missed yet."""
    if not plans:
        return ()
    days = _days(session, [plan.id for plan in plans])
    of = LevelOfCare.code.in_([plan.level_code for plan in plans])
    levels = {level.code: level for level in session.scalars(select(LevelOfCare).where(of))}
    found = ((levels[plan.level_code], plan, days[plan.id]) for plan in plans if plan.id in days)
    return tuple(
        AttendedPlan(level.name, _weeks(plan, level, attended)) for level, plan, attended in found
    )


def attended_weeks(session: Session, plan: Plan) -> tuple[AttendedWeek, ...]:
    """The weeks from the plan's first session with attendance until this one, the latest first.

    Weeks without any session count, too: nothing was attended in them. Moves between groups change
    nothing, for minutes belong to the plan's requests.
    """
    level = session.get_one(LevelOfCare, plan.level_code)
    return _weeks(plan, level, _days(session, [plan.id]).get(plan.id, []))


def _days(session: Session, plans: Collection[str]) -> dict[str, list[_Day]]:
    """By plan: the dates of its sessions, with the minutes attended and those of the sessions."""
    query = (
        select(
            Request.plan_id,
            GroupSession.on,
            func.sum(Attendance.minutes),
            func.sum(GroupSession.minutes),
        )
        .join(Attendance, Attendance.session_id == GroupSession.id)
        .join(Seat, Seat.id == Attendance.seat_id)
        .join(Request, Request.id == Seat.request_id)
        .where(Request.plan_id.in_(plans), GroupSession.state == SessionState.HELD)
        .group_by(Request.plan_id, GroupSession.on)
    )
    days: dict[str, list[_Day]] = {}
    for plan, on, attended, held in session.execute(query):
        days.setdefault(plan or "", []).append(_Day(on, attended, held))
    return days


def _weeks(plan: Plan, level: LevelOfCare, days: Iterable[_Day]) -> tuple[AttendedWeek, ...]:
    attended: Counter[date] = Counter()
    held: Counter[date] = Counter()
    for day in days:
        monday = day.on - timedelta(days=day.on.weekday())
        attended[monday] += day.attended
        held[monday] += day.held
    needed = level.min_minutes if plan.min_minutes is None else plan.min_minutes
    return tuple(
        AttendedWeek(monday, attended[monday], held[monday], needed)
        for monday in reversed(_mondays(plan, min(held, default=None)))
    )


def _mondays(plan: Plan, first: date | None) -> list[date]:
    if first is None:
        return []
    today = clock.today(plan.participant.timezone)
    weeks = (today - first) // _WEEK
    return [first + number * _WEEK for number in range(weeks + 1)]
