"""Relaxations of one model under changing bounds, each solved from where another one ended.

After a change of bounds the basis of an optimum still prices every row, so the dual simplex method
needs a few steps only. GLOP does it, started from a basis that HiGHS may have found.
"""

from enum import Enum

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
from solver.engines.math_opt import GLOP, dense, resolve, sides
from solver.ragged import IntArray
from solver.rows import Rows


class Nothing(Enum):
    """Why there is no optimum: no values satisfy the rows, or the engine gave up."""

    EMPTY = "empty"
    UNKNOWN = "unknown"


class Warm:
    """One model, and an objective, held by the engine; `message` states both."""

    def __init__(self, message: model_pb2.ModelProto) -> None:
        self._columns = len(message.variables.ids)
        self._rows = len(message.linear_constraints.ids)
        self._solver = math_opt.new(GLOP, message, parameters_pb2.SolverInitializerProto())
        self._least = np.zeros(self._columns, dtype=np.int64)
        self._most = np.ones(self._columns, dtype=np.int64)

    def extend(self, rows: Rows) -> None:
        """Take over those of the rows that are new; the others are as before."""
        update = model_update_pb2.ModelUpdateProto()
        known, matrix = update.new_linear_constraints, update.linear_constraint_matrix_updates
        new = np.flatnonzero(rows.row >= self._rows)
        new = new[np.lexsort((rows.column[new], rows.row[new]))]
        known.ids.extend(range(self._rows, len(rows)))
        known.lower_bounds.extend(sides(rows.lower[self._rows :]))
        known.upper_bounds.extend(sides(rows.upper[self._rows :]))
        matrix.row_ids.extend(rows.row[new].tolist())
        matrix.column_ids.extend(rows.column[new].tolist())
        matrix.coefficients.extend(rows.coefficient[new].astype(float).tolist())
        if len(rows) > self._rows:
            self._solver.update(update)
            self._rows = len(rows)

    def optimum(
        self, least: IntArray, most: IntArray, basis: Basis | None, seconds: float
    ) -> Optimum | Nothing:
        """The optimum with the columns between `least` and `most`."""
        self._bound(least, most)
        result = self._solve(basis, seconds)
        reason = result.termination.reason
        if reason == result_pb2.TERMINATION_REASON_INFEASIBLE:
            return Nothing.EMPTY
        if reason != result_pb2.TERMINATION_REASON_OPTIMAL:
            return Nothing.UNKNOWN
        found = result.solutions[0]
        return Optimum(
            dense(found.primal_solution.variable_values, self._columns),
            dense(found.dual_solution.dual_values, self._rows),
            found.basis if found.HasField("basis") else None,
        )

    def _bound(self, least: IntArray, most: IntArray) -> None:
        update = model_update_pb2.ModelUpdateProto()
        for former, bounds, known in (
            (self._least, least, update.variable_updates.lower_bounds),
            (self._most, most, update.variable_updates.upper_bounds),
        ):
            changed = np.flatnonzero(former != bounds)
            known.ids.extend(changed.tolist())
            known.values.extend(bounds[changed].astype(float).tolist())
        self._solver.update(update)
        self._least, self._most = least.copy(), most.copy()

    def _solve(self, basis: Basis | None, seconds: float) -> result_pb2.SolveResultProto:
        start = model_parameters_pb2.ModelSolveParametersProto()
        if basis is not None:
            start.initial_basis.CopyFrom(basis)
            # Rows that came later are met by their own slack at first.
            status = start.initial_basis.constraint_status
            later = range(len(status.ids), self._rows)
            status.ids.extend(later)
            status.values.extend(solution_pb2.BASIS_STATUS_BASIC for _ in later)
        return resolve(self._solver, parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX, start, seconds)
