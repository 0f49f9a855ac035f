"""How far requests are from groups: which rules of eligibility each pair fails, in bulk.

One whole number a pair has a bit for each rule in the order of `solver.eligibility.RULES`. The rule
book there says what a rule means and is asked for the words; tests hold the two equal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from solver.eligibility import RULES
from solver.hours import Hours
from solver.problem import Values
from solver.ragged import BoolArray, IntArray, integers
from solver.tables import NOWHERE, Tables

#: Rule → its bit.
BIT: Mapping[str, int] = {rule: 1 << number for number, rule in enumerate(RULES)}


@dataclass(frozen=True)
class Pairs:
    """Requests and groups of acceptable topics, and the rules that fail."""

    request: IntArray
    group: IntArray
    failing: IntArray

    def only(self, rule: str) -> list[tuple[int, int]]:
        """The pairs that fail this rule and no other."""
        return self._that(self.failing == BIT[rule])

    @property
    def eligible(self) -> list[tuple[int, int]]:
        """The pairs that fail no rule."""
        return self._that(self.failing == 0)

    def _that(self, mask: BoolArray) -> list[tuple[int, int]]:
        return list(zip(self.request[mask].tolist(), self.group[mask].tolist(), strict=True))


class Nearness:
    """Answers for any requests of one problem; what is looked up is prepared once."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        problem = tables.problem
        self._hours = Hours(tables)
        self._by_request: dict[int, Pairs] = {}
        self._by_group: dict[int, Pairs] = {}
        self._groups_of = _listed((group.topic,) for group in problem.groups)
        self._askers_of = _listed(request.topics for request in problem.requests)
        self._shut = np.array([not group.admits for group in problem.groups], dtype=np.bool_)
        self._over_full: BoolArray = tables.members > tables.capacity
        self._group_requires = _Matching(
            [group.requires for group in problem.groups],
            [person.attributes for person in problem.participants],
        )
        self._request_requires = _Matching(
            [request.requires for request in problem.requests],
            [group.attributes for group in problem.groups],
        )
        self._avoided = self._keys(_avoided(tables))
        self._banned = self._keys(problem.bans)
        self._pinned = np.full(len(problem.requests), NOWHERE)
        for request, group in problem.pins:
            self._pinned[tables.request_place[request]] = tables.group_place[group]

    def of_request(self, request: int) -> Pairs:
        """The request with every group of its topics."""
        if request not in self._by_request:
            self._by_request[request] = self.of_requests([request])
        return self._by_request[request]

    def of_requests(self, requests: Sequence[int]) -> Pairs:
        """The requests with every group of their topics, in the order of both."""
        asked = self._tables.problem.requests
        found = [
            sorted(place for topic in asked[r].topics for place in self._groups_of.get(topic, ()))
            for r in requests
        ]
        request = np.repeat(integers(requests), integers(map(len, found)))
        return self._judged(request, integers(place for groups in found for place in groups))

    def of_group(self, group: int) -> Pairs:
        """The group with everybody who waits for its topic or would switch to it."""
        if group not in self._by_group:
            self._by_group[group] = self._asking_for(group)
        return self._by_group[group]

    def _asking_for(self, group: int) -> Pairs:
        asking = integers(self._askers_of.get(self._tables.problem.groups[group].topic, ()))
        request = asking[~self._tables.settled[asking]]
        return self._judged(request, np.full_like(request, group))

    def _judged(self, request: IntArray, group: IntArray) -> Pairs:
        if not len(request):
            return Pairs(request, group, np.zeros_like(request))
        tables, key = self._tables, self._key(request, group)
        owner, pin = tables.owner[request], self._pinned[request]
        fits, _ = self._hours.fit(owner, tables.pattern[group])
        fails = {
            "admits": self._shut[group],
            "availability": ~fits,
            "group_requires": self._group_requires.missed(group, owner),
            "request_requires": self._request_requires.missed(request, group),
            "avoids": np.isin(key, self._avoided),
            "pins_and_bans": np.isin(key, self._banned) | ((pin != NOWHERE) & (pin != group)),
            "current_group": tables.seat[request] == group,
            "over_full": self._over_full[group],
        }
        failing = np.zeros(len(request), dtype=np.int64)
        for rule, failed in fails.items():
            failing[failed] |= BIT[rule]
        return Pairs(request, group, failing)

    def _keys(self, pairs: Iterable[tuple[str, str]]) -> IntArray:
        place = self._tables.request_place, self._tables.group_place
        width = len(place[1])
        return integers(place[0][request] * width + place[1][group] for request, group in pairs)

    def _key(self, request: IntArray, group: IntArray) -> IntArray:
        return request * len(self._tables.group_place) + group


class _Matching:
    """Requirements against attributes, each worked out once for all that are alike."""

    def __init__(self, required: Sequence[Values], attributes: Sequence[Values]) -> None:
        keys = {key for values in required for key in values}
        asked = [{key: values[key] for key in keys & values.keys()} for values in attributes]
        self._need, self._needs = _classes(required)
        self._has, self._offers = _classes(asked)
        self._verdicts: dict[int, bool] = {}

    def missed(self, required: IntArray, attributes: IntArray) -> BoolArray:
        """For each pair of positions whether some required key shares no value."""
        asked = self._need[required] * len(self._offers) + self._has[attributes]
        distinct, which = np.unique(asked, return_inverse=True)
        return np.array([self._misses(each) for each in distinct.tolist()], dtype=np.bool_)[which]

    def _misses(self, kinds: int) -> bool:
        """The verdict about a kind of requirements and a kind of attributes, in one number."""
        if kinds not in self._verdicts:
            need, has = divmod(kinds, len(self._offers))
            offered = self._offers[has]
            self._verdicts[kinds] = any(
                values.isdisjoint(offered.get(key, ())) for key, values in self._needs[need].items()
            )
        return self._verdicts[kinds]


def _classes(records: Sequence[Values]) -> tuple[IntArray, list[Values]]:
    """The number of each record's kind, and one record of each kind."""
    kinds: dict[frozenset[object], int] = {}
    samples: list[Values] = []
    numbers = []
    for record in records:
        kind = frozenset(record.items())
        if kind not in kinds:
            kinds[kind] = len(samples)
            samples.append(record)
        numbers.append(kinds[kind])
    return integers(numbers), samples


def _listed(topics: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """Topic → the positions that have it."""
    found: dict[str, list[int]] = {}
    for place, names in enumerate(topics):
        for topic in names:
            found.setdefault(topic, []).append(place)
    return found


def _avoided(tables: Tables) -> Iterable[tuple[str, str]]:
    """The pairs in which the request avoids the group or one of its therapists."""
    for request in tables.problem.requests:
        for name in request.avoid_groups:
            yield request.id, name
        for therapist in request.avoid_therapists:
            for group in tables.led_by.get(therapist, ()):
                yield request.id, tables.problem.groups[group].id
