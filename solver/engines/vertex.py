"""The simplex method first, for small models: its best vertex is often whole.

Then prices prove it exactly, in a fraction of the time of branch and cut, which takes over
otherwise.
"""

import numpy as np

from solver.engines import Allowance, Outcome
from solver.engines.math_opt import GLOP, Call, dense
from solver.engines.mip import Mip
from solver.formulation import Model
from solver.ragged import IntArray
from solver.search.relaxation import FloatArray, relaxation

_NEAR = 1e-6


class VertexFirst:
    """GLOP, then HiGHS; both in one thread, hence the same answer every time."""

    def maximize(
        self, model: Model, objective: IntArray, incumbent: IntArray, allowance: Allowance
    ) -> Outcome:
        found = best_vertex(model, objective, allowance)
        if found.proves(objective):
            return found
        return Mip().maximize(model, objective, incumbent, allowance)


def best_vertex(model: Model, objective: IntArray, allowance: Allowance) -> Outcome:
    """The best vertex, if it is whole, and the bound that its prices prove."""
    call = Call(GLOP, model, objective, allowance, whole=False)
    call.wait(allowance.seconds, allowance.cancelled)
    if not call.ended or not call.result.solutions:
        return Outcome(None, None)
    solution = call.result.solutions[0]
    values = dense(solution.primal_solution.variable_values, model.columns)
    prices = dense(solution.dual_solution.dual_values, len(model.rows))
    whole = np.rint(values).astype(np.int64)
    if np.abs(values - whole).max(initial=0) > _NEAR or not model.admits(whole):
        return Outcome(None, None)
    return Outcome(whole, _bound(model, objective, prices))


def _bound(model: Model, objective: IntArray, prices: FloatArray) -> int | None:
    """What the prices prove where each column is at most its own most, 0 or 1."""
    relaxed = relaxation(model, objective, prices)
    if relaxed is None:
        return None
    fixed = 0 if model.most is None else np.maximum(relaxed.reduced_cost, 0)[model.most == 0].sum()
    return int(relaxed.bound - fixed) // relaxed.scale
