"""The refusal of a file whose tier totals are too large to be exact."""

import numpy as np

from solver.candidates import find_candidates
from solver.problem import Problem
from solver.refusal import Errors
from solver.tables import Tables

#: Every whole number up to this one is exact in floating point too.
LARGEST_TOTAL = 2**53


def check_totals(problem: Problem, errors: Errors) -> None:
    """Note each tier whose total could exceed 2⁵³."""
    requests = problem.requests
    totals = {
        "placed": sum(request.priority for request in requests if request.waiting),
        "switched": sum(request.priority for request in requests if request.switching),
        "opened": sum(1 + group.open_cost for group in problem.groups if group.proposed),
        "cost": _largest_cost(problem),
    }
    for tier, total in totals.items():
        if total > LARGEST_TOTAL:
            errors.note("$", total, f"the total of tier {tier} stays within 2^53")


def _largest_cost(problem: Problem) -> int:
    """What the new seats could cost at most: the dearest candidate of every request."""
    estimate = _estimated_cost(problem)
    if estimate <= LARGEST_TOTAL:
        return estimate
    candidates = find_candidates(Tables(problem))
    dearest = np.zeros(len(problem.requests), dtype=np.int64)
    np.maximum.at(dearest, candidates.request, candidates.cost)
    return sum(dearest.tolist())


def _estimated_cost(problem: Problem) -> int:
    """A quick overestimate: the dearest of everything, whether it goes together or not."""
    hours = {
        person.id: max((cost for _, _, cost in person.available), default=0)
        for person in problem.participants
    }
    meetings = max((len(group.meetings) for group in problem.groups), default=0)
    return sum(
        max(request.topics.values(), default=0)
        + hours[request.participant] * meetings
        + max(request.group_cost.values(), default=0)
        + sum(request.therapist_cost.values())
        for request in problem.requests
    )
