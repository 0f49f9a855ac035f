"""The list of therapists: what each leads, and where they may treat people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, Date, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from groupmatch.database.columns import columns
from groupmatch.records import (
    MEETING_STATES,
    Group,
    GroupLeader,
    License,
    Meeting,
    Program,
    Therapist,
    leads_on,
)

# Queries are written once: to write one takes as long as to send it.
_PROGRAM: BindParameter[str] = bindparam("program")
_ON: BindParameter[date] = bindparam("on", type_=Date())
#: The dates from Monday to Sunday.
_WEEK = [bindparam(f"day_{number}", type_=Date()) for number in range(7)]
_THERAPISTS = (
    select(
        Therapist.id,
        Therapist.first_name,
        Therapist.last_name,
        Therapist.max_minutes,
        Therapist.active,
    )
    .where(Therapist.program_id == _PROGRAM)
    .order_by(Therapist.active.desc(), Therapist.last_name, Therapist.first_name)
)
_DAY = case(dict(enumerate(_WEEK)), value=Meeting.weekday)
_MET = and_(
    Meeting.group_id == Group.id,
    or_(Meeting.from_on.is_(None), Meeting.from_on <= _DAY),
    or_(Meeting.until_on.is_(None), Meeting.until_on >= _DAY),
)
_LED = (
    select(
        GroupLeader.therapist_id,
        func.count(Group.id.distinct()),
        func.coalesce(func.sum(Meeting.minutes), 0),
    )
    .join(Group, Group.id == GroupLeader.group_id)
    .outerjoin(Meeting, _MET)
    .where(Group.program_id == _PROGRAM, Group.status.in_(MEETING_STATES), leads_on(_ON))
    .group_by(GroupLeader.therapist_id)
)
_HELD = (
    select(License.therapist_id, License.region, License.compact, License.valid_to)
    .join(Therapist, Therapist.id == License.therapist_id)
    .where(
        Therapist.program_id == _PROGRAM,
        License.valid_from <= _ON,
        or_(License.valid_to.is_(None), License.valid_to >= _ON),
    )
)

#: Where it holds, a region or a compact, and the last date if it has one.
_License = tuple[str, date | None]


class TherapistRow(NamedTuple):
    """One therapist, what they lead, and where they may treat people."""

    id: str
    first_name: str
    last_name: str
    #: Most minutes of sessions a week; None for no limit.
    max_minutes: int | None
    #: Whether they lead groups at present.
    active: bool
    groups: int
    #: Minutes of sessions a week.
    minutes: int
    #: Regions and compacts of the licenses that hold today, in order.
    licensed: tuple[str, ...]
    #: The first date on which one of them ends.
    ends_on: date | None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


def therapist_rows(session: Session, program: Program, *, on: date) -> tuple[TherapistRow, ...]:
    """The therapists of a program, those who lead groups at present first, then by name."""
    led, held = _led(session, program, on), _held(session, program, on)
    return tuple(
        TherapistRow._make((*known, *led.get(known.id, (0, 0)), *_in_short(held[known.id])))
        for known in columns(session, _THERAPISTS, program=program.id)
    )


def _led(session: Session, program: Program, on: date) -> dict[str, tuple[int, int]]:
    """By therapist: how many groups, and minutes of sessions in the week of a date."""
    monday = on - timedelta(days=on.weekday())
    days = {each.key: monday + timedelta(days=number) for number, each in enumerate(_WEEK)}
    rows = columns(session, _LED, program=program.id, on=on, **days)
    return {name: (groups, total) for name, groups, total in rows}


def _held(session: Session, program: Program, on: date) -> defaultdict[str, list[_License]]:
    """By therapist: the licenses that hold on a date."""
    found: defaultdict[str, list[_License]] = defaultdict(list)
    for therapist_id, region, compact, last in columns(session, _HELD, program=program.id, on=on):
        found[therapist_id].append((region or compact or "", last))
    return found


def _in_short(licenses: Iterable[_License]) -> tuple[tuple[str, ...], date | None]:
    """Where licenses hold, and the first date on which one of them ends."""
    places = {place for place, _ in licenses}
    return tuple(sorted(places)), min((last for _, last in licenses if last), default=None)
