"""Chains of people who make room for each other.

A step is a request that leaves its group for another one that takes it: somebody who waits and was
given a seat, or who wants to switch; never a settled member. A chain of steps ends where a seat is
left, or in the seat that the one who asks gives up: then it is a cycle.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from solver.constraints.limits import carries
from solver.tables import NOWHERE

if TYPE_CHECKING:
    from solver.explanations.solved import Solved


class Step(NamedTuple):
    """A request goes to a group."""

    request: int
    group: int


class Chains:
    """The shortest chains out of full groups; built once, it answers for everybody."""

    def __init__(self, solved: "Solved") -> None:
        self._solved = solved
        groups = range(len(solved.problem.groups))
        with_room = [group for group in groups if solved.room(group) > 0]
        self._to_room = _backwards(solved, with_room, groups)

    def begins(self, group: int) -> bool:
        """Whether a chain begins in the group that ends where a seat is left."""
        return group in self._to_room

    def out_of(self, groups: Collection[int], asking: int) -> Iterator[tuple[Step, ...]]:
        """For each group in which a chain begins the one to a seat that is left, and the cycle.

        A cycle ends in the seat of the request that asks.
        """
        seat = self._solved.now[asking]
        to_seat = {} if seat == NOWHERE else _backwards(self._solved, [seat], groups, asking)
        for group in groups:
            for steps in (self._to_room, to_seat):
                chain = tuple(_followed(self._solved, steps, group, asking))
                if chain:
                    yield chain


def fits(solved: "Solved", request: int, group: int) -> bool:
    """Whether a candidate has the hours for a group, and nobody there stands against it."""
    owner, moments = solved.owner[request], solved.moments
    for other in solved.requests_of[owner]:
        seat = solved.now[other]
        if other != request and seat != NOWHERE and moments[seat] & moments[group]:
            return False
    apart = solved.apart.get(owner, ())
    if any(solved.owner[holder] in apart for holder in solved.holders[group]):
        return False
    return not _at_limit(solved, owner, group)


def _at_limit(solved: "Solved", owner: int, group: int) -> bool:
    """Whether as many as may carry some value that the participant carries."""
    people = solved.problem.participants
    for limit in solved.problem.groups[group].limits:
        if carries(people[owner], limit):
            present = (people[solved.owner[holder]] for holder in solved.holders[group])
            if sum(carries(person, limit) for person in present) >= limit.max:
                return True
    return False


def _backwards(
    solved: "Solved", ends: Iterable[int], sought: Iterable[int], asking: int = NOWHERE
) -> Mapping[int, Step]:
    """Group → the step out of it that begins a shortest way to one of the ends.

    Once it is known for all groups `sought`, of others it may be left out.
    """
    steps: dict[int, Step] = {}
    queue = deque(ends)
    reached = {NOWHERE, *queue}
    wanters, now, missing = solved.wanters, solved.now, {*sought} - reached
    while queue and missing:
        group = queue.popleft()
        for request in wanters[group]:
            seat = now[request]
            if seat not in reached and request != asking and fits(solved, request, group):
                reached.add(seat)
                steps[seat] = Step(request, group)
                queue.append(seat)
                missing.discard(seat)
    return steps


def _followed(
    solved: "Solved", steps: Mapping[int, Step], group: int, asking: int
) -> Iterator[Step]:
    """The steps from a group on; they end at the seat of the request that asks."""
    while group in steps and group != solved.now[asking]:
        yield steps[group]
        group = steps[group].group
