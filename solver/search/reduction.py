"""The model without the columns that the ways of plans decide.

Whether a plan is complete, where its requests sit and on which days they meet follows from the
way that it takes (`solver.ways`). Each new seat x of such a plan is the sum of the ways that take
it, and stands as this sum in every row and every weight:

    x = Σ w that take x,    Σ w of the plan ≤ 1
"""

from dataclasses import replace

import numpy as np

from solver.formulation import Formulation, Model
from solver.ragged import BoolArray, IntArray, Ragged, integers
from solver.rows import Rows, added_up, distinct, stacked
from solver.rows import rows as linear
from solver.ways import Ways


class Reduction:
    """Its model numbers the columns like the one of the ways; those that are replaced stay at 0.

    At most one column of each `decision` is taken.
    """

    def __init__(self, formulation: Formulation) -> None:
        self._formulation, self._ways = formulation, Ways(formulation.columns, formulation.pause)
        self._columns, self._seats = formulation.columns, Ragged(self._ways.seats)
        self.count = self._columns.count + len(self._ways.seats)
        self._sums = self._summands()
        self.model = Model(self.count, self._rows())

    @property
    def decision(self) -> IntArray:
        """Column → what it decides: a request, a plan, or something of its own."""
        columns = self._columns
        plan = len(self._formulation.problem.requests) + integers(self._ways.plan)
        others = int(plan.max(initial=0)) + 1 + np.arange(columns.count - columns.seats)
        return np.concatenate([columns.request, others, plan])

    def weights(self, weights: IntArray) -> IntArray:
        """Weights of the formulation's columns as weights of the model's."""
        reduced = np.zeros(self.count, dtype=np.int64)
        column, summand = self._sums.spread(np.arange(self._columns.count))
        np.add.at(reduced, summand, weights[column])
        return reduced

    def reduced(self, values: IntArray) -> IntArray:
        """Values of the formulation's columns as values of the model's."""
        way, seat = self._seats.spread(np.arange(len(self._seats.counts)))
        taken = np.ones(len(self._seats.counts), dtype=np.int64)
        taken[way[values[seat] == 0]] = 0
        complete = values[self._columns.complete[integers(self._ways.plan)]]
        return np.concatenate([np.where(self._replaced, 0, values), taken * complete])

    def assignment(self, values: IntArray) -> dict[str, str]:
        """Request → group, for every seat that values of the model's columns take."""
        column, summand = self._sums.spread(np.arange(self._columns.count))
        seats = np.zeros(self._columns.count, dtype=np.int64)
        np.add.at(seats, column, values[summand])
        return self._formulation.assignment(seats)

    @property
    def _replaced(self) -> BoolArray:
        """The columns that the ways decide: all of the plans but kept seats."""
        columns, decided = self._columns, self._ways.replaced
        plan = columns.plan_of[columns.request]
        decided[: columns.seats] |= columns.new & np.isin(plan, self._ways.plans)
        return decided

    def _summands(self) -> Ragged:
        """Column → the columns of which it is the sum: itself, or the ways that take it."""
        replaced = self._replaced
        kept = np.flatnonzero(~replaced)
        way, taken = self._seats.spread(np.arange(len(self._seats.counts)))
        way, taken = way[replaced[taken]], taken[replaced[taken]]
        column = np.concatenate([kept, taken])
        summand = np.concatenate([kept, self._columns.count + way])
        return Ragged.grouped(column, summand, self._columns.count)

    def _rows(self) -> Rows:
        ways, rows = self._ways, self._ways.others(self._formulation)
        term, summand = self._sums.spread(rows.column)
        row, coefficient = rows.row[term], rows.coefficient[term]
        self._formulation.pause()
        sums = added_up(replace(rows, row=row, column=summand, coefficient=coefficient))
        self._formulation.pause()
        _, plan = np.unique(integers(ways.plan), return_inverse=True)
        way = self._columns.count + np.arange(len(plan))
        one_way = linear(plan, way, count=len(set(ways.plan)), upper=1)
        return distinct(stacked([sums, one_way]))
