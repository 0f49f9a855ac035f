"""The whole model of a problem: its columns, the rows of every rule, the weights of every tier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver import constraints, objectives
from solver.candidates import find_candidates
from solver.columns import Columns
from solver.constraints import limits, plans
from solver.problem import Problem
from solver.ragged import IntArray, Ragged, integers
from solver.rows import Rows, stacked
from solver.search import tightening
from solver.tables import NOWHERE, Tables


@dataclass(frozen=True)
class Model:
    """Columns `0 … columns − 1` and the rows that they satisfy.

    A column is yes or no, or, with `most`, a whole number from 0 to that.
    """

    columns: int
    rows: Rows
    most: IntArray | None = None

    @cached_property
    def terms_of_row(self) -> Ragged:
        """Row → its terms."""
        return Ragged.grouped(self.rows.row, np.arange(len(self.rows.row)), len(self.rows))

    @cached_property
    def heaviest(self) -> IntArray:
        """Row → its largest coefficient, without the sign."""
        heaviest = np.zeros(len(self.rows), dtype=np.int64)
        np.maximum.at(heaviest, self.rows.row, np.abs(self.rows.coefficient))
        return heaviest

    @cached_property
    def terms_of_column(self) -> Ragged:
        """Column → its terms."""
        return Ragged.grouped(self.rows.column, np.arange(len(self.rows.column)), self.columns)

    def admits(self, values: IntArray) -> bool:
        """Whether the values satisfy every row, worked out in whole numbers."""
        rows = self.rows
        activity = np.zeros(len(rows), dtype=np.int64)
        np.add.at(activity, rows.row, rows.coefficient * values[rows.column])
        return bool(np.all((rows.lower <= activity) & (activity <= rows.upper)))


@dataclass(frozen=True)
class Formulation:
    """The model of a problem, and the way between its columns and the problem's seats.

    What takes long calls `pause` again and again, which may raise an exception to give it up.
    """

    problem: Problem
    pause: Callable[[], None] = lambda: None

    @cached_property
    def columns(self) -> Columns:
        tables = Tables(self.problem)
        self.pause()
        # Leaving out what `max_moves` 0 forbids anyway leaves out most of the model.
        free = ~tables.settled if self.problem.max_moves == 0 else None
        return Columns(tables, find_candidates(tables, free, self.pause))

    @cached_property
    def model(self) -> Model:
        rules = list[Rows]()
        for rule in constraints.ALL:
            self.pause()
            rules.append(rule.rows(self.columns))
        tighter = tightening.rows(self.columns, self.pause)
        return Model(self.columns.count, stacked([*rules, tighter]))

    @cached_property
    def tiers(self) -> tuple[IntArray, ...]:
        """The weights of every tier, signed so that more is always better."""
        return tuple(
            tier.coefficients(self.columns) * (1 if tier.MAXIMIZED else -1)
            for tier in objectives.ALL
        )

    @cached_property
    def ceilings(self) -> tuple[int, ...]:
        """What no solution exceeds in a tier, signed: the best seat of every request."""
        return tuple(self._ceiling(weights) for weights in self.tiers)

    @cached_property
    def spans(self) -> tuple[int, ...]:
        """What no solution exceeds in a tier in either direction."""
        return tuple(self._ceiling(np.abs(weights)) for weights in self.tiers)

    def _ceiling(self, weights: IntArray) -> int:
        seats, others = np.split(weights, [self.columns.seats])
        best = np.zeros(len(self.problem.requests), dtype=np.int64)
        np.maximum.at(best, self.columns.request, seats)
        return int(best.sum()) + int(np.maximum(others, 0).sum())

    def keep_every_seat(self) -> IntArray:
        """The solution in which nothing changes, which every problem has."""
        values = np.zeros(self.columns.count, dtype=np.int64)
        values[: self.columns.seats] = ~self.columns.new
        return values

    def values(self, assignment: Mapping[str, str]) -> IntArray:
        """The solution in which each request sits in the group that the assignment names."""
        columns, tables = self.columns, self.columns.tables
        now = integers(
            tables.group_place[assignment[request.id]] if request.id in assignment else NOWHERE
            for request in self.problem.requests
        )
        taken = np.flatnonzero(now[columns.request] == columns.group)
        values = np.zeros(columns.count, dtype=np.int64)
        values[taken] = 1
        new = taken[columns.new[taken]]
        opened, completed = columns.open[columns.group[new]], columns.plan_of[columns.request[new]]
        values[opened[opened != NOWHERE]] = 1
        values[columns.complete[completed[completed != NOWHERE]]] = 1
        values[plans.days_taken(columns, taken)] = 1
        values[limits.entered(columns, new)] = 1
        return values

    def assignment(self, values: IntArray) -> dict[str, str]:
        """Request → group, for every seat that the values take."""
        taken = np.flatnonzero(values[: self.columns.seats])
        requests, groups = self.problem.requests, self.problem.groups
        pairs = zip(self.columns.request[taken], self.columns.group[taken], strict=True)
        return {requests[request].id: groups[group].id for request, group in sorted(pairs)}
