"""Short notations that staff write several things at once in. Reading raises ValueError, with a
sentence that says what is missing; what was written reads as itself.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from groupmatch.database import Attributes
from groupmatch.records import Fit
from groupmatch.services import availability_text
from groupmatch.services.availability import Span
from groupmatch.services.groups import Limit, MeetingTime


class Notation(NamedTuple):
    """How something is read from text and written as text."""

    read: Callable[[str], Any]
    written: Callable[[Any], str]


def _read_hours(text: str) -> list[Span]:
    spans, problems = availability_text.parsed(text)
    if problems:
        raise ValueError("; ".join(problems) + ".")
    return spans


def _read_meetings(text: str) -> list[MeetingTime]:
    spans = _read_hours(text)
    if not spans:
        raise ValueError("Write when it meets, like: Tue 18:00-19:00.")
    if any(span.fit == Fit.IF_NEEDED for span in spans):
        raise ValueError("A meeting either happens or not: leave out the question mark.")
    return [
        MeetingTime(span.weekday, span.start_minute, span.end_minute - span.start_minute)
        for span in spans
    ]


def _meetings_written(meetings: list[MeetingTime]) -> str:
    return availability_text.printed(
        Span(each.weekday, each.start_minute, each.start_minute + each.minutes) for each in meetings
    )


def _read_traits(text: str) -> Attributes:
    traits: Attributes = {}
    for line in _lines(text):
        name, _, values = line.partition(":")
        found = _read_words(values)
        if not (name.strip() and found):
            raise ValueError(f"“{line}” needs a name and values, like: gender: woman.")
        traits[name.strip()] = found
    return traits


def _traits_written(traits: Attributes) -> str:
    return "\n".join(f"{name}: {', '.join(values)}" for name, values in traits.items())


def _read_limits(text: str) -> list[Limit]:
    limits = []
    for line in _lines(text):
        carried, _, most = line.rpartition(":")
        attribute, _, value = carried.partition(" ")
        if not (attribute and value.strip() and most.strip().isdigit()):
            raise ValueError(f"“{line}” needs a name, a value and a number: condition bpd: 2.")
        limits.append(Limit(attribute, value.strip(), int(most)))
    return limits


def _limits_written(limits: list[Limit]) -> str:
    return "\n".join(f"{each.attribute} {each.value}: {each.max_members}" for each in limits)


def _read_words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _read_dates(text: str) -> list[date]:
    try:
        return [date.fromisoformat(word) for word in _read_words(text)]
    except ValueError:
        raise ValueError("Write dates like 2026-12-01, with commas between them.") from None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


#: `Mon 18:00-21:00; Sat 09:00-12:00?`
HOURS = Notation(_read_hours, availability_text.printed)
#: `Tue 18:00-19:00`
MEETINGS = Notation(_read_meetings, _meetings_written)
#: `language: en, es`, a line each
TRAITS = Notation(_read_traits, _traits_written)
#: `condition bpd: 2`, a line each
LIMITS = Notation(_read_limits, _limits_written)
#: `en, es`
WORDS = Notation(_read_words, ", ".join)
#: `2026-12-01, 2027-01-05`
DATES = Notation(_read_dates, lambda dates: ", ".join(day.isoformat() for day in dates))
