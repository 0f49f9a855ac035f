"""The planning timeline: one representative week per distinct set of clock offsets.

A weekly hour keeps its wall time, so that a change of clocks anywhere moves it against people
elsewhere. The horizon is therefore looked at day by day, at the program's midnight; each new set
of UTC offsets of all zones in play makes one more representative week, in order of appearance.
(Between the changes of two zones in one night lie hours with a set of their own; a session in
those hours is placed as if all zones of that night had changed together.)

A representative week begins at Monday 00:00 of the program's clock or, where a meeting runs
across that minute, at the first minute of the week that no meeting runs across. So a meeting is
one interval and counts on one day, as the specification wants; only where meetings leave no
minute of the week free is one that crosses the week's end split in two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 1440
WEEK = 7 * DAY


class WeeklySpan(NamedTuple):
    """A span of local wall time every week; `start` in minutes after Monday 00:00 of the zone."""

    start: int
    minutes: int
    zone: str


@dataclass(frozen=True)
class Timeline:
    """Translates weekly wall time in any zone in play into intervals of the timeline."""

    zone: str
    #: Per representative week: zone → UTC offset in minutes.
    weeks: tuple[Mapping[str, int], ...]
    #: Where each week begins: minutes after Monday 00:00 of the program's clock.
    origin: int

    @property
    def horizon_minutes(self) -> int:
        """Length of all representative weeks."""
        return WEEK * len(self.weeks)

    def intervals(self, span: WeeklySpan) -> list[tuple[int, int]]:
        """The span in every representative week; split where it crosses the week's end."""
        placed = []
        for number, offsets in enumerate(self.weeks):
            start = (_program_minute(span, self.zone, offsets) - self.origin) % WEEK
            end, base = start + span.minutes, number * WEEK
            placed.append((base + start, base + min(end, WEEK)))
            if end > WEEK:
                placed.append((base, base + end - WEEK))
        return placed

    def day_offset(self, zone: str) -> int:
        """What to add to a minute of the first week to get a zone's minute since its Monday."""
        first = self.weeks[0]
        return first[zone] - first[self.zone] + self.origin


def timeline(
    zone: str, zones: Iterable[str], first: date, last: date, meetings: Iterable[WeeklySpan]
) -> Timeline:
    """Lay out the weeks from one date of the program's zone to another, both included."""
    in_play = {name: ZoneInfo(name) for name in sorted({zone, *zones})}
    weeks: dict[tuple[int, ...], Mapping[str, int]] = {}
    for day in range((last - first).days + 2):
        midnight = datetime.combine(first + timedelta(days=day), time(), tzinfo=in_play[zone])
        offsets = {name: _offset(midnight, there) for name, there in in_play.items()}
        weeks.setdefault(tuple(offsets.values()), offsets)
    found = tuple(weeks.values())
    return Timeline(zone, found, _free_minute(meetings, zone, found))


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
