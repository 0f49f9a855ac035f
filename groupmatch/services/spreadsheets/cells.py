"""What a cell can hold: how each kind of value is read and written.

`read` gets a text that is not empty, and raises Unreadable with words that say what to do;
`write` gets a value that `read` could have given.
"""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from groupmatch.names import fold
from groupmatch.services.programs import places


class Unreadable(Exception):
    """A cell that means nothing here; the message says what is wrong and what to write."""


class Cell(Protocol):
    """A kind of value."""

    def read(self, text: str) -> Any:
        """The value. Raises Unreadable."""

    def write(self, value: Any) -> str:
        """The text that `read` turns into the value again."""


class Text:
    """Any text."""

    def read(self, text: str) -> str:
        """The text itself."""
        return text

    def write(self, value: str | None) -> str:
        """The text itself."""
        return value or ""


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds, both included."""

    least: int = 0
    most: int = 10_080

    def read(self, text: str) -> int:
        """The number; spreadsheets like to write 8.0 for 8."""
        found = re.fullmatch(r"(-?\d{1,9})([.,]0+)?", text)
        if not found or not self.least <= int(found[1]) <= self.most:
            raise Unreadable(f"“{text}” is not a whole number from {self.least} to {self.most}")
        return int(found[1])

    def write(self, value: int | None) -> str:
        """The digits."""
        return "" if value is None else str(value)


class Day:
    """A date: 2026-12-01, or as spreadsheets rewrite it, 12/1/2026 or 1.12.2026."""

    def read(self, text: str) -> date:
        """The date; with slashes the month comes first."""
        for pattern, order in (
            (r"(\d{4})-(\d{1,2})-(\d{1,2})", (1, 2, 3)),
            (r"(\d{1,2})/(\d{1,2})/(\d{4})", (3, 1, 2)),
            (r"(\d{1,2})\.(\d{1,2})\.(\d{4})", (3, 2, 1)),
        ):
            found = re.fullmatch(pattern, text)
            if found:
                try:
                    return date(*(int(found[part]) for part in order))
                except ValueError:
                    break
        raise Unreadable(f"“{text}” is not a date; write it as 2026-12-31")

    def write(self, value: date | None) -> str:
        """Year, month, day."""
        return value.isoformat() if value else ""


class YesNo:
    """Yes or no."""

    _MEANINGS = {  # noqa: RUF012 - a constant
        "yes": True,
        "y": True,
        "true": True,
        "1": True,
        "x": True,
        "no": False,
        "n": False,
        "false": False,
        "0": False,
    }

    def read(self, text: str) -> bool:
        """Also y, n, true, false, 1, 0, and x for yes."""
        if text.lower() not in self._MEANINGS:
            raise Unreadable(f"“{text}” is neither yes nor no")
        return self._MEANINGS[text.lower()]

    def write(self, value: bool) -> str:
        """In a word."""
        return "yes" if value else "no"


class Zone:
    """An IANA time zone."""

    def read(self, text: str) -> str:
        """The zone, in any case."""
        zone = places.zones_by_name().get(text.lower().replace(" ", "_"))
        if zone is None:
            raise Unreadable(
                f"“{text}” is not a time zone{nearest(text, places.zones())};"
                " write a city's, such as America/New_York"
            )
        return zone

    def write(self, value: str) -> str:
        """The zone itself."""
        return value


class Region:
    """A state or province."""

    def read(self, text: str) -> str:
        """The code of a region given by code or name."""
        code = places.region_code(text)
        if code is None:
            names = [*places.regions().values(), *places.regions()]
            raise Unreadable(
                f"“{text}” is not a region{nearest(text, names)}; write it as NY or New York"
            )
        return code

    def write(self, value: str) -> str:
        """The code."""
        return value


@dataclass(frozen=True)
class Choice:
    """One code of a list, given by code or name."""

    noun: str
    #: Code → name.
    options: Mapping[str, str]

    def read(self, text: str) -> str:
        """The code."""
        if text in self.options:
            return text
        for code, name in self.options.items():
            if fold(text) in (fold(code), fold(name)):
                return code
        raise Unreadable(
            f"“{text}” is not {self.noun}{nearest(text, self.options)};"
            f" write one of {', '.join(self.options)}"
        )

    def write(self, value: str | None) -> str:
        """The code."""
        return value or ""


@dataclass
class Reference:
    """A record by the id that the provider's own system gave it."""

    noun: str
    #: Id there → id here.
    ids: Mapping[str, str]
    _theirs: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._theirs = {ours: theirs for theirs, ours in self.ids.items()}

    def read(self, text: str) -> str:
        """The id here."""
        if text not in self.ids:
            raise Unreadable(f"there is no {self.noun} “{text}”{nearest(text, self.ids)}")
        return self.ids[text]

    def write(self, value: str) -> str:
        """The id there."""
        return self._theirs[value]


def nearest(text: str, among: Collection[str]) -> str:
    """What was probably meant, as the end of a sentence; empty where nothing is near."""
    by_fold = {fold(each): each for each in among}
    close = difflib.get_close_matches(fold(text), by_fold, n=1)
    return f"; did you mean “{by_fold[close[0]]}”" if close else ""
