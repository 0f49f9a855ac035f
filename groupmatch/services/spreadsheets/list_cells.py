"""Cells that hold several values, between semicolons."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from groupmatch.database import Attributes
from groupmatch.services.groups.group_parts import Limit, MeetingTime
from groupmatch.services.hours import availability_text
from groupmatch.services.hours.availability import Span
from groupmatch.services.hours.availability_text import WeeklyTime
from groupmatch.services.spreadsheets.cells import Cell, Unreadable


@dataclass(frozen=True)
class ListOf:
    """Several values, between semicolons or commas, each once."""

    cell: Cell
    #: Whether their order means something.
    ordered: bool = True

    def read(self, text: str) -> list[Any]:
        """The values, in their order or sorted."""
        parts = [part.strip() for part in re.split(r"[;,]", text)]
        values = dict.fromkeys(self.cell.read(part) for part in parts if part)
        return list(values) if self.ordered else sorted(values)

    def write(self, value: Sequence[Any]) -> str:
        """Between semicolons."""
        texts = [self.cell.write(each) for each in value]
        return "; ".join(texts if self.ordered else sorted(texts))


class AttributeValues:
    """Values by attribute: `gender=woman; modality=CBT|DBT`."""

    def read(self, text: str) -> Attributes:
        """The values of each name."""
        found: Attributes = {}
        for part in _parts(text):
            name, sign, values = part.partition("=")
            chosen = [value.strip() for value in values.split("|") if value.strip()]
            if not sign or not name.strip() or not chosen:
                raise Unreadable(f"“{part}” is not an attribute; write it as gender=woman")
            found[name.strip()] = chosen
        return found

    def write(self, value: Attributes) -> str:
        """In the order of the names."""
        return "; ".join(f"{name}={'|'.join(value[name])}" for name in sorted(value) if value[name])


class Hours:
    """Weekly availability: `Mon 18:00-21:00; Sat 09:00-12:00?`, the mark meaning if needed."""

    def read(self, text: str) -> list[Span]:
        """The hours in order."""
        spans, problems = availability_text.parsed(text)
        if problems:
            raise Unreadable("; ".join(problems))
        return spans

    def write(self, value: Sequence[Span]) -> str:
        """In order."""
        return availability_text.printed(value)


class Meetings:
    """Weekly meetings: `Mon 18:00-21:00; Wed 18:00-21:00`."""

    def read(self, text: str) -> list[MeetingTime]:
        """The meetings in order."""
        times, problems = availability_text.weekly_times(text)
        problems += [f"“{time}” has a question mark" for time in times if time.if_needed]
        if problems:
            raise Unreadable("; ".join(problems))
        return sorted(
            MeetingTime(time.weekday, time.start_minute, time.end_minute - time.start_minute)
            for time in times
        )

    def write(self, value: Sequence[MeetingTime]) -> str:
        """In order."""
        return "; ".join(
            str(WeeklyTime(each.weekday, each.start_minute, each.start_minute + each.minutes))
            for each in sorted(value)
        )


class Limits:
    """Most members who carry a value: `primary_condition=bpd max 2`."""

    def read(self, text: str) -> list[Limit]:
        """The limits in order."""
        limits = []
        for part in _parts(text):
            found = re.fullmatch(r"([^=]+)=(.+?)\s+max\s+(\d{1,6})", part, re.IGNORECASE)
            if not found:
                raise Unreadable(f"“{part}” is not a limit; write it as condition=bpd max 2")
            limits.append(Limit(found[1].strip(), found[2].strip(), int(found[3])))
        return sorted(limits)

    def write(self, value: Sequence[Limit]) -> str:
        """In order."""
        return "; ".join(
            f"{limit.attribute}={limit.value} max {limit.max_members}" for limit in value
        )


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(";") if part.strip())
