"""Good whole values of a small model, close to where its relaxation is best.

Mostly the best vertex of such a model is whole. Otherwise what it takes whole is kept, and the few
columns that it divides are searched, like Berthold's RENS (The optimal rounding, 2014).
"""

import numpy as np

from solver.engines import Allowance, Outcome
from solver.engines.math_opt import GLOP, Call, dense
from solver.engines.mip import Mip
from solver.formulation import Model
from solver.ragged import IntArray
from solver.search.region import Region
from solver.search.relaxation import FloatArray, relaxation

_NEAR = 1e-6


def near_vertex(model: Model, objective: IntArray, allowance: Allowance) -> Outcome:
    """Whole values close to the best vertex, None if there are none, and the bound by its prices.

    The bound need not be attained by any whole values.
    """
    call = Call(GLOP, model, objective, allowance, whole=False)
    call.wait(allowance.seconds, allowance.cancelled)
    if not call.ended or not call.result.solutions:
        return Outcome(None, None)
    solution = call.result.solutions[0]
    values = dense(solution.primal_solution.variable_values, model.columns)
    bound = _bound(model, objective, dense(solution.dual_solution.dual_values, len(model.rows)))
    return Outcome(_rounded(model, objective, values, allowance), bound)


def _rounded(
    model: Model, objective: IntArray, values: FloatArray, allowance: Allowance
) -> IntArray | None:
    """The best values of those that take all that is whole already."""
    whole = np.rint(values).astype(np.int64)
    kept = np.flatnonzero(np.abs(values - whole) <= _NEAR)
    if len(kept) == model.columns:
        return whole if model.admits(whole) else None
    part = Region.whole(model).within(kept, whole[kept], whole[kept]).part
    if not part.possible:
        return None
    start = np.zeros(len(part.columns), dtype=np.int64)
    found = Mip().maximize(part.model, objective[part.columns], start, allowance)
    return None if found.values is None else part.values(found.values)


def _bound(model: Model, objective: IntArray, prices: FloatArray) -> int | None:
    """What the prices prove where each column is at most its own most, 0 or 1."""
    relaxed = relaxation(model, objective, prices)
    if relaxed is None:
        return None
    fixed = 0 if model.most is None else np.maximum(relaxed.reduced_cost, 0)[model.most == 0].sum()
    return int(relaxed.bound - fixed) // relaxed.scale
