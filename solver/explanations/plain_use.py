"""The plainest use of a change: one request takes the seat that it makes, along a chain if need be.

Trying it takes a look at a few seats only. Where it gains as much as prices allow, no search for a
better use is needed; where somebody else gains more by it than a request ever could, the change
is no way to place that request.
"""

from collections.abc import Iterable, Iterator

from solver.changes import AddSeat, Change, MoveOne, applied
from solver.check import violations
from solver.explanations.chains import Step
from solver.explanations.cutting import Cut, cut
from solver.explanations.neighborhood import Neighborhood
from solver.explanations.reach import Reach
from solver.explanations.solved import Solved
from solver.explanations.weeks import rest_of_plan
from solver.tables import NOWHERE


def plain_use(
    solved: Solved, change: Change, reach: Reach, request: int
) -> tuple[Cut, dict[str, str]] | None:
    """Seats with which an unplaced request gets one and nobody loses theirs; None if it is not so.

    They stand beside the part of the problem in which they were checked.
    """
    if rest_of_plan(solved, request):
        return None
    tried = (
        checked(solved, change, reach, steps) for steps in _uses(solved, change, reach, request)
    )
    return next((found for found in tried if found), None)


def rivals(solved: Solved, change: Change, reach: Reach) -> Iterator[int]:
    """Unplaced requests without a plan that could use the change, the worthiest first."""
    asking = {*reach.pairs, *(r for group in _seats(solved, change) for r in solved.wanters[group])}
    unplaced = [r for r in asking if solved.unplaced(r) and not rest_of_plan(solved, r)]
    yield from sorted(unplaced, key=lambda r: (-solved.priority[r], r))


def _seats(solved: Solved, change: Change) -> tuple[int, ...]:
    """The group in which the change leaves a seat that was taken."""
    match change:
        case AddSeat():
            return (solved.tables.group_place[change.group],)
        case MoveOne():
            return (solved.tables.group_place[change.origin],)
        case _:
            return ()


def _uses(solved: Solved, change: Change, reach: Reach, request: int) -> Iterator[tuple[Step, ...]]:
    moves: tuple[Step, ...] = ()
    if isinstance(change, MoveOne):
        tables = solved.tables
        moves = (Step(tables.request_place[change.request], tables.group_place[change.to]),)
    left = _seats(solved, change)
    for group in dict.fromkeys((*reach.pairs.get(request, ()), *left)):
        first = Step(request, group)
        if group in left or solved.room(group) > 0:
            yield first, *moves
        elif not solved.closed(group):
            yield from ((first, *chain) for chain in solved.chains.out_of([group], request))


def checked(
    solved: Solved, change: Change, reach: Reach, steps: Iterable[Step]
) -> tuple[Cut, dict[str, str]] | None:
    """The seats after the steps, if they break no rule, beside the part of the problem around."""
    to = dict(steps)
    # A change of no group is about one participant.
    touched = {*to, *reach.requests, *(() if reach.groups else reach.pairs)}
    groups = {place for r in touched for place in (solved.now[r], solved.seat[r])}
    groups |= {*to.values(), *reach.groups}
    inside = frozenset(groups - {NOWHERE})
    before = cut(solved, Neighborhood(frozenset(touched), inside, closed=False))
    problem = solved.problem
    moved = {problem.requests[r].id: problem.groups[g].id for r, g in to.items()}
    after = {**before.seats, **moved}
    return None if violations(applied(before.problem, change), after) else (before, after)
