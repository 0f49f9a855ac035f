"""The planning timeline: one representative week per distinct set of clock offsets.

A weekly hour keeps its wall time, so that a change of clocks anywhere moves it against people
elsewhere. The horizon is therefore looked at day by day, at the program's midnight; each new set
of UTC offsets of all zones in play makes one more representative week, in order of appearance.
(Between the changes of two zones in one night lie hours with a set of their own; a session in
those hours is placed as if all zones of that night had changed together.) A date from which some
group meets at other hours makes one more week likewise, and each week has the hours that hold then.

A representative week begins at Monday 00:00 of the program's clock or, where a meeting runs
across that minute, at the first minute of the week that no meeting runs across. So a meeting is
one interval and counts on one day, as the specification wants; only where meetings leave no
minute of the week free is one that crosses the week's end split in two.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from groupmatch.database import Json

DAY = 1440
WEEK = 7 * DAY


class WeeklySpan(NamedTuple):
    """A span of local wall time every week; `start` in minutes after Monday 00:00 of the zone."""

    start: int
    minutes: int
    zone: str
    #: First and last date on which it holds; None for no such bound.
    from_on: date | None = None
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a date."""
        begun = self.from_on is None or self.from_on <= day
        return begun and (self.until_on is None or day <= self.until_on)

    def changes(self) -> Iterator[date]:
        """The dates from which it begins, or ceases, to hold."""
        if self.from_on:
            yield self.from_on
        if self.until_on:
            yield self.until_on + timedelta(days=1)


@dataclass(frozen=True)
class Timeline:
    """Translates weekly wall time in any zone in play into intervals of the timeline."""

    zone: str
    #: Per representative week: zone → UTC offset in minutes.
    weeks: tuple[Mapping[str, int], ...]
    #: Where each week begins: minutes after Monday 00:00 of the program's clock.
    origin: int
    #: Per representative week: the first day of which it tells.
    begins: tuple[date, ...]

    @property
    def horizon_minutes(self) -> int:
        """Length of all representative weeks."""
        return WEEK * len(self.weeks)

    def intervals(self, span: WeeklySpan) -> list[tuple[int, int]]:
        """The span in every representative week in which it holds; split where it crosses the
        week's end.
        """
        placed = []
        for number, offsets in enumerate(self.weeks):
            if not span.holds_on(self.begins[number]):
                continue
            start = (_program_minute(span, self.zone, offsets) - self.origin) % WEEK
            end, base = start + span.minutes, number * WEEK
            placed.append((base + start, base + min(end, WEEK)))
            if end > WEEK:
                placed.append((base, base + end - WEEK))
        return placed

    @property
    def calendar(self) -> "Calendar":
        """What tells later which hours a stretch of the timeline stands for."""
        return Calendar(self.zone, self.origin, self.begins)

    def day_offset(self, zone: str) -> int:
        """What to add to a minute of the first week to get a zone's minute since its Monday."""
        first = self.weeks[0]
        return first[zone] - first[self.zone] + self.origin


@dataclass(frozen=True)
class Calendar:
    """Of a timeline what a run keeps: enough to say when a minute of it is."""

    zone: str
    origin: int
    begins: tuple[date, ...]

    def instant(self, minute: int) -> datetime:
        """When a minute of the timeline comes for the first time in the days of its week."""
        # The very end of a week belongs to it, not to the next one.
        week = min(minute // WEEK, len(self.begins) - 1)
        day, since = divmod((minute - week * WEEK + self.origin) % WEEK, DAY)
        first = self.begins[week]
        on = first + timedelta(days=(day - first.weekday()) % 7)
        local = datetime.combine(on, time(), ZoneInfo(self.zone)) + timedelta(minutes=since)
        return local.astimezone(UTC)

    def as_json(self) -> Json:
        """As a run keeps it."""
        begins = [day.isoformat() for day in self.begins]
        return {"zone": self.zone, "origin": self.origin, "begins": begins}

    @classmethod
    def of(cls, kept: Json) -> "Calendar":
        """From what a run kept."""
        begins = tuple(date.fromisoformat(day) for day in kept["begins"])
        return cls(kept["zone"], kept["origin"], begins)


def timeline(
    zone: str, zones: Iterable[str], first: date, last: date, meetings: Iterable[WeeklySpan]
) -> Timeline:
    """Lay out the weeks from one date of the program's zone to another, both included."""
    in_play = {name: ZoneInfo(name) for name in sorted({zone, *zones})}
    spans = list(meetings)
    changes = sorted({day for span in spans for day in span.changes() if first < day <= last})
    weeks: dict[tuple[int, ...], tuple[Mapping[str, int], date]] = {}
    for number in range((last - first).days + 2):
        day = first + timedelta(days=number)
        midnight = datetime.combine(day, time(), tzinfo=in_play[zone])
        offsets = {name: _offset(midnight, there) for name, there in in_play.items()}
        weeks.setdefault((bisect_right(changes, day), *offsets.values()), (offsets, day))
    found = tuple(offsets for offsets, _ in weeks.values())
    begins = tuple(day for _, day in weeks.values())
    return Timeline(zone, found, _free_minute(spans, zone, found), begins)


def _offset(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(minutes=1)


def _program_minute(span: WeeklySpan, zone: str, offsets: Mapping[str, int]) -> int:
    return span.start - offsets[span.zone] + offsets[zone]


def _free_minute(
    meetings: Iterable[WeeklySpan], zone: str, weeks: Iterable[Mapping[str, int]]
) -> int:
    crossed = bytearray(WEEK)
    starts = {
        (_program_minute(meeting, zone, offsets), meeting.minutes)
        for meeting in meetings
        for offsets in weeks
    }
    for start, minutes in starts:
        for minute in range(start + 1, start + minutes):
            crossed[minute % WEEK] = True
    return max(0, crossed.find(0))
