"""Two plain baselines: the same model, one tier after another, each earlier one kept by a row.

`python -m tests.bench.plain cp-sat|highs PROBLEM.json` prints one JSON line a proved tier. Nothing
clever: no blending, no start from today's seats, no fixing. It is what one writes first.
"""

import json
import math
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

from solver import objectives, read_problem
from solver.formulation import Formulation
from solver.ragged import IntArray
from solver.rows import UNBOUNDED, Rows

_CP_SAT_WORKERS = 8


class PlainCpSat:
    """CP-SAT with eight workers; the last tier's solution is the next one's hint."""

    def __init__(self, columns: int, rows: Rows) -> None:
        self.model = cp_model.CpModel()
        self.columns = [self.model.new_bool_var(f"x{n}") for n in range(columns)]
        for terms, weights, lower, upper in _each(rows):
            activity = cp_model.LinearExpr.weighted_sum([self.columns[n] for n in terms], weights)
            self.model.add_linear_constraint(activity, lower, upper)

    def best(self, weights: IntArray) -> int:
        """The proved maximum of a tier, which from now on is kept."""
        terms = np.flatnonzero(weights).tolist()
        tier = cp_model.LinearExpr.weighted_sum(
            [self.columns[n] for n in terms], weights[terms].tolist()
        )
        self.model.maximize(tier)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = _CP_SAT_WORKERS
        if solver.solve(self.model) != cp_model.OPTIMAL:
            raise RuntimeError(f"CP-SAT ended with {solver.status_name()}")
        best = round(solver.objective_value) if terms else 0
        self.model.add(tier >= best)
        self.model.clear_hints()
        for column in self.columns:
            self.model.add_hint(column, solver.value(column))
        return best


class PlainHighs:
    """HiGHS through OR-Tools, to a gap of zero."""

    def __init__(self, columns: int, rows: Rows) -> None:
        self.model = model_builder.Model()
        self.columns = [self.model.new_bool_var(f"x{n}") for n in range(columns)]
        for terms, weights, lower, upper in _each(rows):
            activity = self._sum(terms, weights)
            self.model.add_linear_constraint(activity, _side(lower), _side(upper))

    def best(self, weights: IntArray) -> int:
        """The proved maximum of a tier, which from now on is kept."""
        terms = np.flatnonzero(weights).tolist()
        tier = self._sum(terms, weights[terms].tolist())
        self.model.maximize(tier)
        solver = model_builder.Solver("highs")
        solver.set_solver_specific_parameters("mip_rel_gap=0.0\nmip_abs_gap=0.0\noutput_flag=false")
        if solver.solve(self.model) != model_builder.SolveStatus.OPTIMAL:
            raise RuntimeError("HiGHS ended without an optimum")
        best = round(solver.objective_value) if terms else 0
        if terms and solver.best_objective_bound - best > 0.5:
            raise RuntimeError("HiGHS ended with a gap")
        self.model.add_linear_constraint(tier, best, math.inf)
        return best

    def _sum(self, terms: list[int], weights: list[int]) -> model_builder.LinearExprT:
        return model_builder.LinearExpr.weighted_sum([self.columns[n] for n in terms], weights)


def _each(rows: Rows) -> list[tuple[list[int], list[int], int, int]]:
    """Columns, coefficients and bounds of every row."""
    order = np.argsort(rows.row, kind="stable")
    column, coefficient = rows.column[order].tolist(), rows.coefficient[order].tolist()
    first = np.searchsorted(rows.row[order], np.arange(len(rows) + 1)).tolist()
    lower, upper = rows.lower.tolist(), rows.upper.tolist()
    return [
        (column[start:end], coefficient[start:end], lower[row], upper[row])
        for row, (start, end) in enumerate(pairwise(first))
    ]


def _side(bound: int) -> float:
    return math.copysign(math.inf, bound) if abs(bound) >= UNBOUNDED else bound


BASELINES: dict[str, Callable[[int, Rows], PlainCpSat | PlainHighs]] = {
    "cp-sat": PlainCpSat,
    "highs": PlainHighs,
}


def main(baseline: str, path: str) -> None:
    formulation = Formulation(read_problem(Path(path).read_bytes()))
    model = BASELINES[baseline](formulation.model.columns, formulation.model.rows)
    for tier, weights in zip(objectives.ALL, formulation.tiers, strict=True):
        value = model.best(weights) * (1 if tier.MAXIMIZED else -1)
        print(json.dumps({"tier": tier.NAME, "value": value}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
