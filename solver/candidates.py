"""All candidates of a problem, found in bulk: the pairs that pass every rule of eligibility.

Requirements are compared on sets of groups, 64 pairs at a time. What they leave is laid out pair
by pair for the hours and the costs, one block of requests after the other, so that only the
candidates themselves take room. `solver.eligibility` states the same rules for one pair.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from solver.group_sets import WORD, GroupSets, Words
from solver.hours import Hours
from solver.ragged import BoolArray, IntArray
from solver.requirements import filters
from solver.tables import NOWHERE, Tables

#: How many pairs are looked at together, roughly.
_BLOCK = 2**22


@dataclass(frozen=True)
class Candidates:
    """Positions of request and group, ordered by both, and the tier-5 cost of each new seat."""

    request: IntArray
    group: IntArray
    cost: IntArray


def find_candidates(
    tables: Tables, among: BoolArray | None = None, pause: Callable[[], None] = lambda: None
) -> Candidates:
    """The pairs of request and group that pass every rule of *Eligibility*.

    `among` says of each request whether its candidates are sought; by default those of all are.
    """
    search = _Search(tables)
    asked = search.asked if among is None else search.asked[among[search.asked[:, 0]]]
    found = []
    for block in search.blocks(asked):
        pause()
        found.append(search.candidates(*block.T))
    request, group, cost = map(np.concatenate, zip(*found, strict=True))
    return Candidates(request, group, cost)


class _Search:
    """What is asked and offered, laid out for one block after the other.

    A row of `asked` is a request, one of its topics, and the cost of this topic.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        offered = _offered(tables)
        self.asked = _asked(tables, {topic: number for number, topic in enumerate(offered)})
        self._sets = GroupSets(list(offered.values()))
        self._filters = list(filters(tables, self._sets))
        self._hours = Hours(tables)
        self._pinned = _pinned(tables)
        self._excluded = _Listed((key, 0) for key in _excluded(tables))
        self._own_costs = _Listed(_own_costs(tables))

    def blocks(self, asked: IntArray) -> list[IntArray]:
        """The rows, block by block; those of one request stay together."""
        request, topic, _ = asked.T
        pairs = self._sets.counts[topic] * WORD + self._hours.meetings
        before = np.cumsum(pairs) - pairs
        number = before[np.searchsorted(request, request)] // _BLOCK
        return np.split(asked, np.flatnonzero(np.diff(number)) + 1)

    def candidates(
        self, request: IntArray, topic: IntArray, cost: IntArray
    ) -> tuple[IntArray, IntArray, IntArray]:
        """The candidates among the groups of these topics, with their costs."""
        row, group = self._matching(request, topic)
        request, cost = request[row], cost[row]
        order = np.argsort(self._key(request, group), kind="stable")
        order = order[self._free(request[order], group[order])]
        request, group, cost = request[order], group[order], cost[order]
        pattern = self._tables.pattern[group]
        fits, time_cost = self._hours.fit(self._tables.owner[request], pattern)
        request, group, cost = request[fits], group[fits], cost[fits] + time_cost
        place, own_cost = self._own_costs.found_in(self._key(request, group))
        np.add.at(cost, place, own_cost)
        return request, group, cost

    def _matching(self, request: IntArray, topic: IntArray) -> tuple[IntArray, IntArray]:
        """The pairs of a row and a group of its topic that meet each other's requirements."""
        row, word = self._sets.words(topic)
        asking = request[row]
        bits: Words = self._sets.all[word]
        for kind, accepted in self._filters:
            bits &= accepted[kind[asking], word]
        place, group = self._sets.members(word, bits)
        return row[place], group

    def _free(self, request: IntArray, group: IntArray) -> BoolArray:
        """Not the current seat, not banned or avoided, not against a pin; pairs are in order."""
        pin = self._pinned[request]
        free: BoolArray = (pin == NOWHERE) | (pin == group)
        free &= self._tables.seat[request] != group
        excluded, _ = self._excluded.found_in(self._key(request, group))
        free[excluded] = False
        return free

    def _key(self, request: IntArray, group: IntArray) -> IntArray:
        return request * len(self._tables.problem.groups) + group


class _Listed:
    """Pairs that are named one by one, each with a number; a pair is one integer."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        table = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
        self._key, self._number = np.ascontiguousarray(table.T)

    def found_in(self, key: IntArray) -> tuple[IntArray, IntArray]:
        """The places of the pairs in `key`, which is in order, and their numbers."""
        if not len(key):
            return key, key
        first, last = np.searchsorted(self._key, (key[0], key[-1] + 1))
        place = np.searchsorted(key, self._key[first:last])
        found = key[place] == self._key[first:last]
        return place[found], self._number[first:last][found]


def _offered(tables: Tables) -> dict[str, list[int]]:
    """Topic → its groups that admit somebody and are not over-full."""
    offered: dict[str, list[int]] = {}
    for place, group in enumerate(tables.problem.groups):
        if group.admits and tables.members[place] <= tables.capacity[place]:
            offered.setdefault(group.topic, []).append(place)
    return offered


def _asked(tables: Tables, number: Mapping[str, int]) -> IntArray:
    asked = [
        (place, number[topic], cost)
        for place, request in enumerate(tables.problem.requests)
        for topic, cost in request.topics.items()
        if topic in number
    ]
    return np.array(asked, dtype=np.int64).reshape(-1, 3)


def _pinned(tables: Tables) -> IntArray:
    """Request → the group it is pinned to, or NOWHERE."""
    pinned = np.full(len(tables.problem.requests), NOWHERE)
    for request, group in tables.problem.pins:
        pinned[tables.request_place[request]] = tables.group_place[group]
    return pinned


def _excluded(tables: Tables) -> Iterator[int]:
    """The keys of the pairs that are banned, or avoided by group or by therapist."""
    width = len(tables.problem.groups)
    for request_id, group_id in tables.problem.bans:
        yield tables.request_place[request_id] * width + tables.group_place[group_id]
    for place, request in enumerate(tables.problem.requests):
        for group_id in request.avoid_groups:
            yield place * width + tables.group_place[group_id]
        for therapist in request.avoid_therapists:
            for group in tables.led_by.get(therapist, ()):
                yield place * width + group


def _own_costs(tables: Tables) -> Iterator[tuple[int, int]]:
    """What a request itself says a seat in a group, or with its therapist, costs."""
    width = len(tables.problem.groups)
    for place, request in enumerate(tables.problem.requests):
        for group_id, cost in request.group_cost.items():
            yield place * width + tables.group_place[group_id], cost
        for therapist, cost in request.therapist_cost.items():
            for group in tables.led_by.get(therapist, ()):
                yield place * width + group, cost
