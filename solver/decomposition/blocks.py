"""How a model falls apart: what each participant decides alone, and what binds them together.

What is decided at once is a *unit*: a plan with all its requests, or a request of no plan. The
rows of one unit and the hours of one participant are *within* it; all other rows are *between*
participants. The columns of nobody say that a group opens or that a limit is exceeded.
"""

from functools import cached_property

import numpy as np

from solver import constraints
from solver.columns import Columns
from solver.constraints import one_place, one_seat, plans
from solver.ragged import BoolArray, IntArray
from solver.rows import Rows, stacked
from solver.tables import NOWHERE

#: A plan with more ways is no unit: each of its requests is one, and its rows lie between them.
_MOST_WAYS = 4000


class Blocks:
    """The unit and the participant of every column (or NOWHERE), and the two kinds of rows."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @cached_property
    def unit(self) -> IntArray:
        """Requests number their own units; those of plans follow."""
        columns, requests = self.columns, len(self.columns.tables.problem.requests)
        unit = np.full(columns.count, NOWHERE)
        plan = columns.plan_of[columns.request]
        whole = (plan != NOWHERE) & self._whole[plan] if len(self._whole) else plan != NOWHERE
        unit[: columns.seats] = np.where(whole, requests + plan, columns.request)
        for place in np.flatnonzero(self._whole).tolist():
            unit[columns.complete[place]] = requests + place
            days = columns.meets[place * columns.days : (place + 1) * columns.days]
            unit[days[days != NOWHERE]] = requests + place
        return unit

    @cached_property
    def _whole(self) -> BoolArray:
        """The plans that are units."""
        columns = self.columns
        whole: BoolArray = columns.complete != NOWHERE
        seats = np.bincount(columns.request, minlength=len(columns.plan_of))
        planned = columns.plan_of != NOWHERE
        ways = np.ones(len(whole))
        np.multiply.at(ways, columns.plan_of[planned], np.maximum(seats[planned], 1))
        return whole & (ways <= _MOST_WAYS)

    @cached_property
    def owner(self) -> IntArray:
        """Column → its participant, or NOWHERE."""
        tables = self.columns.tables
        first = [tables.request_place[plan.requests[0]] for plan in tables.problem.plans]
        owners = np.append(tables.owner, tables.owner[first] if first else [])
        return np.where(self.unit == NOWHERE, NOWHERE, owners.astype(np.int64)[self.unit])

    @cached_property
    def within(self) -> Rows:
        """The rows that speak of one unit, in the order of its columns."""
        return self._split[0]

    @cached_property
    def between(self) -> Rows:
        """The other rows, without those that no choice of seats can break."""
        return self._split[1]

    @cached_property
    def _split(self) -> tuple[Rows, Rows]:
        own = stacked([one_seat.rows(self.columns), plans.rows(self.columns)])
        unit = self.unit[own.column]
        least, most = np.full(len(own), len(self.unit) * 2), np.full(len(own), NOWHERE)
        np.minimum.at(least, own.row, unit)
        np.maximum.at(most, own.row, unit)
        within = (least == most) & (least != NOWHERE)
        others = [
            rule.rows(self.columns)
            for rule in constraints.ALL
            if rule not in (one_seat, plans, one_place)
        ]
        between = stacked([_chosen(own, ~within), *others])
        return _chosen(own, within), _chosen(between, self._breakable(between))

    def _breakable(self, rows: Rows) -> BoolArray:
        """Whether taking at most one seat a request could break the row."""
        columns = self.columns
        chooser = np.arange(columns.count) + len(columns.plan_of)
        chooser[: columns.seats] = columns.request
        key = rows.row * (columns.count + len(columns.plan_of)) + chooser[rows.column]
        keys, number = np.unique(key, return_inverse=True)
        most, least = np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.int64)
        np.maximum.at(most, number, rows.coefficient)
        np.minimum.at(least, number, rows.coefficient)
        row = keys // (columns.count + len(columns.plan_of))
        highest, lowest = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        np.add.at(highest, row, most)
        np.add.at(lowest, row, least)
        found: BoolArray = (highest > rows.upper) | (lowest < rows.lower)
        return found


def _chosen(rows: Rows, chosen: BoolArray) -> Rows:
    """These rows, numbered anew."""
    number, kept = np.cumsum(chosen) - 1, chosen[rows.row]
    return Rows(
        number[rows.row[kept]],
        rows.column[kept],
        rows.coefficient[kept],
        rows.lower[chosen],
        rows.upper[chosen],
    )
