"""Tier 4, the less the better: Σ (1 + open_cost) over the proposed groups that open."""

import numpy as np

from solver.columns import Columns
from solver.ragged import IntArray
from solver.roster import Roster

NAME = "opened"
MAXIMIZED = False


def coefficients(columns: Columns) -> IntArray:
    costs = np.zeros(columns.count, dtype=np.int64)
    costs[columns.open[columns.opening]] = 1 + columns.tables.open_cost[columns.opening]
    return costs


def value(roster: Roster) -> int:
    return sum(1 + roster.problem.group[name].open_cost for name in roster.opened)
