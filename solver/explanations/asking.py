"""A settled member asks to switch after the problem was solved: the same match, with that wish."""

from copy import copy
from dataclasses import replace

from solver.eligibility import failing_rules
from solver.explanations.solved import Solved
from solver.tables import NOWHERE


def asking(solved: Solved, request: str) -> Solved:
    """The solved problem as if this member had asked; for the `options` of that request alone.

    It shares what is laid out with the given one. Raises `KeyError` for an unknown id.
    """
    place = solved.tables.request_place[request]
    if solved.free[place]:
        return solved
    member, requests = solved.problem.requests[place], solved.problem.requests
    wishing = replace(member, wants_switch=True)
    twin = copy(solved)
    twin.problem = replace(
        solved.problem, requests=(*requests[:place], wishing, *requests[place + 1 :])
    )
    twin.free = [*solved.free]
    twin.free[place] = True
    twin.ways = [*solved.ways]
    twin.ways[place] = _ways(solved, place)
    return twin


def _ways(solved: Solved, place: int) -> list[int]:
    """Every group in which the member could get a new seat beside their other settled ones."""
    busy = 0
    for other in solved.requests_of[solved.owner[place]]:
        if other != place and not solved.free[other] and solved.now[other] != NOWHERE:
            busy |= solved.moments[solved.now[other]]
    problem, request = solved.problem, solved.problem.requests[place]
    return [
        number
        for number, group in enumerate(problem.groups)
        if group.topic in request.topics
        and not solved.moments[number] & busy
        and not failing_rules(problem, request.id, group.id)
    ]
