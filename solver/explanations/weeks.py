"""The week of a plan: its requests are placed together or not at all."""

from collections.abc import Iterator, Sequence
from itertools import islice

from solver.constraints.plans import broken_bounds
from solver.explanations.chains import Step, fits
from solver.explanations.solved import Solved
from solver.roster import Seat
from solver.tables import NOWHERE

#: How many weeks are looked at for each group that a request of a plan could join.
_TRIED = 500


def rest_of_plan(solved: Solved, request: int) -> list[int]:
    """The other requests that have to get a seat if this one does."""
    plan = solved.plan_of[request]
    return [
        other
        for other in solved.requests_of[solved.owner[request]]
        if solved.plan_of[other] == plan != NOWHERE and other != request and solved.unplaced(other)
    ]


def weeks(solved: Solved, first: Step, others: Sequence[int]) -> Iterator[tuple[Step, ...]]:
    """The step with seats that are left for the rest of its plan: one week that keeps its bounds.

    None if no such week is among those looked at.
    """
    looked_at = islice(_beside(solved, (first,), others), _TRIED)
    return islice((week for week in looked_at if _within_bounds(solved, week)), 1)


def _beside(
    solved: Solved, steps: tuple[Step, ...], others: Sequence[int]
) -> Iterator[tuple[Step, ...]]:
    """The steps with one for each of the others, at times that do not overlap."""
    if not others:
        yield steps
        return
    busy = 0
    for step in steps:
        busy |= solved.moments[step.group]
    for group in solved.ways[others[0]]:
        left = solved.room(group) > 0 and not solved.moments[group] & busy
        if left and fits(solved, others[0], group):
            yield from _beside(solved, (*steps, Step(others[0], group)), others[1:])


def _within_bounds(solved: Solved, steps: Sequence[Step]) -> bool:
    plan = solved.plan_of[steps[0].request]
    if plan == NOWHERE:
        return True
    problem = solved.problem
    groups = dict(steps)
    seats = [
        Seat(
            problem.requests[request],
            problem.groups[groups.get(request, solved.now[request])],
            new=request in groups,
        )
        for request in solved.requests_of[solved.owner[steps[0].request]]
        if solved.plan_of[request] == plan
    ]
    return not any(broken_bounds(problem, problem.plans[plan], seats))
