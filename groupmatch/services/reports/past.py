"""What the months of a program were like: days to a seat, fill, attendance, moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from statistics import median
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from groupmatch.database.columns import columns
from groupmatch.database.dates import days_between
from groupmatch.records import (
    NEVER_BEGUN,
    SEAT_FOLLOWS,
    EndReason,
    Group,
    GroupSession,
    GroupStatus,
    Program,
    Request,
    Seat,
    SeatState,
    SessionState,
)
from groupmatch.services.reports.months import by_month, last_day
from groupmatch.services.reports.small_counts import smallest

#: What the queries are given: the id of the program, and the first day of the first month.
_PROGRAM: BindParameter[str] = bindparam("program")
_FIRST: BindParameter[date] = bindparam("first", type_=Date())
_COUNTS = (GroupSession.came, GroupSession.excused, GroupSession.absent)


def _begun() -> ColumnElement[bool]:
    """Seats that somebody took up."""
    return (Seat.state != SeatState.OFFERED) & or_(
        Seat.end_reason.is_(None), Seat.end_reason.not_in(NEVER_BEGUN)
    )


_SEATS = (
    select(Seat.starts_on, Seat.ends_on, func.count())
    .where(Seat.program_id == _PROGRAM, _begun())
    .group_by(Seat.starts_on, Seat.ends_on)
)
_SIZES = (
    select(Group.starts_on, Group.ends_on, func.sum(Group.max_size))
    .where(Group.program_id == _PROGRAM, Group.status != GroupStatus.PROPOSED)
    .group_by(Group.starts_on, Group.ends_on)
)
_ATTENDANCE = (
    select(GroupSession.on, *map(func.sum, _COUNTS))
    .where(
        GroupSession.program_id == _PROGRAM,
        GroupSession.state == SessionState.HELD,
        GroupSession.on >= _FIRST,
    )
    .group_by(GroupSession.on)
)
_MOVES = select(Seat.ends_on, Seat.end_reason).where(
    Seat.program_id == _PROGRAM, Seat.end_reason.in_(SEAT_FOLLOWS), Seat.ends_on >= _FIRST
)


@dataclass(frozen=True)
class DaysToSeat:
    """Those whose first seat began in a month; the days are None where they are too few."""

    month: date
    number: int
    median: float | None
    #: Nine of ten waited no longer.
    ninth: int | None

    @property
    def told(self) -> bool:
        """Whether they are enough to be told of."""
        return self.median is not None


@dataclass(frozen=True)
class Fill:
    """Seats held at the end of a month, of those that running groups had."""

    month: date
    held: int
    seats: int

    @property
    def rate(self) -> float | None:
        """In percent."""
        return 100 * self.held / self.seats if self.seats else None


@dataclass(frozen=True)
class Came:
    """Attendance that was written down for the sessions of a month."""

    month: date
    came: int
    excused: int
    absent: int

    @property
    def rate(self) -> float | None:
        """Percent who came, of those who were not excused."""
        counted = self.came + self.absent
        return 100 * self.came / counted if counted else None


@dataclass(frozen=True)
class Moves:
    """Seats that were left for another one in a month."""

    month: date
    #: As the member asked.
    switched: int
    #: By staff, or by a run with the member's word.
    moved: int


def days_to_seat(session: Session, program: Program, months: Sequence[date]) -> list[DaysToSeat]:
    """From the day on which somebody began to wait to the first session of the first seat."""
    ends = {f"end{place}": last_day(month) for place, month in enumerate(months)}
    rows = columns(session, _waited(len(months)), program=program.id, first=months[0], **ends)
    waited = (
        (months[place], [max(0, days)] * number)
        for place, days, number in rows
        if place is not None
    )
    found = by_month(months, waited)
    return [_days(month, list(chain.from_iterable(days))) for month, days in found.items()]


@cache
def _waited(months: int) -> Select[int | None, int, int]:
    """The place of a month, days until a first seat in it, and how many waited as long.

    The database counts alike: it is a few hundred rows, however many people there are. Which month
    it is, it tells soonest by comparing dates.
    """
    firsts = (
        select(Seat.request_id, func.min(Seat.starts_on).label("on"))
        .where(Seat.program_id == _PROGRAM, _begun())
        .group_by(Seat.request_id)
        .having(func.min(Seat.starts_on) >= _FIRST)
        .subquery()
    )
    ends = ((firsts.c.on <= bindparam(f"end{place}"), place) for place in range(months))
    alike = (case(*ends), days_between(firsts.c.on, Request.waiting_since))
    return (
        select(*alike, func.count())
        .join_from(firsts, Request, Request.id == firsts.c.request_id)
        .group_by(*alike)
    )


def _days(month: date, days: list[int]) -> DaysToSeat:
    if len(days) < smallest():
        return DaysToSeat(month, len(days), None, None)
    ninth = sorted(days)[-(-9 * len(days) // 10) - 1]
    return DaysToSeat(month, len(days), median(days), ninth)


def fill(session: Session, program: Program, months: Sequence[date], *, today: date) -> list[Fill]:
    """Seats held at the end of each month, or today, with the sizes that groups have now."""
    seats = columns(session, _SEATS, program=program.id)
    sizes = columns(session, _SIZES, program=program.id)
    ends = [min(last_day(month), today) for month in months]
    return [
        Fill(month, _standing(seats, on), _standing(sizes, on))
        for month, on in zip(months, ends, strict=True)
    ]


def _standing(spans: Iterable[Any], on: date) -> int:
    """The sum of what stands on a date, of what stands from one date to another."""
    return sum(number for first, last, number in spans if (first or on) <= on <= (last or on))


def attendance(session: Session, program: Program, months: Sequence[date]) -> list[Came]:
    """Who came to the sessions that took place."""
    held = columns(session, _ATTENDANCE, program=program.id, first=months[0])
    counted = ((on, tuple(numbers)) for on, *numbers in held)
    return [
        Came(month, *(sum(each[place] for each in found) for place in range(len(_COUNTS))))
        for month, found in by_month(months, counted).items()
    ]


def moves(session: Session, program: Program, months: Sequence[date]) -> list[Moves]:
    """Who went from one seat to another."""
    ended = columns(session, _MOVES, program=program.id, first=months[0])
    left = [(on, why) for on, why in ended if on]
    return [
        Moves(month, why.count(EndReason.SWITCHED), why.count(EndReason.MOVED))
        for month, why in by_month(months, left).items()
    ]
