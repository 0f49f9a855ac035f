"""The linear relaxation of a model, by the simplex method of HiGHS."""

from solver.engines import Allowance, Optimum
from solver.engines.math_opt import HIGHS, Call, dense
from solver.formulation import Model
from solver.ragged import IntArray


def optimum(model: Model, objective: IntArray, allowance: Allowance) -> Optimum | None:
    """The optimum of the relaxation, in floating point; None if time did not suffice."""
    call = Call(HIGHS, model, objective, allowance, whole=False)
    call.wait(allowance.seconds, allowance.cancelled)
    if not call.ended or not call.result.solutions:
        return None
    solution = call.result.solutions[0]
    if not solution.HasField("dual_solution"):
        return None
    values = dense(solution.primal_solution.variable_values, model.columns)
    prices = dense(solution.dual_solution.dual_values, len(model.rows))
    basis = solution.basis if solution.HasField("basis") else None
    return Optimum(values, prices, basis)
