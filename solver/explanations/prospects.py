"""Which single changes could place the most, over everybody who waits: a ranking by promise.

Where seats have prices, no change places more than it promises. In a tiny problem, and where
settled members may move, the promise counts the seats that a change makes usable, and for each of
them the worthiest request that it lets in itself; a plan counts as a whole, if each of its requests
has a group at all. What chains of moves add and side conditions take away is for solving again to
say.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from solver.changes import AddSeat, Admit, Change, MoveOne, OpenGroup, WidenGroup
from solver.explanations.fixes import own_changes
from solver.explanations.moves import suited
from solver.explanations.nearness import Pairs
from solver.explanations.promise import most_gain
from solver.explanations.reach import Reach, reach, unmet
from solver.explanations.solved import Solved
from solver.explanations.weeks import rest_of_plan

_OfGroup = AddSeat | Admit | OpenGroup | WidenGroup


@dataclass(frozen=True)
class Prospect:
    """Changes of which none promises more priority than `promise`."""

    promise: float
    changes: Callable[[], Iterable[Change]]


def prospects(solved: Solved) -> Iterator[Prospect]:
    """Every change worth trying for somebody unplaced."""
    unplaced = [r for r, waits in enumerate(solved.waiting) if waits and solved.unplaced(r)]
    near = solved.nearness.of_requests([r for r, free in enumerate(solved.free) if free])
    worth = {request: _worth(solved, request) for request in unplaced}
    yield from _of_groups(solved, near, worth)
    yield from _of_members(solved, near, worth)
    for request, promise in _of_own(solved, near, worth).items():
        yield Prospect(promise, partial(own_changes, solved, request))


def _worth(solved: Solved, request: int) -> int:
    """The priority of what is placed together with it; 0 if a part of its plan has no group."""
    others = rest_of_plan(solved, request)
    if not all(solved.ways[other] for other in others):
        return 0
    return solved.priority[request] + sum(solved.priority[other] for other in others)


def _single(change: Change, promise: float) -> Prospect:
    return Prospect(promise, partial(iter, (change,)))


def _of_groups(solved: Solved, near: Pairs, worth: Mapping[int, int]) -> Iterator[Prospect]:
    """Changes of a group that let in somebody unplaced, or somebody who leaves room for one."""
    entering: dict[_OfGroup, list[int]] = {}
    for change, request in _openings(solved, near):
        entering.setdefault(change, []).append(request)
    for change, requests in entering.items():
        if not worth.keys().isdisjoint(requests):
            yield _single(change, _promise(solved, change, requests, worth))
    for seat in _one_step_on(solved):
        if seat not in entering:
            highest = max(worth.values(), default=0)
            priced = solved.prices is not None
            yield _single(seat, most_gain(solved, seat, reach(solved, seat)) if priced else highest)


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


def _promise(
    solved: Solved, change: _OfGroup, requests: Sequence[int], worth: Mapping[int, int]
) -> float:
    """What the change promises if it lets these requests in."""
    if solved.prices is None:
        # What the requests of one plan are worth together counts once.
        units = {(solved.owner[r], solved.plan_of[r]): worth[r] for r in requests if r in worth}
        return sum(sorted(units.values(), reverse=True)[: _usable(solved, change)])
    if isinstance(change, AddSeat | OpenGroup):
        return most_gain(solved, change, reach(solved, change))
    group = solved.tables.group_place[change.group]
    newly = {request: [group] for request in requests}
    return most_gain(solved, change, Reach(newly, frozenset({group})))


def _usable(solved: Solved, change: _OfGroup) -> int:
    """How many newcomers the group could take after the change."""
    if isinstance(change, AddSeat):
        return 1
    group = solved.tables.group_place[change.group]
    if solved.closed(group):
        return solved.capacity[group]
    leaving = sum(solved.free[request] for request in solved.holders[group])
    return max(0, solved.room(group)) + leaving


def _one_step_on(solved: Solved) -> Iterator[AddSeat]:
    """One more seat where somebody could go who would leave a seat to somebody else."""
    for number, group in enumerate(solved.problem.groups):
        full = solved.room(number) <= 0 and not solved.closed(number)
        if full and any(not solved.unplaced(request) for request in solved.wanters[number]):
            yield AddSeat(group.id)


def _of_members(solved: Solved, near: Pairs, worth: Mapping[int, int]) -> Iterator[Prospect]:
    """A move of each settled member who may stand in somebody's way."""
    here: dict[int, int] = {}
    of_person: dict[int, int] = {}
    for request, group in near.eligible:
        if request in worth:
            person = solved.owner[request]
            here[group] = max(here.get(group, 0), worth[request])
            of_person[person] = max(of_person.get(person, 0), worth[request])
    promise = {
        member: max(here.get(solved.now[member], 0), of_person.get(solved.owner[member], 0))
        for member, free in enumerate(solved.free)
        if not free and not solved.moved(member)
    }
    groups, requests = solved.problem.groups, solved.problem.requests
    for member, to in suited(solved, [one for one, most in promise.items() if most]).items():
        move = MoveOne(requests[member].id, groups[solved.now[member]].id, groups[to].id)
        priced = solved.prices is not None
        most = most_gain(solved, move, reach(solved, move)) if priced else promise[member]
        yield _single(move, most)


def _of_own(solved: Solved, near: Pairs, worth: Mapping[int, int]) -> Mapping[int, float]:
    """Unplaced request → what its hours or requirements promise."""
    if solved.prices is None:
        return _worth_of_own(solved, near, worth)
    pairs: dict[int, dict[int, list[int]]] = {solved.owner[request]: {} for request in worth}
    requirements = (pair for pair in near.only("request_requires") if pair[0] in worth)
    for request, group in (*near.only("availability"), *requirements):
        if solved.owner[request] in pairs:
            pairs[solved.owner[request]].setdefault(request, []).append(group)
    prices = solved.prices
    most = {person: prices.most_of(prices.allows_of(opened)) for person, opened in pairs.items()}
    return {request: most[solved.owner[request]] for request in worth}


def _worth_of_own(solved: Solved, near: Pairs, worth: Mapping[int, int]) -> Mapping[int, float]:
    """The worth of each, and of all who join it where hours may be the last that a group needs."""
    promise = dict[int, float](worth)
    for request, group in near.only("availability"):
        if solved.closed(group) and request in worth:
            joining = sorted((worth.get(r, 0) for r in solved.wanters[group]), reverse=True)
            opening = worth[request] + sum(joining[: solved.capacity[group] - 1])
            promise[request] = max(promise[request], opening)
    return promise
