"""Tier 2, the more the better: Σ priority over the switching requests that get a new seat."""

import numpy as np

from solver.columns import Columns
from solver.ragged import IntArray
from solver.roster import Roster

NAME = "switched"
MAXIMIZED = True


def coefficients(columns: Columns) -> IntArray:
    worth = np.zeros(columns.count, dtype=np.int64)
    seats = np.flatnonzero(columns.new & columns.tables.switching[columns.request])
    worth[seats] = columns.tables.priority[columns.request[seats]]
    return worth


def value(roster: Roster) -> int:
    return sum(s.request.priority for s in roster.seats if s.new and s.request.switching)
