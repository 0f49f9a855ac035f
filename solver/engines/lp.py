"""The linear relaxation of a model, by the simplex method of HiGHS."""

import numpy as np

from solver.engines import Allowance
from solver.engines.math_opt import HIGHS, Call
from solver.formulation import Model
from solver.ragged import IntArray
from solver.relaxation import FloatArray


def prices(model: Model, objective: IntArray, allowance: Allowance) -> FloatArray | None:
    """The price of each row where the relaxation is best; None if time did not suffice."""
    call = Call(HIGHS, model, objective, allowance, whole=False)
    call.wait(allowance.seconds, allowance.cancelled)
    if not call.ended or not call.result.solutions:
        return None
    solution = call.result.solutions[0]
    if not solution.HasField("dual_solution"):
        return None
    found = solution.dual_solution.dual_values
    dual = np.zeros(len(model.rows))
    dual[np.array(found.ids, dtype=np.int64)] = found.values
    return dual
