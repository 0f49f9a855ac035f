"""Where proofs by schedules are likely to be quicker than those by rows."""

from solver.formulation import Formulation

_SHARE = 0.5


def promising(formulation: Formulation) -> bool:
    """Whether most requests belong to plans of several requests."""
    plans = formulation.problem.plans
    planned = sum(len(plan.requests) for plan in plans if len(plan.requests) > 1)
    return planned > _SHARE * len(formulation.problem.requests)
