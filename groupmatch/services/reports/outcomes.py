"""How many are reliably better at eight weeks, of those who answered then."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from groupmatch.database.columns import columns
from groupmatch.records import MeasureScore, Program
from groupmatch.resources import shipped
from groupmatch.services.care.instruments import Instrument, instruments
from groupmatch.services.reports.small_counts import smallest

#: Without an order: the database would take longer for it than for all else.
_SCORES = select(
    MeasureScore.instrument,
    MeasureScore.participant_id,
    MeasureScore.taken_on,
    MeasureScore.total,
).where(
    MeasureScore.program_id == bindparam("program"),
    MeasureScore.withdrawn_at.is_(None),
    MeasureScore.total.is_not(None),
)


class _Weeks(NamedTuple):
    days: int
    from_days: int
    to_days: int


@dataclass(frozen=True)
class Outcome:
    """One instrument: who answered twice, and how their totals differ."""

    instrument: Instrument
    #: People with a first score and one at eight weeks.
    number: int
    better: int
    worse: int

    @property
    def told(self) -> bool:
        """Whether they are enough to be told of."""
        return self.number >= smallest()

    @property
    def share(self) -> float | None:
        """Percent who are reliably better; None where they are too few."""
        return 100 * self.better / self.number if self.told else None


def outcomes(session: Session, program: Program) -> list[Outcome]:
    """Reliable change by instrument, from the first score to the one at eight weeks.

    A change is reliable from the instrument's own `reliable_change` on; lower is better. Measures
    that were taken back do not count.
    """
    scores: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for code, person_id, on, total in columns(session, _SCORES, program=program.id):
        scores.setdefault((code, person_id), []).append((on, total or 0))
    changes: dict[str, list[int | None]] = {}
    for (code, _), of_one in scores.items():
        changes.setdefault(code, []).append(_change(of_one))
    known = instruments()
    return [
        _outcome(known[code], changes[code])
        for code in sorted(changes)
        if code in known and known[code].reliable_change
    ]


def _change(scores: list[tuple[date, int]]) -> int | None:
    """From the first score to the one at eight weeks; None without one."""
    (first, before), *later = sorted(scores)
    weeks = _weeks()
    near = [
        (abs((on - first).days - weeks.days), on, total)
        for on, total in later
        if weeks.from_days <= (on - first).days <= weeks.to_days
    ]
    return min(near)[2] - before if near else None


def _outcome(instrument: Instrument, changes: Iterable[int | None]) -> Outcome:
    told = [change for change in changes if change is not None]
    least = instrument.reliable_change or 0
    return Outcome(
        instrument,
        number=len(told),
        better=sum(change <= -least for change in told),
        worse=sum(change >= least for change in told),
    )


@cache
def _weeks() -> _Weeks:
    text = (shipped("config") / "reports.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)["outcomes"]
    return _Weeks(found["days"], found["from_days"], found["to_days"])
