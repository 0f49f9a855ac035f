"""Calls of MathOpt, the part of OR-Tools that its linear engines share, fed in bulk."""

import math
import threading
import time
from collections.abc import Callable
from weakref import WeakSet

import numpy as np
from ortools.math_opt import (  # type: ignore[import-untyped]
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    sparse_containers_pb2,
)
from ortools.math_opt.core.python import solver as math_opt  # type: ignore[import-untyped]

from solver.engines import Allowance
from solver.formulation import Model
from solver.ragged import IntArray
from solver.search.relaxation import FloatArray

HIGHS: int = parameters_pb2.SOLVER_TYPE_HIGHS
GLOP: int = parameters_pb2.SOLVER_TYPE_GLOP

_POLL_SECONDS = 0.02
_LARGEST_SIDE = 2**53
_SHARE = 0.95
_GRACE_SECONDS = 1.0
_GRACE = 0.1
#: As long as an engine can be told to take.
LONGEST_SECONDS = 1e9
_THREADS: WeakSet[threading.Thread] = WeakSet()


def left_behind() -> bool:
    """Whether a call that could not be stopped still runs in this process.

    The interpreter cannot end normally then: the thread would come back into a torn-down one and
    abort. The process ends with `os._exit`.
    """
    return any(thread.is_alive() for thread in _THREADS)


def dense(found: sparse_containers_pb2.SparseDoubleVectorProto, count: int) -> FloatArray:
    """The values of `count` columns or rows, of which an answer names those that are not 0."""
    values = np.zeros(count)
    values[np.array(found.ids, dtype=np.int64)] = found.values
    return values


class Call:
    """A call under way in a thread of its own.

    HiGHS cannot be interrupted and may overrun its limit. Whoever waits no longer leaves the
    thread behind.
    """

    def __init__(
        self, engine: int, model: Model, objective: IntArray, allowance: Allowance, *, whole: bool
    ) -> None:
        self._found: list[result_pb2.SolveResultProto | MemoryError] = []
        self._asked = time.monotonic()
        message = proto(model, objective, whole=whole)
        parameters = _parameters(allowance, allowance.seconds - (time.monotonic() - self._asked))
        if engine == HIGHS and not whole:
            # It would find little that `region` has not, and take longer than it saves.
            parameters.presolve = parameters_pb2.EMPHASIS_OFF

        def run() -> None:
            try:
                self._found.append(_solve(engine, message, parameters))
            except MemoryError as error:
                self._found.append(error)

        self._thread = threading.Thread(target=run, daemon=True)
        _THREADS.add(self._thread)
        try:
            self._thread.start()
        except RuntimeError as error:
            # Python does not say it, but a thread that cannot start lacks memory for its stack.
            raise MemoryError(str(error)) from error
        allowance.under_way()

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> None:
        """Wait for the end, until so many seconds after the call was asked for.

        And a little more, in which it hands over what there is.
        """
        patience = self._asked + seconds + min(_GRACE_SECONDS, _GRACE * seconds)
        while not self.ended and time.monotonic() < patience and not cancelled():
            self._thread.join(_POLL_SECONDS)

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

    @property
    def result(self) -> result_pb2.SolveResultProto:
        """The answer of a call that has ended. Raises `MemoryError` if it had too little."""
        if not self._found:
            raise RuntimeError("the engine ended without a result; its own error stands above")
        if isinstance(self._found[0], MemoryError):
            raise self._found[0]
        return self._found[0]


def proto(model: Model, objective: IntArray, *, whole: bool) -> model_pb2.ModelProto:
    """The model as the engines read it; its columns are whole numbers, or their relaxation."""
    message = model_pb2.ModelProto()
    columns, rows = message.variables, message.linear_constraints
    columns.ids.extend(range(model.columns))
    columns.lower_bounds.extend([0.0] * model.columns)
    most = np.ones(model.columns) if model.most is None else model.most.astype(float)
    columns.upper_bounds.extend(most.tolist())
    columns.integers.extend([whole] * model.columns)
    rows.ids.extend(range(len(model.rows)))
    rows.lower_bounds.extend(sides(model.rows.lower))
    rows.upper_bounds.extend(sides(model.rows.upper))
    order = np.lexsort((model.rows.column, model.rows.row))
    matrix = message.linear_constraint_matrix
    matrix.row_ids.extend(model.rows.row[order].tolist())
    matrix.column_ids.extend(model.rows.column[order].tolist())
    matrix.coefficients.extend(model.rows.coefficient[order].astype(float).tolist())
    terms = np.flatnonzero(objective)
    message.objective.maximize = True
    message.objective.linear_coefficients.ids.extend(terms.tolist())
    message.objective.linear_coefficients.values.extend(objective[terms].astype(float).tolist())
    return message


def sides(bounds: IntArray) -> list[float]:
    """The sides of rows as the engines read them.

    No row adds up to what is not exact in floating point; a side out there is none, also where
    something was added to it.
    """
    values = bounds.astype(float)
    values[bounds > _LARGEST_SIDE] = math.inf
    values[bounds < -_LARGEST_SIDE] = -math.inf
    found: list[float] = values.tolist()
    return found


def resolve(
    solver: math_opt.Solver,
    algorithm: int,
    start: model_parameters_pb2.ModelSolveParametersProto,
    seconds: float,
) -> result_pb2.SolveResultProto:
    """Solve a relaxation that the engine holds, from the basis that `start` may name.

    The answer names no reduced costs, and of values and prices those that are not 0.
    """
    _keep_short(start)
    parameters = parameters_pb2.SolveParametersProto()
    parameters.time_limit.FromNanoseconds(max(1, int(min(seconds, LONGEST_SECONDS) * 1e9)))
    parameters.lp_algorithm = algorithm
    parameters.presolve = parameters_pb2.EMPHASIS_OFF
    no_callback = callback_pb2.CallbackRegistrationProto()
    return solver.solve(parameters, start, None, no_callback, None, None)


def _parameters(allowance: Allowance, left: float) -> parameters_pb2.SolveParametersProto:
    parameters = parameters_pb2.SolveParametersProto()
    seconds = min(max(_SHARE * left, 0.01), LONGEST_SECONDS)
    parameters.time_limit.FromNanoseconds(int(seconds * 1e9))
    parameters.random_seed = allowance.seed
    parameters.relative_gap_tolerance = 0.0
    parameters.absolute_gap_tolerance = 0.0
    return parameters


def _solve(
    engine: int,
    message: model_pb2.ModelProto,
    parameters: parameters_pb2.SolveParametersProto,
) -> result_pb2.SolveResultProto:
    return math_opt.solve(
        message,
        engine,
        parameters_pb2.SolverInitializerProto(),
        parameters,
        _keep_short(model_parameters_pb2.ModelSolveParametersProto()),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )


def _keep_short(
    asked: model_parameters_pb2.ModelSolveParametersProto,
) -> model_parameters_pb2.ModelSolveParametersProto:
    """Ask for no reduced costs, and for values and prices that are not 0 only."""
    asked.reduced_costs_filter.filter_by_ids = True
    asked.variable_values_filter.skip_zero_values = True
    asked.dual_values_filter.skip_zero_values = True
    return asked
