"""The refusal of a file whose tier totals are too large to be exact."""

from collections.abc import Iterable

import numpy as np

from solver.candidates import find_candidates
from solver.files.refusal import Errors
from solver.problem import Problem
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
    requests, groups = problem.requests, problem.groups
    hour = _dearest(hours.cost for person in problem.participants for hours in person.available)
    topic = _dearest(cost for request in requests for cost in request.topics.values())
    group = _dearest(cost for request in requests for cost in request.group_cost.values())
    therapist = _dearest(cost for request in requests for cost in request.therapist_cost.values())
    meetings = max((len(group.meetings) for group in groups), default=0)
    leaders = max((len(group.therapists) for group in groups), default=0)
    return len(requests) * (topic + hour * meetings + group + therapist * leaders)


def _dearest(costs: Iterable[int]) -> int:
    return max(costs, default=0)
