"""When a group meets: its weekly wall time as instants, and as anybody's local hour.

A group keeps its own local hour. Where it and the viewer change clocks on different days, or only
one of them does, the viewer's hour moves for some weeks; nothing here is stored, so nothing is
stale. A wall time that a clock change skips moves forward by the skipped hour, and one that occurs
twice is the first of the two, as RFC 5545 (3.3.5) has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from groupmatch.records import Group, GroupSession, Meeting

#: How far ahead a change of the hour is told, in weeks.
_AHEAD = 8
_WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True)
class LocalMeeting:
    """One meeting as the clock on somebody's wall shows it."""

    #: The viewer's local date, and its weekday (0 is Monday).
    on: date
    weekday: int
    start: time
    end: time
    #: Abbreviation of the viewer's zone on that day: "EST", "EDT", "UTC+5:45".
    zone: str


class Meets(Protocol):
    """What has weekly meetings: a group, or a few words on one."""

    @property
    def timezone(self) -> str:
        """The IANA zone whose clock it keeps."""

    @property
    def meetings(self) -> Iterable[Any]:
        """Its weekly meetings: `records.Meeting`, or alike."""


@dataclass(frozen=True, order=True)
class Sitting:
    """One session of a group on one date."""

    starts_at: datetime
    ends_at: datetime
    #: The date on the group's own calendar.
    on: date

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)


def instant(on: date, minute: int, zone: str) -> datetime:
    """The UTC instant of a wall time, in minutes after local midnight, in an IANA zone."""
    wall = datetime.combine(on, time(minute // 60, minute % 60), tzinfo=ZoneInfo(zone))
    # fold=0 is both rules at once: the offset before a gap (so the time moves forward by the
    # gap), and the earlier of two equal wall times.
    return wall.replace(fold=0).astimezone(UTC)


def sittings(group: Group, first: date, last: date) -> list[Sitting]:
    """The sessions from one date to another, both included, on the group's own calendar.

    Dates before the group starts and after it ends have none.
    """
    first = max(first, group.starts_on or first)
    last = min(last, group.ends_on or last)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sorted(
        _sitting(meeting, on, group.timezone)
        for on in days
        for meeting in group.meetings
        if meeting.weekday == on.weekday() and meeting.holds_on(on)
    )


def sittings_between(group: Group, after: datetime, before: datetime) -> list[Sitting]:
    """The sessions that begin at or after one instant and before another."""
    zone = ZoneInfo(group.timezone)
    around = sittings(group, after.astimezone(zone).date(), before.astimezone(zone).date())
    return [sitting for sitting in around if after <= sitting.starts_at < before]


def next_session(group: Group, after: datetime) -> datetime | None:
    """The UTC instant of the first session at or after another; None when none is left."""
    zone = ZoneInfo(group.timezone)
    first = max(after.astimezone(zone).date(), group.starts_on or date.min)
    coming = sittings(group, first, first + _WEEK)
    return next((sitting.starts_at for sitting in coming if sitting.starts_at >= after), None)


def sitting_of(meeting: GroupSession) -> Sitting:
    """A dated session as a sitting."""
    return Sitting(meeting.starts_at, meeting.ends_at, meeting.on)


def local_meeting(sitting: Sitting, zone: str) -> LocalMeeting:
    """One session as it reads in an IANA zone."""
    start = sitting.starts_at.astimezone(ZoneInfo(zone))
    end = sitting.ends_at.astimezone(ZoneInfo(zone))
    return LocalMeeting(
        on=start.date(),
        weekday=start.weekday(),
        start=start.time(),
        end=end.time(),
        zone=_abbreviation(start),
    )


def meeting_times(group: "Meets", zone: str, on: date) -> list[LocalMeeting]:
    """The group's weekly meetings in an IANA zone, in the week (Monday to Sunday) of a date.

    Told for groups that have not begun or have ended, too: it is the hour, not the calendar.
    """
    return list(_times(_hours_of(group), zone, on))


@lru_cache(maxsize=4096)
def _on_clock(day: date, start: int, minutes: int, zone: str, viewer: str) -> LocalMeeting:
    """Many groups share an hour; a list of all of them asks for each of theirs."""
    starts_at = instant(day, start, zone)
    return local_meeting(Sitting(starts_at, starts_at + timedelta(minutes=minutes), day), viewer)


def changed_times(group: Group, zone: str, on: date, *, weeks: int = _AHEAD) -> list[LocalMeeting]:
    """The meetings of the first week, among those after a date's, that read otherwise in a zone.

    Empty when the hour stays the same for that many weeks.
    """
    return list(_changed(_hours_of(group), zone, on, weeks))


class _Hours(NamedTuple):
    """All that the hours of a group are told by; many groups have the same."""

    zone: str
    #: Weekday, start, minutes, and the first and the last date, of each meeting.
    meetings: tuple[tuple[int, int, int, date | None, date | None], ...]


def _hours_of(group: Meets) -> _Hours:
    return _Hours(
        group.timezone,
        tuple(
            (each.weekday, each.start_minute, each.minutes, each.from_on, each.until_on)
            for each in group.meetings
        ),
    )


@lru_cache(maxsize=4096)
def _times(hours: _Hours, viewer: str, on: date) -> tuple[LocalMeeting, ...]:
    monday = on - timedelta(days=on.weekday())
    found = []
    for weekday, start, minutes, since, until in hours.meetings:
        day = monday + timedelta(weekday)
        if (since or day) <= day <= (until or day):
            found.append(_on_clock(day, start, minutes, hours.zone, viewer))
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def _changed(hours: _Hours, viewer: str, on: date, weeks: int) -> tuple[LocalMeeting, ...]:
    now = _wall_times(_times(hours, viewer, on))
    later = (_times(hours, viewer, on + n * _WEEK) for n in range(1, weeks + 1))
    return next((times for times in later if _wall_times(times) != now), ())


def _sitting(meeting: Meeting, on: date, zone: str) -> Sitting:
    starts_at = instant(on, meeting.start_minute, zone)
    return Sitting(starts_at, starts_at + timedelta(minutes=meeting.minutes), on)


def _wall_times(times: Iterable[LocalMeeting]) -> set[tuple[int, time, time]]:
    return {(meeting.weekday, meeting.start, meeting.end) for meeting in times}


def _abbreviation(moment: datetime) -> str:
    name = moment.tzname() or ""
    if name[:1] not in "+-":
        return name
    # Zones without a letter name call themselves "+0545".
    hours, minutes = int(name[1:3]), name[3:5]
    return f"UTC{name[0]}{hours}" + (f":{minutes}" if minutes.strip("0") else "")
