"""Weekly hours as text: `Mon 18:00-21:00; Sat 09:00-12:00?`, where `?` means if needed.

Reading is forgiving, because spreadsheets are typed by hand: full day names, day ranges
(`Mon-Fri`), 12-hour clocks (`6pm-9pm`), and spans past midnight are understood. Writing is exact.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from groupmatch.records import Fit
from groupmatch.services.hours.availability import Span, normalized

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m?)?"
_SPAN = re.compile(
    rf"([a-z]+)(?:\s*-\s*([a-z]+))?\s*[:,]?\s*{_TIME}\s*(?:-|to)\s*{_TIME}\s*(\?)?",
    re.IGNORECASE,
)
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, order=True)
class WeeklyTime:
    """A time as it is written: 0 is Monday; an end past 1440 is on the day after."""

    weekday: int
    start_minute: int
    end_minute: int
    if_needed: bool = False

    def spans(self) -> Iterator[Span]:
        """The same, cut at midnight."""
        fit = Fit.IF_NEEDED if self.if_needed else Fit.WORKS_WELL
        yield Span(self.weekday, self.start_minute, min(self.end_minute, _DAY_MINUTES), fit)
        if self.end_minute > _DAY_MINUTES:
            yield Span((self.weekday + 1) % 7, 0, self.end_minute - _DAY_MINUTES, fit)

    def __str__(self) -> str:
        end = self.end_minute if self.end_minute <= _DAY_MINUTES else self.end_minute - _DAY_MINUTES
        mark = "?" if self.if_needed else ""
        return f"{DAYS[self.weekday]} {clock_text(self.start_minute)}-{clock_text(end)}{mark}"


def printed(spans: Iterable[Span]) -> str:
    """Weekly hours as text, in order. Reading it gives the same hours."""
    return "; ".join(_printed(span) for span in normalized(spans))


def parsed(text: str) -> tuple[list[Span], list[str]]:
    """The weekly hours that a text means, and a sentence for each part that means none."""
    found, problems = weekly_times(text)
    return normalized(span for time in found for span in time.spans()), problems


def weekly_times(text: str) -> tuple[list[WeeklyTime], list[str]]:
    """The times as they are written, and a sentence for each part that means none."""
    times: list[WeeklyTime] = []
    problems: list[str] = []
    for part in re.split(r";|\n|,(?=\s*[a-zA-Z])", text.replace("–", "-").replace("—", "-")):
        if part.strip():
            try:
                times.extend(_times(part.strip()))
            except ValueError as problem:
                problems.append(str(problem))
    return times, problems


def clock_text(minute: int) -> str:
    """Minutes after midnight as `18:05`; the end of the day is `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _printed(span: Span) -> str:
    if_needed = span.fit == Fit.IF_NEEDED
    return str(WeeklyTime(span.weekday, span.start_minute, span.end_minute, if_needed))


def _times(part: str) -> Iterator[WeeklyTime]:
    found = _SPAN.fullmatch(part)
    if not found:
        raise ValueError(f"“{part}” is not a day and hours; write “Mon 18:00-21:00”")
    first = _weekday(found[1])
    last = _weekday(found[2]) if found[2] else first
    # “6-9pm” means from six in the evening, too.
    start = _minute(found[3], found[4], found[5] or _half_of_start(found), part)
    end = _minute(found[6], found[7], found[8], part)
    if start in (end, _DAY_MINUTES):
        raise ValueError(f"“{part}” is no time at all; write when it starts and when it ends")
    until = end if start < end else end + _DAY_MINUTES
    for offset in range((last - first) % 7 + 1):
        yield WeeklyTime((first + offset) % 7, start, until, bool(found[9]))


def _weekday(name: str) -> int:
    word = name.lower()
    for weekday, full in enumerate(_DAY_NAMES):
        if len(word) >= 2 and full.startswith(word):
            return weekday
    raise ValueError(f"“{name}” is not a day of the week; write one of {', '.join(DAYS)}")


def _minute(hour: str, minute: str | None, half: str | None, part: str) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(f"“{part}” has an hour outside of 1 to 12 beside am or pm")
        hours = hours % 12 + (12 if half.lower().startswith("p") else 0)
    total = hours * 60 + minutes
    if minutes > 59 or total > _DAY_MINUTES:
        raise ValueError(f"“{part}” has a time outside of 00:00 to 24:00")
    return total


def _half_of_start(found: re.Match[str]) -> str | None:
    """In “6-9pm” both are in the evening; “10-1pm” could mean two things and is refused."""
    if found[8] and not int(found[3]) < int(found[6]) < 12:
        raise ValueError(f"“{found[0]}” has one time without am or pm; write it at both")
    return found[8]
