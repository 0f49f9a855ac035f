"""HiGHS, the branch-and-cut engine inside OR-Tools.

It works in floating point. What it returns is rounded and checked in whole numbers, and its
bound is taken with a margin.
"""

import math
from functools import cached_property

import numpy as np
from ortools.math_opt import result_pb2  # type: ignore[import-untyped]

from solver.engines import Allowance, Outcome
from solver.engines.math_opt import HIGHS, Call
from solver.formulation import Model
from solver.ragged import IntArray

_MARGIN = 1e-6
#: Every column is bounded, so "infeasible or unbounded" is infeasible too.
_EMPTY = (
    result_pb2.TERMINATION_REASON_INFEASIBLE,
    result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED,
)


class Mip:
    """Branch and cut in one thread, hence the same answer every time."""

    def maximize(
        self, model: Model, objective: IntArray, incumbent: IntArray, allowance: Allowance
    ) -> Outcome:
        search = MipSearch(model, objective, allowance)
        search.wait(allowance.seconds, allowance.cancelled)
        return search.outcome


class MipSearch(Call):
    """A search under way."""

    def __init__(self, model: Model, objective: IntArray, allowance: Allowance) -> None:
        self._model, self._objective = model, objective
        super().__init__(HIGHS, model, objective, allowance, whole=True)

    @cached_property
    def _final(self) -> Outcome:
        return _outcome(self.result, self._model, self._objective)

    @property
    def outcome(self) -> Outcome:
        """What was found; nothing while the search has not ended."""
        return self._final if self.ended else Outcome(None, None)


def _outcome(result: result_pb2.SolveResultProto, model: Model, objective: IntArray) -> Outcome:
    values = _values(result, model)
    bound = result.termination.objective_bounds.dual_bound
    if not math.isfinite(bound):
        return Outcome(values, None, empty=result.termination.reason in _EMPTY)
    return Outcome(values, _whole(bound, values, objective))


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
