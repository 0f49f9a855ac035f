"""Cells that hold dated decisions: consents, and a therapist's licenses."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from groupmatch.services.spreadsheets.cells import Choice, Day, Region, Unreadable

#: A license without a first date has been held for long; it is stored with this one.
LONG_SINCE = date(2000, 1, 1)

_DATED = re.compile(
    r"(?P<what>.+?)(?:\s+from\s+(?P<since>\S+))?(?:\s+until\s+(?P<until>\S+))?", re.IGNORECASE
)


@dataclass(frozen=True)
class Decision:
    """A cleared gate, the last date on which it holds (None for no end), and a level's code."""

    valid_to: date | None = None
    level_code: str | None = None


@dataclass(frozen=True)
class Consent:
    """`yes`, `yes until 2027-03-31`, or `no`; one that is over means no."""

    today: date

    def read(self, text: str) -> Decision | None:
        """None for no."""
        if text.lower() in ("no", "n", "false", "0"):
            return None
        found = _DATED.fullmatch(text)
        if not found or found["since"] or found["what"].lower() not in ("yes", "y", "true", "1"):
            raise Unreadable(f"“{text}” is neither no, nor yes, nor “yes until 2026-12-31”")
        until = Day().read(found["until"]) if found["until"] else None
        return Decision(until) if until is None or until >= self.today else None

    def write(self, value: Decision | None) -> str:
        """In words."""
        if value is None:
            return "no"
        return f"yes until {value.valid_to}" if value.valid_to else "yes"


#: What `yes` and an empty cell mean for a region: somebody new is there from the import on, and
#: what is stored of somebody known stays.
AS_STORED = Decision(level_code="as stored")


@dataclass(frozen=True)
class Location(Consent):
    """Whether the region is confirmed: `yes`, `yes until 2027-03-31`, or `no`."""

    def read(self, text: str) -> Decision | None:
        """None for no."""
        read = super().read(text)
        return AS_STORED if read == Decision() else read


@dataclass(frozen=True)
class LevelDecision:
    """A level of care, as a clinician decided: `outpatient`, `iop-adult until 2027-03-31`."""

    #: Code → name of each level.
    levels: Mapping[str, str]

    def read(self, text: str) -> Decision:
        """The level and its last date."""
        found = _DATED.fullmatch(text)
        if not found or found["since"]:
            raise Unreadable(f"“{text}” is not a decision; write “outpatient until 2027-03-31”")
        until = Day().read(found["until"]) if found["until"] else None
        return Decision(until, Choice("a level of care", self.levels).read(found["what"]))

    def write(self, value: Decision) -> str:
        """The level and its last date."""
        return f"{value.level_code}" + (f" until {value.valid_to}" if value.valid_to else "")


@dataclass(frozen=True)
class Authority:
    """A license in one region or, by its compact, in all regions of that."""

    #: A region's code, or a compact's.
    where: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Licenses:
    """`NY; NJ until 2027-03-31; psypact from 2025-07-01`. Those that are over are left out."""

    #: Code → name of each compact.
    compacts: Mapping[str, str]
    today: date

    def read(self, text: str) -> list[Authority]:
        """The licenses in order."""
        read = [self._one(part.strip()) for part in text.split(";") if part.strip()]
        return in_order(each for each in read if not self.over(each))

    def write(self, value: Sequence[Authority]) -> str:
        """In order."""
        return "; ".join(_written(each) for each in in_order(value))

    def over(self, held: Authority) -> bool:
        """Whether its last date is past."""
        return held.valid_to is not None and held.valid_to < self.today

    def _one(self, part: str) -> Authority:
        found = _DATED.fullmatch(part)
        if not found:
            raise Unreadable(f"“{part}” is not a license; write “NY” or “NY until 2027-03-31”")
        since = Day().read(found["since"]) if found["since"] else LONG_SINCE
        until = Day().read(found["until"]) if found["until"] else None
        if until is not None and until < since:
            raise Unreadable(f"“{part}” ends before it begins")
        return Authority(self._where(found["what"]), since, until)

    def _where(self, text: str) -> str:
        try:
            return Choice("a compact", self.compacts).read(text)
        except Unreadable:
            return Region().read(text)


def in_order(licenses: Iterable[Authority]) -> list[Authority]:
    """Each license once, in the order in which the cell has them."""
    return sorted(
        set(licenses), key=lambda each: (each.where, each.valid_from, each.valid_to or date.max)
    )


def _written(held: Authority) -> str:
    since = "" if held.valid_from == LONG_SINCE else f" from {held.valid_from}"
    return f"{held.where}{since}" + (f" until {held.valid_to}" if held.valid_to else "")
