"""Tier 3, the fewer the better: settled requests that end in another group."""

import numpy as np

from solver.columns import Columns
from solver.ragged import IntArray
from solver.roster import Roster

NAME = "moved"
MAXIMIZED = False


def coefficients(columns: Columns) -> IntArray:
    moves = np.zeros(columns.count, dtype=np.int64)
    moves[np.flatnonzero(columns.new & columns.tables.settled[columns.request])] = 1
    return moves


def value(roster: Roster) -> int:
    return sum(seat.new and seat.request.settled for seat in roster.seats)
