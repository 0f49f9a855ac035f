"""When a zone changes its clocks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Zones that change at all do so twice a year.
_LOOK_AHEAD = 366


@dataclass(frozen=True)
class ClockChange:
    """The day on which clocks change, and by how many minutes; forward is positive."""

    on: date
    minutes: int


def next_change(zone: str, after: date) -> ClockChange | None:
    """The first change of an IANA zone's clocks later than a date, within a year."""
    for day in range(1, _LOOK_AHEAD):
        on = after + timedelta(days=day)
        shift = _offset(zone, on + timedelta(days=1)) - _offset(zone, on)
        if shift:
            return ClockChange(on, round(shift / timedelta(minutes=1)))
    return None


def _offset(zone: str, on: date) -> timedelta:
    """The offset from UTC at the first moment of a day."""
    offset = datetime.combine(on, time(), ZoneInfo(zone)).utcoffset()
    return offset or timedelta()
