"""The questionnaires of `config/instruments.toml`, typed: their items, keys and alarms."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from groupmatch.resources import shipped


@dataclass(frozen=True)
class Alarm:
    """Answers to one item, counted from 1, that hold automation and call a person."""

    item: int
    #: From this answer on somebody looks the same day, and from this one on at once.
    from_: int
    at_once_from: int


@dataclass(frozen=True)
class Instrument:
    """One questionnaire; the file says what each part means and rests on."""

    code: str
    name: str
    about: str
    answers: Sequence[str]
    items: Sequence[str]
    #: The lowest total of each published range, and its name; without ranges nothing is summed.
    bands: Sequence[tuple[int, str]]
    reliable_change: int | None
    alarms: Sequence[Alarm]

    @property
    def highest(self) -> int:
        """The highest total."""
        return (len(self.answers) - 1) * len(self.items)

    def total(self, answers: Sequence[int]) -> int | None:
        """The sum of the answers, where the instrument is summed."""
        return sum(answers) if self.bands else None

    def band(self, total: int) -> str:
        """The published range in which a total lies."""
        return next(name for least, name in reversed(self.bands) if total >= least)

    def alarming(self, answers: Sequence[int]) -> list[Alarm]:
        """The alarms that these answers set off."""
        return [alarm for alarm in self.alarms if answers[alarm.item - 1] >= alarm.from_]


@cache
def instruments() -> Mapping[str, Instrument]:
    """The instruments of this installation by code, read once."""
    table = tomllib.loads((shipped("config") / "instruments.toml").read_text(encoding="utf-8"))
    return {code: _instrument(code, row) for code, row in table.items() if isinstance(row, dict)}


def _instrument(code: str, row: Mapping[str, Any]) -> Instrument:
    return Instrument(
        code=code,
        name=row["name"],
        about=row["about"],
        answers=tuple(row["answers"]),
        items=tuple(row["items"]),
        bands=tuple((least, name) for least, name in row.get("bands", ())),
        reliable_change=row.get("reliable_change"),
        alarms=tuple(
            Alarm(alarm["item"], alarm["from"], alarm["at_once_from"])
            for alarm in row.get("safety", ())
        ),
    )
