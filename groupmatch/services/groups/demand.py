"""Unmet demand: who waits and could come at an hour, against the seats that are free then."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from groupmatch.records import Availability, Participant, Program, Request, RequestTopic, Topic
from groupmatch.services.groups.free_seats import free_by_hour, free_by_topic
from groupmatch.services.groups.groups_week import Hour
from groupmatch.services.hours.local_time import instant
from groupmatch.services.requests.waiting import waiting

_DAY = 24 * 60
_HOURS_A_WEEK = 7 * 24
#: Shades of the map: 0 for nothing unmet, this one for the most.
SHADES = 4


@dataclass(frozen=True)
class Unmet:
    """Demand against capacity, in people and seats."""

    #: Waiting requests of people who could come.
    could_come: int
    #: Seats that are free.
    free: int

    @property
    def number(self) -> int:
        """How many more could come than there are seats."""
        return max(0, self.could_come - self.free)


@dataclass(frozen=True)
class DemandMap:
    """Unmet demand by hour, and its shades relative to the greatest."""

    cells: Mapping[Hour, Unmet]

    def shade(self, hour: Hour) -> int:
        """From 0 for nothing unmet to SHADES."""
        number = self.cells[hour].number if hour in self.cells else 0
        return -(-SHADES * number // self._most) if number else 0

    @cached_property
    def _most(self) -> int:
        return max((cell.number for cell in self.cells.values()), default=0)


@dataclass(frozen=True)
class TopicDemand:
    """Demand for one topic; a request that takes several topics counts for each."""

    topic: str
    name: str
    unmet: Unmet


def demand_map(
    session: Session, program: Program, *, on: date, topic: str = "", level: str = ""
) -> DemandMap:
    """Unmet demand in every hour of a date's week on the program's clock.

    An hour counts for a request when the whole of it suits its participant, well or if needed; it
    is met by the free seats of those groups that begin in it.
    """
    could = _could_come(session, program, _asked(program, topic, level), on)
    free = free_by_hour(session, program, on=on, topic=topic, level=level)
    hours = sorted({*could, *free})
    return DemandMap({hour: Unmet(could[hour], free[hour]) for hour in hours})


def demand_by_topic(session: Session, program: Program) -> list[TopicDemand]:
    """Who waits for each topic, and the seats that are free in its groups; the least met first."""
    free = free_by_topic(session, program)
    waits = (
        select(RequestTopic.topic_code, Topic.name, func.count())
        .join(Request)
        .join(Topic, Topic.code == RequestTopic.topic_code)
        .where(Request.program_id == program.id, waiting())
        .group_by(RequestTopic.topic_code, Topic.name)
    )
    found = (
        TopicDemand(code, name, Unmet(number, free[code]))
        for code, name, number in session.execute(waits)
    )
    return sorted(found, key=lambda each: (-each.unmet.number, each.name))


def _asked(program: Program, topic: str, level: str) -> Select[str]:
    asked = select(Request.id).where(Request.program_id == program.id, waiting())
    if level:
        asked = asked.where(Request.level_code == level)
    if topic:
        asked = asked.where(Request.topics.any(RequestTopic.topic_code == topic))
    return asked


def _could_come(session: Session, program: Program, asked: Select[str], on: date) -> Counter[Hour]:
    """How many of the requests suit each hour. Equal spans are counted by the database."""
    span = (
        Participant.timezone,
        Availability.weekday,
        Availability.start_minute,
        Availability.end_minute,
    )
    spans = (
        asked.join(Participant, Participant.id == Request.participant_id)
        .join(Availability, Availability.participant_id == Participant.id)
        .with_only_columns(*span, func.count())
        .group_by(*span)
    )
    shift = partial(_shift, on - timedelta(days=on.weekday()), program.timezone)
    shifts: dict[tuple[str, int], int] = {}
    found: Counter[Hour] = Counter()
    for zone, weekday, start, end, number in session.execute(spans).all():
        if (zone, weekday) not in shifts:
            shifts[zone, weekday] = shift(zone, weekday)
        moved = weekday * _DAY + shifts[zone, weekday]
        for hour in range(-(-(moved + start) // 60), (moved + end) // 60):
            found[divmod(hour % _HOURS_A_WEEK, 24)] += number
    return found


def _shift(monday: date, viewer: str, zone: str, weekday: int) -> int:
    """Minutes by which the viewer's clock is ahead of a zone's at noon of a weekday."""
    noon = instant(monday + timedelta(days=weekday), 12 * 60, zone)
    ours, theirs = (noon.astimezone(ZoneInfo(each)).utcoffset() for each in (viewer, zone))
    return ((ours or timedelta()) - (theirs or timedelta())) // timedelta(minutes=1)
