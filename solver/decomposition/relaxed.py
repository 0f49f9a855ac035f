"""The relaxation of a master that grows; each solve starts where the last one ended."""

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

from solver.clock import Clock
from solver.decomposition.master import Column, Master
from solver.engines.math_opt import dense, resolve, sides
from solver.search.relaxation import FloatArray

#: The engine looks at nothing but its own limit, so that the clock is asked this often.
_SLICE_SECONDS = 0.3
_PRIMAL: int = parameters_pb2.LP_ALGORITHM_PRIMAL_SIMPLEX
_DUAL: int = parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX
#: What a solve says whose time is over.
_UNDER_WAY = (
    result_pb2.TERMINATION_REASON_FEASIBLE,
    result_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND,
)


class Optimum(NamedTuple):
    """The optimum of a relaxation: the values of its columns, and the prices of its rows."""

    value: float
    values: FloatArray
    prices: FloatArray


class Relaxed:
    """The simplex method of GLOP on the columns that the master has by then."""

    def __init__(self, master: Master, clock: Clock) -> None:
        self._master, self._clock, self._loaded = master, clock, 0
        proto = model_pb2.ModelProto()
        proto.objective.maximize = True
        rows = proto.linear_constraints
        rows.ids.extend(range(len(master.lower)))
        rows.lower_bounds.extend(sides(master.lower))
        rows.upper_bounds.extend(sides(master.upper))
        self._solver = math_opt.new(
            parameters_pb2.SOLVER_TYPE_GLOP, proto, parameters_pb2.SolverInitializerProto()
        )
        self._start = model_parameters_pb2.ModelSolveParametersProto()

    def optimum(self) -> Optimum | None:
        """The optimum over the columns known by now; None if there is none, or no time for it."""
        # After new columns the last basis is still primal feasible, after new bounds dual feasible.
        algorithm = _PRIMAL if self._grow() else _DUAL
        while not self._clock.stopped():
            result = self._solve(algorithm)
            if result.termination.reason == result_pb2.TERMINATION_REASON_OPTIMAL:
                return self._optimum(result.solutions[0])
            if result.termination.reason not in _UNDER_WAY:
                break
        return None

    def at_least(self, least: FloatArray) -> None:
        """Bound each column from below."""
        update = model_update_pb2.ModelUpdateProto()
        update.variable_updates.lower_bounds.ids.extend(range(len(least)))
        update.variable_updates.lower_bounds.values.extend(least.tolist())
        self._solver.update(update)

    def at_most(self, column: int, most: float) -> None:
        """Bound a column from above."""
        update = model_update_pb2.ModelUpdateProto()
        update.variable_updates.upper_bounds.ids.append(column)
        update.variable_updates.upper_bounds.values.append(most)
        self._solver.update(update)

    def most(self, column: int) -> float:
        """That no kind gets more schedules than it has members is in the rows already."""
        most = self._master.most_of_nobody
        return float(most[column]) if column < len(most) else np.inf

    def _solve(self, algorithm: int) -> result_pb2.SolveResultProto:
        """Go on from the last basis for a short while."""
        seconds = min(_SLICE_SECONDS, self._clock.left)
        result = resolve(self._solver, algorithm, self._start, seconds)
        if result.solutions and result.solutions[0].HasField("basis"):
            self._start.initial_basis.CopyFrom(result.solutions[0].basis)
        return result

    def _optimum(self, found: solution_pb2.SolutionProto) -> Optimum:
        primal, dual = found.primal_solution, found.dual_solution
        return Optimum(
            primal.objective_value,
            dense(primal.variable_values, self._loaded),
            dense(dual.dual_values, len(self._master.lower)),
        )

    def _grow(self) -> int:
        """Load the columns that the master has learned since; how many these are."""
        new = self._master.columns[self._loaded :]
        ids = range(self._loaded, self._loaded + len(new))
        self._solver.update(self._growth(ids, new))
        if self._start.HasField("initial_basis"):
            status = self._start.initial_basis.variable_status
            status.ids.extend(ids)
            status.values.extend([solution_pb2.BASIS_STATUS_AT_LOWER_BOUND] * len(new))
        self._loaded += len(new)
        return len(new)

    def _growth(self, ids: range, new: list[Column]) -> model_update_pb2.ModelUpdateProto:
        update = model_update_pb2.ModelUpdateProto()
        columns = update.new_variables
        columns.ids.extend(ids)
        columns.lower_bounds.extend([0.0] * len(new))
        columns.upper_bounds.extend(map(self.most, ids))
        columns.integers.extend([False] * len(new))
        worth = update.objective_updates.linear_coefficients
        worth.ids.extend(ids)
        worth.values.extend(float(column.worth) for column in new)
        numbered = zip(ids, new, strict=True)
        terms = sorted((row, number, c) for number, column in numbered for row, c in column.terms)
        matrix = update.linear_constraint_matrix_updates
        matrix.row_ids.extend(row for row, _, _ in terms)
        matrix.column_ids.extend(number for _, number, _ in terms)
        matrix.coefficients.extend(float(coefficient) for _, _, coefficient in terms)
        return update
