"""Tier 1, the more the better: Σ priority over the waiting requests that get a seat."""

import numpy as np

from solver.columns import Columns
from solver.ragged import IntArray
from solver.roster import Roster

NAME = "placed"
MAXIMIZED = True


def coefficients(columns: Columns) -> IntArray:
    worth = np.zeros(columns.count, dtype=np.int64)
    seats = np.flatnonzero(columns.new & columns.tables.waiting[columns.request])
    worth[seats] = columns.tables.priority[columns.request[seats]]
    return worth


def value(roster: Roster) -> int:
    return sum(seat.request.priority for seat in roster.seats if seat.request.waiting)
