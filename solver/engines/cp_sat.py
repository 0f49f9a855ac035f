"""CP-SAT: complete and exact, in 64-bit whole numbers throughout."""

import threading
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from solver.engines import Allowance, Outcome
from solver.formulation import Model
from solver.ragged import IntArray

if TYPE_CHECKING:
    from ortools.sat.python import cp_model_helper as library

_POLL_SECONDS = 0.05


@cache
def _library() -> Any:
    """CP-SAT itself, loaded when it is needed: that is slow, and most solves end without it.

    Raises `MemoryError` if there is not enough for it.
    """
    try:
        return import_module("ortools.sat.python.cp_model_helper")
    except ModuleNotFoundError:
        raise
    except ImportError as error:
        raise MemoryError(str(error)) from error


class CpSat:
    """Runs eight parallel searches by default: with two, none of them uses the relaxation.

    Parallel searches race, so whose solution is returned is up to chance.
    """

    def maximize(
        self, model: Model, objective: IntArray, incumbent: IntArray, allowance: Allowance
    ) -> Outcome:
        proto = _proto(model)
        terms = np.flatnonzero(objective)
        proto.objective.vars.extend(terms.tolist())
        proto.objective.coeffs.extend((-objective[terms]).tolist())
        proto.solution_hint.vars.extend(range(model.columns))
        proto.solution_hint.values.extend(incumbent.tolist())
        response = _solve(proto, allowance)
        bound = _bound(response, bool(len(terms)))
        empty = response.status == _library().INFEASIBLE
        one = allowance.workers == 1
        return Outcome(_values(response, model), bound, repeatable=one or empty, empty=empty)


def _proto(model: Model) -> "library.CpModelProto":
    proto: library.CpModelProto = _library().CpModelProto()
    most = np.ones(model.columns, dtype=np.int64) if model.most is None else model.most
    for highest in most.tolist():
        proto.variables.add().domain.extend((0, highest))
    rows = model.rows
    order = np.argsort(rows.row, kind="stable")
    columns, coefficients = rows.column[order].tolist(), rows.coefficient[order].tolist()
    bounds = np.searchsorted(rows.row[order], np.arange(len(rows) + 1)).tolist()
    domains = zip(rows.lower.tolist(), rows.upper.tolist(), strict=True)
    for first, last, (lower, upper) in zip(bounds, bounds[1:], domains, strict=False):
        linear = proto.constraints.add().linear
        linear.vars.extend(columns[first:last])
        linear.coeffs.extend(coefficients[first:last])
        linear.domain.extend((lower, upper))
    return proto


def _solve(proto: "library.CpModelProto", allowance: Allowance) -> "library.CpSolverResponse":
    parameters = _library().SatParameters()
    parameters.max_time_in_seconds = max(allowance.seconds, 0.01)
    parameters.num_workers = allowance.workers
    parameters.random_seed = allowance.seed
    parameters.linearization_level = 2
    solver = _library().SolveWrapper()
    solver.set_parameters(parameters)
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(solver, allowance, ended), daemon=True)
    watch.start()
    try:
        response: library.CpSolverResponse = solver.solve(proto)
        return response
    finally:
        ended.set()
        watch.join()


def _watch(solver: "library.SolveWrapper", allowance: Allowance, ended: threading.Event) -> None:
    while not ended.wait(_POLL_SECONDS):
        if allowance.cancelled():
            solver.stop_search()


def _values(response: "library.CpSolverResponse", model: Model) -> IntArray | None:
    if response.status not in (_library().OPTIMAL, _library().FEASIBLE):
        return None
    values = np.array(list(response.solution), dtype=np.int64)
    return values if model.admits(values) else None


def _bound(response: "library.CpSolverResponse", has_objective: bool) -> int | None:
    # Without a solution the response states a bound of 0 that means nothing.
    if response.status not in (_library().OPTIMAL, _library().FEASIBLE):
        return None
    return -int(response.inner_objective_lower_bound) if has_objective else 0
