"""An engine's model of what is open today; what a change opens comes as guests for one question.

Most columns of the model with every possible seat are shut, and would only keep the engine busy.
So it holds the columns that are open and the rows that these could break. Other columns and rows
that a change has to do with come with the question, and go with it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from ortools.math_opt import (  # type: ignore[import-untyped]
    model_parameters_pb2,
    model_pb2,
    model_update_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver as math_opt  # type: ignore[import-untyped]

from solver.engines import Basis, Optimum
from solver.engines.math_opt import GLOP, proto, resolve, sides
from solver.engines.warm import Nothing
from solver.formulation import Model
from solver.ragged import BoolArray, IntArray
from solver.rows import UNBOUNDED, Rows
from solver.tables import NOWHERE

_SECONDS = 10.0
_DUAL_SIMPLEX = parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX
_AT_LOWER = solution_pb2.BASIS_STATUS_AT_LOWER_BOUND
_BASIC = solution_pb2.BASIS_STATUS_BASIC


class Bounds(NamedTuple):
    """The least and the most that each column can be."""

    least: IntArray
    most: IntArray

    def differ(self, others: "Bounds") -> BoolArray:
        """The columns in which they do."""
        differ: BoolArray = (self.least != others.least) | (self.most != others.most)
        return differ


class _Named(NamedTuple):
    """Places in the model, and the names that the engine has for them, in the order of these."""

    place: IntArray
    name: IntArray

    def more(self, places: IntArray, first: int) -> "_Named":
        """With more places, whose names count from the first."""
        name = first + np.arange(len(places))
        return _Named(np.concatenate([self.place, places]), np.concatenate([self.name, name]))

    def of(self, names: Sequence[int]) -> IntArray:
        """The places that have these names."""
        return self.place[np.searchsorted(self.name, names)]

    def all(self, count: int) -> IntArray:
        """Each of so many places → its name, or NOWHERE."""
        names = np.full(count, NOWHERE)
        names[self.place] = self.name
        return names


class Host:
    """A model and an objective; a column that is fixed `today` is a constant, unless it is a guest.

    Every question begins with the basis that is best today, so that none depends on another one.
    """

    def __init__(self, model: Model, objective: IntArray, today: Bounds) -> None:
        self._model, self._objective, self._today, self._now = model, objective, today, today
        self._lower, self._upper = self._sides_left()
        nothing = _Named(*np.zeros((2, 0), dtype=np.int64))
        self._columns = nothing.more(np.flatnonzero(today.least < today.most), 0)
        self._rows = nothing.more(np.flatnonzero(self._breakable()), 0)
        self._next = len(self._columns.place), len(self._rows.place)
        self._engine = math_opt.new(GLOP, self._home(), parameters_pb2.SolverInitializerProto())
        found = self.optimum(today, None)
        self._basis = found.basis if isinstance(found, Optimum) else None

    @contextmanager
    def asked(self, bounds: Bounds) -> Iterator[Basis | None]:
        """A question about bounds like these, and the basis with which to begin."""
        home = self._columns, self._rows
        guests = np.setdiff1d(np.flatnonzero(bounds.differ(self._today)), home[0].place)
        terms = self._model.terms_of_column.spread(guests)[1]
        rows = np.setdiff1d(self._model.rows.row[terms], home[1].place)
        self._columns = home[0].more(guests, self._next[0])
        self._rows = home[1].more(rows, self._next[1])
        self._next = self._next[0] + len(guests), self._next[1] + len(rows)
        names = self._columns.name[len(home[0].name) :], self._rows.name[len(home[1].name) :]
        self._engine.update(self._welcome(guests, rows, *names))
        try:
            yield self._begin(*names)
        finally:
            self._bound(self._today)
            farewell = model_update_pb2.ModelUpdateProto()
            farewell.deleted_variable_ids.extend(names[0].tolist())
            farewell.deleted_linear_constraint_ids.extend(names[1].tolist())
            self._engine.update(farewell)
            self._columns, self._rows = home

    def optimum(self, bounds: Bounds, basis: Basis | None) -> Optimum | Nothing:
        """The optimum within the bounds of a question; a column that is no guest is as today."""
        self._bound(bounds)
        start = model_parameters_pb2.ModelSolveParametersProto()
        if basis is not None:
            start.initial_basis.CopyFrom(basis)
        result = resolve(self._engine, _DUAL_SIMPLEX, start, _SECONDS)
        if result.termination.reason == result_pb2.TERMINATION_REASON_INFEASIBLE:
            return Nothing.EMPTY
        if result.termination.reason != result_pb2.TERMINATION_REASON_OPTIMAL:
            return Nothing.UNKNOWN
        found = result.solutions[0]
        values, prices = self._today.least.astype(float), np.zeros(len(self._model.rows))
        primal, dual = found.primal_solution.variable_values, found.dual_solution.dual_values
        values[self._columns.of(primal.ids)] += primal.values
        prices[self._rows.of(dual.ids)] = dual.values
        return Optimum(values, prices, found.basis)

    def _sides_left(self) -> tuple[IntArray, IntArray]:
        """The sides of the rows after what the constants take of them."""
        rows = self._model.rows
        taken = np.zeros(len(rows), dtype=np.int64)
        np.add.at(taken, rows.row, rows.coefficient * self._today.least[rows.column])
        lower = np.where(rows.lower > -UNBOUNDED, rows.lower - taken, rows.lower)
        return lower, np.where(rows.upper < UNBOUNDED, rows.upper - taken, rows.upper)

    def _breakable(self) -> BoolArray:
        """The rows that some values of the columns that are open today would break."""
        rows = self._model.rows
        room = (self._today.most - self._today.least)[rows.column] * rows.coefficient
        least, most = np.zeros((2, len(rows)), dtype=np.int64)
        np.add.at(least, rows.row, np.minimum(room, 0))
        np.add.at(most, rows.row, np.maximum(room, 0))
        breakable: BoolArray = (least < self._lower) | (most > self._upper)
        return breakable

    def _home(self) -> model_pb2.ModelProto:
        """What the engine holds between questions."""
        row, column, coefficient = self._terms(np.arange(len(self._model.rows.row)))
        here = self._rows.place
        rows = Rows(row, column, coefficient, self._lower[here], self._upper[here])
        columns = self._columns.place
        return proto(Model(len(columns), rows), self._objective[columns], whole=False)

    def _welcome(
        self, guests: IntArray, rows: IntArray, guest_names: IntArray, row_names: IntArray
    ) -> model_update_pb2.ModelUpdateProto:
        """The guests, shut at first, and the rows that come with them."""
        update, model = model_update_pb2.ModelUpdateProto(), self._model
        columns, came = update.new_variables, update.new_linear_constraints
        columns.ids.extend(guest_names.tolist())
        columns.lower_bounds.extend([0.0] * len(guests))
        columns.upper_bounds.extend([0.0] * len(guests))
        columns.integers.extend([False] * len(guests))
        came.ids.extend(row_names.tolist())
        came.lower_bounds.extend(sides(self._lower[rows]))
        came.upper_bounds.extend(sides(self._upper[rows]))
        weights = update.objective_updates.linear_coefficients
        weights.ids.extend(columns.ids)
        weights.values.extend(self._objective[guests].astype(float).tolist())
        of_guests, of_rows = model.terms_of_column.spread(guests), model.terms_of_row.spread(rows)
        row, column, coefficient = self._terms(np.union1d(of_guests[1], of_rows[1]))
        order = np.lexsort((column, row))
        matrix = update.linear_constraint_matrix_updates
        matrix.row_ids.extend(row[order].tolist())
        matrix.column_ids.extend(column[order].tolist())
        matrix.coefficients.extend(coefficient[order].astype(float).tolist())
        return update

    def _terms(self, terms: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Row, column and coefficient of those terms that the engine knows, by its own names."""
        rows = self._model.rows
        row = self._rows.all(len(rows))[rows.row[terms]]
        column = self._columns.all(self._model.columns)[rows.column[terms]]
        known = (row != NOWHERE) & (column != NOWHERE)
        return row[known], column[known], rows.coefficient[terms[known]]

    def _begin(self, guests: IntArray, rows: IntArray) -> Basis | None:
        """The basis of today, in which guests are shut and rows that came with them do not bind."""
        if self._basis is None:
            return None
        basis = solution_pb2.BasisProto()
        basis.CopyFrom(self._basis)
        basis.variable_status.ids.extend(guests.tolist())
        basis.variable_status.values.extend([_AT_LOWER] * len(guests))
        basis.constraint_status.ids.extend(rows.tolist())
        basis.constraint_status.values.extend([_BASIC] * len(rows))
        return basis

    def _bound(self, bounds: Bounds) -> None:
        """Tell the engine the bounds that it does not know."""
        update, column = model_update_pb2.ModelUpdateProto(), self._columns.place
        for now, then, known in (
            (self._now.least, bounds.least, update.variable_updates.lower_bounds),
            (self._now.most, bounds.most, update.variable_updates.upper_bounds),
        ):
            changed = now[column] != then[column]
            known.ids.extend(self._columns.name[changed].tolist())
            values = (then - self._today.least)[column[changed]]
            known.values.extend(values.astype(float).tolist())
        self._engine.update(update)
        self._now = bounds
