"""A zone's clocks in iCalendar (VTIMEZONE), for the stretch of time that a calendar covers.

icalendar can write one by itself, but has clocks go forward an hour late (seen in 7.3.0).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)


def calendar_zone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The offsets of a zone from one UTC instant to another, each with the moment it begins."""
    written = Timezone()
    written.add("tzid", zone.key)
    before = _offset(zone, first)
    for onset in (first, *clock_changes(zone, first, last)):
        written.add_component(_observance(zone, onset, before))
        before = _offset(zone, onset)
    return written


def clock_changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The UTC instants after one and up to another at which a zone's offset changes."""
    at = first
    while at < last:
        until = min(at + _DAY, last)
        if _offset(zone, at) != _offset(zone, until):
            yield _change_between(zone, at, until)
        at = until


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second of the new offset. Zones change on whole seconds, once a day at most."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _observance(
    zone: ZoneInfo, onset: datetime, before: timedelta
) -> TimezoneStandard | TimezoneDaylight:
    local = onset.astimezone(zone)
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    # RFC 5545 (3.6.5) has the onset on the clock that was in force until then.
    observance.add("dtstart", (onset + before).replace(tzinfo=None))
    observance.add("tzoffsetfrom", before)
    observance.add("tzoffsetto", _offset(zone, onset))
    observance.add("tzname", local.tzname() or zone.key)
    return observance


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
