"""Settled members who stand in the way of a request and could sit elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from solver.changes import MoveOne
from solver.constraints.limits import carries
from solver.objectives.cost import seat_cost

if TYPE_CHECKING:
    from solver.explanations.solved import Solved


def moves(solved: "Solved", request: int, groups: Iterable[int]) -> Iterator[MoveOne]:
    """For each settled member in the way of the request in these groups the move to suggest.

    A member goes where there is a seat left at a time when it has nothing else, and of those
    groups to the one that suits it best.
    """
    wanted = list(groups)
    in_the_way = {m for group in wanted for m in _in_the_way(solved, request, group)}
    members = sorted(m for m in in_the_way if not solved.free[m] and not solved.moved(m))
    for member, to in suited(solved, members).items():
        origin = solved.problem.groups[solved.now[member]].id
        name = solved.problem.requests[member].id
        yield MoveOne(name, origin, solved.problem.groups[to].id)


def suited(solved: "Solved", members: Sequence[int]) -> Mapping[int, int]:
    """Member → the group that suits it best of those that it could go to."""
    return {member: min(options)[-1] for member, options in _options(solved, members).items()}


def _in_the_way(solved: "Solved", request: int, group: int) -> Iterator[int]:
    """Who keeps the request out of the group by being where they are."""
    owner = solved.owner[request]
    for other in solved.requests_of[owner]:
        if not solved.unplaced(other) and _overlap(solved, solved.now[other], group):
            yield other
    if solved.closed(group):
        return
    holders = solved.holders[group]
    if solved.room(group) <= 0:
        yield from holders
    yield from (m for m in holders if solved.owner[m] in solved.apart.get(owner, ()))
    person, people = solved.problem.participants[owner], solved.problem.participants
    for limit in solved.problem.groups[group].limits:
        if carries(person, limit):
            yield from (m for m in holders if carries(people[solved.owner[m]], limit))


def _options(solved: "Solved", members: Sequence[int]) -> Mapping[int, list[tuple[int, str, int]]]:
    """Member → cost, name and place of every group in which it could take a seat."""
    options: dict[int, list[tuple[int, str, int]]] = {}
    for member, group in solved.nearness.of_requests(members).eligible:
        if solved.room(group) > 0 and _free_then(solved, member, group):
            record = solved.problem.groups[group]
            person = solved.problem.participants[solved.owner[member]]
            cost = seat_cost(person, solved.problem.requests[member], record)
            options.setdefault(member, []).append((cost, record.id, group))
    return options


def _free_then(solved: "Solved", member: int, group: int) -> bool:
    return not any(
        _overlap(solved, solved.now[other], group)
        for other in solved.requests_of[solved.owner[member]]
        if other != member and not solved.unplaced(other)
    )


def _overlap(solved: "Solved", one: int, other: int) -> bool:
    return bool(solved.moments[one] & solved.moments[other])
