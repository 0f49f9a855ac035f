"""The five tiers of the objective, one module each, strictly in this order.

Each is stated twice: as coefficients of the model's columns, and as the value of a finished roster.
"""

from typing import Protocol

from solver.columns import Columns
from solver.objectives import cost, moved, opened, placed, switched
from solver.ragged import IntArray
from solver.roster import Roster


class Tier(Protocol):
    """One tier; `MAXIMIZED` says whether more is better or less."""

    NAME: str
    MAXIMIZED: bool

    def coefficients(self, columns: Columns) -> IntArray:
        """The weight of every column, in whole numbers of at least 0."""

    def value(self, roster: Roster) -> int:
        """The tier of a finished roster, worked out without the model."""


ALL: tuple[Tier, ...] = (placed, switched, moved, opened, cost)
