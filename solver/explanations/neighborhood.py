"""What a change can touch: the requests and groups that depend on each other through it.

A request depends on the others of its participant, on the groups it could enter and on the one
it would leave. A group that could fill up passes this on to everybody who sits in it and may
leave, and to everybody who could come in; so does a proposed group that could open or close, or
one whose limits could bind. A group with seats for all who could come in passes nothing on: what
happens there hinders nobody. Settled members pass nothing on, as they stay.

`closed` neighborhoods end by themselves. Then the rest of the problem shares no rule that can
bind with them, so that a best solution of the changed problem differs from the solution inside
only: what it changed outside would be an improvement of the unchanged problem as well, and the
solution, proved best, has none. Others end at a number of pairs; chains of people who make room
for each other are followed first, so that what is cut off is far from the change.

Seats that do not pay (`solver.explanations.paying`) count as not there.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from solver.explanations.paying import Paying
from solver.explanations.reach import Reach
from solver.tables import NOWHERE

#: Pairs of request and group beyond which the neighborhoods of large problems are cut off.
MOST_PAIRS = 150


@dataclass(frozen=True)
class Neighborhood:
    """Requests that may change seats, and the groups in which that may happen."""

    requests: frozenset[int]
    groups: frozenset[int]
    closed: bool


def neighborhood(paying: Paying, most_pairs: float = MOST_PAIRS) -> Neighborhood:
    """Everything that a change can touch with seats that pay, up to a number of pairs.

    In a small problem nothing is cut off.
    """
    growth = _Growth(paying, math.inf if paying.solved.small else most_pairs)
    growth.begin(paying.reach)
    return growth.grown()


class _Growth:
    def __init__(self, paying: Paying, most_pairs: float) -> None:
        self._solved, self._paying, self._most = paying.solved, paying, most_pairs
        self._extra = extra = paying.reach.pairs
        self._entering: dict[int, list[int]] = {}
        for request, groups in extra.items():
            for group in groups:
                self._entering.setdefault(group, []).append(request)
        self._requests: set[int] = set()
        self._expanded: set[int] = set()
        self._met: set[int] = set()
        self._pairs = 0
        self._cut_off = False
        self._chains: deque[int] = deque()
        self._rest: deque[int] = deque()

    def begin(self, reach: Reach) -> None:
        """Start from what is to be placed, then let the worthiest use the change first."""
        solved = self._solved
        for request in sorted(reach.requests):
            self.free(request)
        for group in sorted(reach.groups):
            self.expand(group)
        entering = sorted(reach.pairs, key=lambda r: (not solved.unplaced(r), -solved.priority[r]))
        for request in entering:
            self._cut_off = self._pairs > self._most
            if not self._cut_off:
                self.free(request)

    def free(self, request: int) -> None:
        """Let a request change seats, and with it the others of its participant."""
        solved = self._solved
        for sibling in solved.requests_of[solved.owner[request]]:
            movable = solved.free[sibling] or sibling in self._extra
            if movable and sibling not in self._requests:
                self._requests.add(sibling)
                self._pairs += len(self._paying.ways(sibling))
                self._chains.append(sibling)

    def expand(self, group: int) -> None:
        """Let everybody who sits in the group leave it; who could come in follows later."""
        if group not in self._expanded:
            self._expanded.add(group)
            self._rest.append(group)
            for request in self._solved.holders[group]:
                if self._solved.free[request]:
                    self.free(request)
            if self._solved.closed(group):
                self._gather(group)

    def _gather(self, group: int) -> None:
        """Let those who wait and could fill a closed group, the worthiest first."""
        solved = self._solved
        waiting = [r for r in self._paying.wanters(group) if solved.unplaced(r)]
        waiting.sort(key=lambda request: -solved.priority[request])
        for request in waiting:
            if self._pairs <= self._most:
                self.free(request)

    def grown(self) -> Neighborhood:
        while (self._chains or self._rest) and self._pairs <= self._most:
            if self._chains:
                self._follow(self._chains.popleft())
            else:
                self._let_in(self._rest.popleft())
        return Neighborhood(
            frozenset(self._requests),
            frozenset(self._groups()),
            closed=not (self._chains or self._rest or self._cut_off),
        )

    def _follow(self, request: int) -> None:
        solved = self._solved
        own = {solved.now[request], solved.seat[request]} - {NOWHERE}
        for group in (*self._paying.ways(request), *sorted(own)):
            for partner in solved.apart.get(solved.owner[request], ()):
                self._free_partner(partner, group)
            if group not in self._met:
                self._met.add(group)
                if self._binding(group):
                    self.expand(group)

    def _free_partner(self, partner: int, group: int) -> None:
        """Somebody who must not be met there may have to leave, or may come in instead."""
        for request in self._solved.requests_of[partner]:
            here = self._solved.now[request] == group or group in self._paying.ways(request)
            if here and self._solved.free[request]:
                self.free(request)

    def _let_in(self, group: int) -> None:
        """Everybody who could come in, and the groups whose opening hangs together with it."""
        solved = self._solved
        for request in sorted(self._coming(group)):
            self.free(request)
        for tied in solved.ties.get(group, ()):
            if solved.proposed[tied]:
                self.expand(tied)

    def _binding(self, group: int) -> bool:
        """Whether a rule of the group could bind, whatever the people who may change seats do."""
        solved = self._solved
        return (
            solved.proposed[group]
            or len(self._coming(group)) > solved.room(group)
            or bool(solved.problem.groups[group].limits)
        )

    def _coming(self, group: int) -> set[int]:
        """Who sits elsewhere and could come in, or come back after a switch."""
        solved = self._solved
        back = (r for r in solved.members[group] if solved.free[r])
        coming = {*self._paying.wanters(group), *self._entering.get(group, ()), *back}
        return coming.difference(solved.holders[group])

    def _groups(self) -> Iterator[int]:
        """Where something may happen: groups that nobody could enter or leave are left out."""
        solved = self._solved
        for request in self._requests:
            yield from {solved.now[request], solved.seat[request]} - {NOWHERE}
            for group in self._paying.ways(request):
                if group in self._expanded or solved.room(group) > 0:
                    yield group
        for group in self._expanded:
            yield group
            for tied in solved.ties.get(group, ()):
                if solved.proposed[tied] and not solved.closed(tied):
                    yield tied
