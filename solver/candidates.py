"""All candidates of a problem, found in bulk: the pairs that pass every rule of eligibility.

The pairs of an acceptable topic are laid out in arrays and thinned rule by rule, the cheap rules
first. `solver.eligibility` states the same rules for one pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.hours import Hours
from solver.problem import Values
from solver.ragged import BoolArray, IntArray, Ragged, integers, lookup
from solver.tables import NOWHERE, Tables


@dataclass(frozen=True)
class Candidates:
    """Positions of request and group, ordered by both, and the tier-5 cost of each new seat."""

    request: IntArray
    group: IntArray
    cost: IntArray


def find_candidates(tables: Tables) -> Candidates:
    """The pairs of request and group that pass every rule of *Eligibility*."""
    request, group, cost = _pairs_by_topic(tables)
    for rule in (_free_to_choose, _group_requires, _request_requires):
        passing = rule(tables, request, group)
        request, group, cost = request[passing], group[passing], cost[passing]
    passing, time_cost = Hours(tables).fit(tables.owner[request], tables.pattern[group])
    request, group, cost = request[passing], group[passing], cost[passing] + time_cost
    cost += _own_costs(tables, request, group)
    order = np.lexsort((group, request))
    return Candidates(request[order], group[order], cost[order])


def _pairs_by_topic(tables: Tables) -> tuple[IntArray, IntArray, IntArray]:
    """Every request with every admitting, not over-full group of its topics; the topic cost."""
    groups_of: dict[str, list[int]] = {}
    for place, offered in enumerate(tables.problem.groups):
        if offered.admits and tables.members[place] <= tables.capacity[place]:
            groups_of.setdefault(offered.topic, []).append(place)
    number = {topic: position for position, topic in enumerate(groups_of)}
    asked = [
        (place, number[topic], cost)
        for place, request in enumerate(tables.problem.requests)
        for topic, cost in request.topics.items()
        if topic in number
    ]
    request, topic, cost = np.array(asked, dtype=np.int64).reshape(-1, 3).T
    owner, group = Ragged(list(groups_of.values())).spread(topic)
    return request[owner], group, cost[owner]


def _free_to_choose(tables: Tables, request: IntArray, group: IntArray) -> BoolArray:
    """Not the current seat, not banned or avoided, not against a pin."""
    pinned = np.full(len(tables.problem.requests), NOWHERE)
    for request_id, group_id in tables.problem.pins:
        pinned[tables.request_place[request_id]] = tables.group_place[group_id]
    pin = pinned[request]
    excluded = np.isin(_key(tables, request, group), _excluded(tables))
    free: BoolArray = ~excluded & (tables.seat[request] != group)
    free &= (pin == NOWHERE) | (pin == group)
    return free


def _excluded(tables: Tables) -> IntArray:
    """The keys of the pairs that are banned, or avoided by group or by therapist."""
    led_by: dict[str, list[str]] = {}
    for group in tables.problem.groups:
        for therapist in group.therapists:
            led_by.setdefault(therapist, []).append(group.id)
    pairs = list(tables.problem.bans)
    for request in tables.problem.requests:
        pairs += [(request.id, group) for group in request.avoid_groups]
        for therapist in request.avoid_therapists:
            pairs += [(request.id, group) for group in led_by.get(therapist, ())]
    return integers(
        tables.request_place[request] * len(tables.problem.groups) + tables.group_place[group]
        for request, group in pairs
    )


def _key(tables: Tables, request: IntArray, group: IntArray) -> IntArray:
    return request * len(tables.problem.groups) + group


def _group_requires(tables: Tables, request: IntArray, group: IntArray) -> BoolArray:
    required = [group.requires for group in tables.problem.groups]
    attributes = [person.attributes for person in tables.problem.participants]
    return _shares(required, group, attributes, tables.owner[request])


def _request_requires(tables: Tables, request: IntArray, group: IntArray) -> BoolArray:
    required = [request.requires for request in tables.problem.requests]
    attributes = [group.attributes for group in tables.problem.groups]
    return _shares(required, request, attributes, group)


def _shares(
    required: Sequence[Values], needs: IntArray, attributes: Sequence[Values], has: IntArray
) -> BoolArray:
    """For each pair of positions: whether every required key shares a value."""
    passing = np.ones(len(needs), dtype=np.bool_)
    for key in sorted({key for values in required for key in values}):
        wanted = [values.get(key) for values in required]
        offered = [values.get(key, frozenset()) for values in attributes]
        wanted_class = {value: number for number, value in enumerate(dict.fromkeys(wanted))}
        offered_class = {value: number for number, value in enumerate(dict.fromkeys(offered))}
        meets = np.array(
            [
                [want is None or not want.isdisjoint(offer) for offer in offered_class]
                for want in wanted_class
            ],
            dtype=np.bool_,
        )
        need = integers(wanted_class[value] for value in wanted)[needs]
        passing &= meets[need, integers(offered_class[value] for value in offered)[has]]
    return passing


def _own_costs(tables: Tables, request: IntArray, group: IntArray) -> IntArray:
    """What the request itself says a seat in the group and with its therapists costs."""
    costs: dict[int, int] = {}
    led_by: dict[str, list[int]] = {}
    width = len(tables.problem.groups)
    for place, led in enumerate(tables.problem.groups):
        for therapist in led.therapists:
            led_by.setdefault(therapist, []).append(place)
    for place, asking in enumerate(tables.problem.requests):
        for group_id, cost in asking.group_cost.items():
            key = place * width + tables.group_place[group_id]
            costs[key] = costs.get(key, 0) + cost
        for therapist, cost in asking.therapist_cost.items():
            for led_place in led_by.get(therapist, ()):
                key = place * width + led_place
                costs[key] = costs.get(key, 0) + cost
    return lookup(integers(costs), integers(costs.values()), _key(tables, request, group))
