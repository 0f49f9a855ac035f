"""Weekly hours in few words: of a group on any clock, and of a person on their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from groupmatch.database import Json
from groupmatch.records import Fit
from groupmatch.services.hours.availability import Span
from groupmatch.services.hours.local_time import Meets, meeting_times
from groupmatch.web.filters import minute_span, span, weekday


@dataclass(frozen=True)
class DayHours:
    """The hours of one weekday in words, each with whether it suits only if needed."""

    weekday: str
    hours: tuple[tuple[str, bool], ...]


def group_hours(group: Meets, zone: str, on: date) -> str:
    """As "Tue 6:00–7:00 pm EST"; for a track as "Mon, Wed, Fri 9:00 am–noon EST".

    The hours are those of a date's week, on the clock of an IANA zone.
    """
    days: dict[tuple[time, time, str], list[int]] = {}
    for meeting in meeting_times(group, zone, on):
        days.setdefault((meeting.start, meeting.end, meeting.zone), []).append(meeting.weekday)
    return "; ".join(
        f"{', '.join(weekday(day)[:3] for day in weekdays)} {span(start, end)} {abbreviation}"
        for (start, end, abbreviation), weekdays in days.items()
    )


def asked_hours(change: Json, zone: str) -> str:
    """The hour that a change asks somebody for, as "Tuesday 6:00–7:00 pm EST"."""
    starts, ends = (
        datetime.fromisoformat(change[name]).astimezone(ZoneInfo(zone))
        for name in ("starts", "ends")
    )
    return f"{weekday(starts.weekday())} {span(starts.time(), ends.time())} {starts.tzname()}"


def week_in_words(spans: Iterable[Span]) -> list[DayHours]:
    """Weekly hours by day, days without any left out."""
    found = sorted(spans)
    return [
        DayHours(
            weekday(day),
            tuple(
                (minute_span(each.start_minute, each.end_minute), each.fit == Fit.IF_NEEDED)
                for each in found
                if each.weekday == day
            ),
        )
        for day in range(7)
        if any(each.weekday == day for each in found)
    ]
