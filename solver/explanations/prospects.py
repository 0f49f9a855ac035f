"""Which single changes could place the most, over everybody who waits: a ranking by promise.

The promise of a change counts the seats that it makes usable, and for each of them the worthiest
request that it lets in itself; a plan counts as a whole, if each of its requests has a group at
all. What chains of moves add and side conditions take away is for solving again to say.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from solver.changes import (
    AddAvailability,
    AddSeat,
    Admit,
    Change,
    DropRequirement,
    MoveOne,
    OpenGroup,
    WidenGroup,
)
from solver.explanations.fixes import possible_fixes
from solver.explanations.nearness import Pairs
from solver.explanations.reach import unmet
from solver.explanations.solved import Solved
from solver.explanations.weeks import rest_of_plan

_OfGroup = AddSeat | Admit | OpenGroup | WidenGroup


@dataclass(frozen=True)
class Prospect:
    """Changes of which none promises more priority than `promise`."""

    promise: int
    changes: Callable[[], Iterable[Change]]


def prospects(solved: Solved) -> list[Prospect]:
    """Every change worth trying for somebody unplaced, the greatest promise first."""
    waiting = [r for r, waits in enumerate(solved.waiting) if waits and solved.unplaced(r)]
    near = solved.nearness.of_requests(waiting)
    worth = {request: _worth(solved, request) for request in waiting}
    found = [*_of_groups(solved, near, worth), *_of_people(solved, near, worth)]
    return sorted(found, key=lambda prospect: -prospect.promise)


def _worth(solved: Solved, request: int) -> int:
    """The priority of what is placed together with it; 0 if a part of its plan has no group."""
    others = rest_of_plan(solved, request)
    if not all(solved.ways[other] for other in others):
        return 0
    return solved.priority[request] + sum(solved.priority[other] for other in others)


def _of_groups(solved: Solved, near: Pairs, worth: dict[int, int]) -> Iterator[Prospect]:
    """Changes of a group, by the requests that they let in."""
    entering: dict[_OfGroup, set[int]] = {}
    for change, request in _openings(solved, near):
        entering.setdefault(change, set()).add(request)
    for change, requests in entering.items():
        seats = _usable(solved, change)
        # What the requests of one plan are worth together counts once.
        units = {(solved.owner[r], solved.plan_of[r]): worth[r] for r in requests}
        best = sorted(units.values(), reverse=True)[:seats]
        yield Prospect(sum(best), partial(iter, (change,)))


def _openings(solved: Solved, near: Pairs) -> Iterator[tuple[_OfGroup, int]]:
    groups, people = solved.problem.groups, solved.problem.participants
    for request, group in near.only("admits"):
        yield Admit(groups[group].id), request
    for request, group in near.only("over_full"):
        yield AddSeat(groups[group].id), request
    for request, group in near.only("group_requires"):
        attributes = people[solved.owner[request]].attributes
        keys = unmet(groups[group].requires, attributes)
        for value in sorted(attributes.get(keys[0], ())) if len(keys) == 1 else ():
            yield WidenGroup(groups[group].id, keys[0], value), request
    for request, group in near.eligible:
        if solved.closed(group):
            yield OpenGroup(groups[group].id), request
        elif solved.room(group) <= 0:
            yield AddSeat(groups[group].id), request


def _usable(solved: Solved, change: _OfGroup) -> int:
    """How many newcomers the group could take after the change."""
    if isinstance(change, AddSeat):
        return 1
    group = solved.tables.group_place[change.group]
    if solved.closed(group):
        return solved.capacity[group]
    leaving = sum(solved.free[request] for request in solved.holders[group])
    return max(0, solved.room(group)) + leaving


def _of_people(solved: Solved, near: Pairs, worth: dict[int, int]) -> Iterator[Prospect]:
    """Changes of one person, who may be the last one whom a group needs to open."""
    promise = dict(worth)
    for request, group in near.only("availability"):
        if solved.closed(group):
            joining = sorted((worth.get(r, 0) for r in solved.wanters[group]), reverse=True)
            opening = worth[request] + sum(joining[: solved.capacity[group] - 1])
            promise[request] = max(promise[request], opening)
    for request, most in promise.items():
        yield Prospect(most, partial(_own, solved, request))


def _own(solved: Solved, request: int) -> Iterator[Change]:
    possible = possible_fixes(solved, solved.problem.requests[request].id)
    return (c for c in possible if isinstance(c, AddAvailability | DropRequirement | MoveOne))
