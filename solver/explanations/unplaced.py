"""The requests that stay without a seat, with reasons and fixes."""

from collections.abc import Callable

from solver.explanations.fixes import fixes
from solver.explanations.reasons import reasons
from solver.explanations.solved import Solved
from solver.solution import Unplaced


def explained(solved: Solved, stopped: Callable[[], bool], *, fixing: bool) -> tuple[Unplaced, ...]:
    """All unplaced requests in the order of their ids, with reasons.

    Where `fixing` is asked for, with fixes as well: the highest priority first, then by id, until
    `stopped` says so; whoever was not looked at to the end by then is not `searched`.
    """
    places = [r for r, waits in enumerate(solved.waiting) if waits and solved.unplaced(r)]
    names = [solved.problem.requests[place].id for place in places]
    told = [Unplaced(*one) for one in zip(names, reasons(solved, places), strict=True)]
    if not fixing:
        return tuple(told)
    for number in sorted(range(len(told)), key=lambda number: -solved.priority[places[number]]):
        found = () if stopped() else fixes(solved, names[number], stopped)
        told[number] = told[number]._replace(fixes=found, searched=not stopped())
    return tuple(told)
