"""Where a change begins to matter: the pairs that it makes possible, the groups that it alters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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
from solver.explanations.nearness import Pairs
from solver.explanations.solved import Solved
from solver.problem import Values
from solver.timeline import covers, merged


@dataclass(frozen=True)
class Reach:
    """`pairs` are the new candidates, request → groups; `requests` are to be placed or moved."""

    pairs: Mapping[int, list[int]] = field(default_factory=dict)
    groups: frozenset[int] = frozenset()
    requests: frozenset[int] = frozenset()


def reach(solved: Solved, change: Change, place: int | None = None) -> Reach:
    """What the change reaches at once, and the request that is to be placed."""
    requests = frozenset() if place is None else frozenset({place})
    match change:
        case AddAvailability():
            return Reach(_gathered(_fitting(solved, change)), requests=requests)
        case DropRequirement():
            return Reach(_gathered(_undemanding(solved, change)), requests=requests)
        case MoveOne():
            member = solved.tables.request_place[change.request]
            pairs = _gathered(_moving(solved, member, change.to))
            places = (solved.tables.group_place[name] for name in (change.origin, change.to))
            return Reach(pairs, frozenset(places), requests | {member})
        case Admit() | AddSeat() | OpenGroup() | WidenGroup():
            group = solved.tables.group_place[change.group]
            pairs = _gathered(_entering(solved, change, group))
            return Reach(pairs, frozenset({group}), requests)


def unmet(required: Values, attributes: Values) -> list[str]:
    """The keys of the requirements that the attributes do not meet, in order."""
    return [key for key in sorted(required) if required[key].isdisjoint(attributes.get(key, ()))]


def _fitting(solved: Solved, change: AddAvailability) -> Iterable[tuple[int, int]]:
    problem = solved.problem
    hours = merged((*problem.participant[change.participant].hours, *change.intervals))
    for request in solved.requests_of[solved.tables.participant_place[change.participant]]:
        if solved.free[request]:
            for pair in solved.nearness.of_request(request).only("availability"):
                if all(covers(hours, meeting) for meeting in problem.groups[pair[1]].meetings):
                    yield pair


def _undemanding(solved: Solved, change: DropRequirement) -> Iterable[tuple[int, int]]:
    place = solved.tables.request_place[change.request]
    required = solved.problem.requests[place].requires
    for pair in solved.nearness.of_request(place).only("request_requires"):
        if unmet(required, solved.problem.groups[pair[1]].attributes) == [change.key]:
            yield pair


def _moving(solved: Solved, member: int, to: str) -> Iterable[tuple[int, int]]:
    """The move; and what the member's other requests could have at the hours that it leaves."""
    yield member, solved.tables.group_place[to]
    for request in solved.requests_of[solved.owner[member]]:
        if solved.free[request]:
            for group in solved.candidates_of(request):
                yield request, group


def _entering(
    solved: Solved, change: Admit | AddSeat | OpenGroup | WidenGroup, group: int
) -> Iterable[tuple[int, int]]:
    match change:
        case Admit():
            yield from solved.nearness.of_group(group).only("admits")
        case AddSeat() if len(solved.members[group]) == solved.capacity[group] + 1:
            yield from solved.nearness.of_group(group).only("over_full")
        case WidenGroup():
            yield from _licensed(solved, change, solved.nearness.of_group(group))


def _licensed(solved: Solved, change: WidenGroup, asking: Pairs) -> Iterable[tuple[int, int]]:
    required = solved.problem.group[change.group].requires
    for request, group in asking.only("group_requires"):
        attributes = solved.problem.participants[solved.owner[request]].attributes
        carried = change.value in attributes.get(change.key, ())
        if carried and unmet(required, attributes) == [change.key]:
            yield request, group


def _gathered(pairs: Iterable[tuple[int, int]]) -> Mapping[int, list[int]]:
    gathered: dict[int, list[int]] = {}
    for request, group in pairs:
        gathered.setdefault(request, []).append(group)
    return gathered
