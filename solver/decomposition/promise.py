"""Where proofs by schedules are likely to be quicker than those by rows."""

from solver.formulation import Formulation

_SHARE = 0.5
#: With fewer columns a tree over openings ends soon, and schedules tell nothing of openings.
_SMALL = 8000
#: With more of them single seats tell sooner what opens.
_LARGE = 60_000


def promising(formulation: Formulation) -> bool:
    """Whether most requests belong to plans of several requests.

    A small program in which groups could open is no such one.
    """
    columns, plans = formulation.columns, formulation.problem.plans
    if len(columns.opening) and columns.count < _SMALL:
        return False
    planned = sum(len(plan.requests) for plan in plans if len(plan.requests) > 1)
    return planned > _SHARE * len(formulation.problem.requests)


def leading(formulation: Formulation) -> bool:
    """Whether schedules come before single seats, where they are promising.

    However many seats there are, unless groups could open as well.
    """
    columns = formulation.columns
    return not len(columns.opening) or columns.count <= _LARGE
