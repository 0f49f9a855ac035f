"""The week of a plan: its requests are placed together or not at all."""

from collections.abc import Iterator, Sequence
from itertools import islice

from solver.constraints.plans import broken_bounds
from solver.explanations.chains import Step, fits
from solver.explanations.reach import Reach
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
    choices = [
        [g for g in solved.ways[other] if solved.room(g) > 0 and fits(solved, other, g)]
        for other in others
    ]
    return islice(_weeks(solved, (first,), list(zip(others, choices, strict=True))), 1)


def has_week(solved: Solved, request: int, reaching: Reach) -> bool:
    """Whether the request and what is placed with it have groups beside each other.

    Groups that a change reaches count as open to them, the others where somebody could come in.
    This only keeps changes from being tried in vain: it looks at the hours and at the plan.
    """
    choices = []
    for one in (request, *rest_of_plan(solved, request)):
        groups = dict.fromkeys((*reaching.pairs.get(one, ()), *solved.ways[one]))
        choices.append((one, [g for g in groups if g in reaching.groups or solved.enterable(g)]))
    return any(_weeks(solved, (), choices))


def _weeks(
    solved: Solved, steps: tuple[Step, ...], choices: Sequence[tuple[int, list[int]]]
) -> Iterator[tuple[Step, ...]]:
    """The steps with one of each choice, as weeks that keep their bounds."""
    looked_at = islice(_beside(solved, steps, choices), _TRIED)
    return (week for week in looked_at if _within_bounds(solved, week))


def _beside(
    solved: Solved, steps: tuple[Step, ...], choices: Sequence[tuple[int, list[int]]]
) -> Iterator[tuple[Step, ...]]:
    """The steps with one of each choice, at times that do not overlap."""
    if not choices:
        yield steps
        return
    busy = 0
    for step in steps:
        busy |= solved.moments[step.group]
    (request, groups), *rest = choices
    for group in groups:
        if not solved.moments[group] & busy:
            yield from _beside(solved, (*steps, Step(request, group)), rest)


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
