"""The relaxation of a master that grows; each solve starts where the last one ended."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from ortools.math_opt import (  # type: ignore[import-untyped]
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    model_update_pb2,
    parameters_pb2,
)
from ortools.math_opt.core.python import solver as math_opt  # type: ignore[import-untyped]

from solver.decomposition.master import Column, Master
from solver.ragged import IntArray
from solver.rows import UNBOUNDED

FloatArray = npt.NDArray[np.float64]

_LONGEST_SECONDS = 10


class Optimum(NamedTuple):
    """The optimum of a relaxation, and the price of each of its rows there."""

    value: float
    prices: FloatArray


class Relaxed:
    """The simplex method of GLOP on the columns that the master has by then."""

    def __init__(self, master: Master) -> None:
        self._master, self._loaded = master, 0
        proto = model_pb2.ModelProto()
        proto.objective.maximize = True
        rows = proto.linear_constraints
        rows.ids.extend(range(len(master.lower)))
        rows.lower_bounds.extend(_sides(master.lower))
        rows.upper_bounds.extend(_sides(master.upper))
        self._solver = math_opt.new(
            parameters_pb2.SOLVER_TYPE_GLOP, proto, parameters_pb2.SolverInitializerProto()
        )

    def optimum(self) -> Optimum | None:
        """The optimum over the columns known by now; None if it was not found."""
        self._solver.update(self._growth(self._master.columns[self._loaded :]))
        self._loaded = len(self._master.columns)
        parameters = parameters_pb2.SolveParametersProto()
        parameters.time_limit.FromSeconds(_LONGEST_SECONDS)
        result = self._solver.solve(
            parameters,
            model_parameters_pb2.ModelSolveParametersProto(),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )
        if not result.solutions or not result.solutions[0].HasField("dual_solution"):
            return None
        found = result.solutions[0]
        prices = np.zeros(len(self._master.lower))
        duals = found.dual_solution.dual_values
        prices[np.array(duals.ids, dtype=np.int64)] = duals.values
        return Optimum(found.primal_solution.objective_value, prices)

    def _growth(self, new: list[Column]) -> model_update_pb2.ModelUpdateProto:
        update = model_update_pb2.ModelUpdateProto()
        ids = range(self._loaded, self._loaded + len(new))
        columns = update.new_variables
        columns.ids.extend(ids)
        columns.lower_bounds.extend([0.0] * len(new))
        # That no kind gets more schedules than it has members is in the rows already.
        nobody = len(self._master.structure.nobody)
        columns.upper_bounds.extend(1.0 if column < nobody else np.inf for column in ids)
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


def _sides(bounds: IntArray) -> list[float]:
    sides = bounds.astype(float)
    sides[bounds >= UNBOUNDED] = np.inf
    sides[bounds <= -UNBOUNDED] = -np.inf
    found: list[float] = sides.tolist()
    return found
