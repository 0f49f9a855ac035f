"""The hard rules, one module each.

A rule says the same thing twice: `rows` as linear rows of the model, in bulk, and `violations` as a
check of a finished roster that knows nothing of the model. Tests hold the two equal.
"""

from collections.abc import Iterator
from typing import Protocol

from solver.columns import Columns
from solver.constraints import (
    alternatives,
    capacity,
    keep_apart,
    limits,
    moves,
    one_place,
    one_seat,
    opening,
    plans,
    therapists,
)
from solver.roster import Roster, Violation
from solver.rows import Rows


class Constraint(Protocol):
    """A hard rule of the specification."""

    NAME: str

    def rows(self, columns: Columns) -> Rows:
        """The rule as rows over the columns."""

    def violations(self, roster: Roster) -> Iterator[Violation]:
        """Where the roster breaks the rule, warnings about what stands today included."""


#: In the order of the specification.
ALL: tuple[Constraint, ...] = (
    one_seat,
    capacity,
    opening,
    one_place,
    keep_apart,
    limits,
    therapists,
    alternatives,
    plans,
    moves,
)
