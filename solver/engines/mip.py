"""HiGHS, the branch-and-cut engine inside OR-Tools, fed column by column in bulk.

It works in floating point. What it returns is rounded and checked in whole numbers, and its
bound is taken with a margin.
"""

import math
import threading
import time
from weakref import WeakSet

import numpy as np
from ortools.math_opt import (  # type: ignore[import-untyped]
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
)
from ortools.math_opt.core.python import solver as math_opt  # type: ignore[import-untyped]

from solver.engines import Allowance, Outcome
from solver.formulation import Model
from solver.ragged import IntArray
from solver.rows import UNBOUNDED

_POLL_SECONDS = 0.02
_SHARE = 0.95
_GRACE_SECONDS = 1.0
_LONGEST_SECONDS = 1e9
_THREADS: WeakSet[threading.Thread] = WeakSet()
_MARGIN = 1e-6


def left_behind() -> bool:
    """Whether a search that could not be stopped still runs in this process.

    The interpreter cannot end normally then: the thread would come back into a torn-down one and
    abort. The process ends with `os._exit`.
    """
    return any(thread.is_alive() for thread in _THREADS)


class Mip:
    """Branch and cut in one thread."""

    @staticmethod
    def repeatable(workers: int) -> bool:
        """The same answer every time."""
        return True

    def maximize(
        self, model: Model, objective: IntArray, incumbent: IntArray, allowance: Allowance
    ) -> Outcome:
        result = _solve(_proto(model, objective), allowance)
        if result is None:
            return Outcome(None, None)
        values = _values(result, model)
        bound = result.termination.objective_bounds.dual_bound
        if not math.isfinite(bound):
            return Outcome(values, None)
        return Outcome(values, _whole(bound, values, objective))


def _proto(model: Model, objective: IntArray) -> model_pb2.ModelProto:
    proto = model_pb2.ModelProto()
    columns, rows = proto.variables, proto.linear_constraints
    columns.ids.extend(range(model.columns))
    columns.lower_bounds.extend([0.0] * model.columns)
    columns.upper_bounds.extend([1.0] * model.columns)
    columns.integers.extend([True] * model.columns)
    rows.ids.extend(range(len(model.rows)))
    rows.lower_bounds.extend(_sides(model.rows.lower))
    rows.upper_bounds.extend(_sides(model.rows.upper))
    order = np.lexsort((model.rows.column, model.rows.row))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(model.rows.row[order].tolist())
    matrix.column_ids.extend(model.rows.column[order].tolist())
    matrix.coefficients.extend(model.rows.coefficient[order].astype(float).tolist())
    terms = np.flatnonzero(objective)
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(terms.tolist())
    proto.objective.linear_coefficients.values.extend(objective[terms].astype(float).tolist())
    return proto


def _sides(bounds: IntArray) -> list[float]:
    sides = bounds.astype(float)
    sides[bounds >= UNBOUNDED] = math.inf
    sides[bounds <= -UNBOUNDED] = -math.inf
    found: list[float] = sides.tolist()
    return found


def _solve(proto: model_pb2.ModelProto, allowance: Allowance) -> result_pb2.SolveResultProto | None:
    """The result, or None if the allowance ended first.

    HiGHS cannot be interrupted and may overrun its limit, so it runs in a thread that is left
    behind in that case. A little time is set aside for it to hand over what it has.
    """
    patience = time.monotonic() + allowance.seconds + _GRACE_SECONDS
    parameters = parameters_pb2.SolveParametersProto()
    seconds = min(max(_SHARE * allowance.seconds, 0.01), _LONGEST_SECONDS)
    parameters.time_limit.FromNanoseconds(int(seconds * 1e9))
    parameters.random_seed = allowance.seed
    parameters.relative_gap_tolerance = 0.0
    parameters.absolute_gap_tolerance = 0.0
    found: list[result_pb2.SolveResultProto] = []
    thread = threading.Thread(target=lambda: found.append(_call(proto, parameters)), daemon=True)
    _THREADS.add(thread)
    thread.start()
    while thread.is_alive() and time.monotonic() < patience and not allowance.cancelled():
        thread.join(_POLL_SECONDS)
    if not found and not thread.is_alive():
        raise RuntimeError("HiGHS ended without a result; its own error stands above")
    return found[0] if found else None


def _call(
    proto: model_pb2.ModelProto, parameters: parameters_pb2.SolveParametersProto
) -> result_pb2.SolveResultProto:
    return math_opt.solve(
        proto,
        parameters_pb2.SOLVER_TYPE_HIGHS,
        parameters_pb2.SolverInitializerProto(),
        parameters,
        model_parameters_pb2.ModelSolveParametersProto(),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )


def _values(result: result_pb2.SolveResultProto, model: Model) -> IntArray | None:
    if not result.solutions:
        return None
    found = result.solutions[0].primal_solution.variable_values
    values = np.zeros(model.columns, dtype=np.int64)
    values[np.array(found.ids, dtype=np.int64)] = np.rint(np.array(found.values)).astype(np.int64)
    return values if model.admits(values) else None


def _whole(bound: float, values: IntArray | None, objective: IntArray) -> int:
    """The bound as a whole number that no solution exceeds.

    Every objective value is whole, so a bound less than half above the value found proves it.
    """
    if values is not None:
        value = int(objective @ values)
        if bound < value + 0.5:
            return value
    return math.floor(bound + _MARGIN * max(1.0, abs(bound)))
