"""A program in its first days: whatever is still missing in the file, there is an answer."""

from itertools import combinations
from typing import Any

import pytest

from solver import parse_problem
from solver.solving import EngineName
from tests.checked import solve
from tests.solver.cases import group, problem, request
from tests.solver.judge import Json


def everything() -> Json:
    """A small program in which every rule has something to say."""
    limit = {"attribute": "condition", "value": "bpd", "max": 0}
    return problem(
        [
            group("g1", limits=[limit], requires={"region": ["NY"]}, therapists=["t"]),
            group("g2", 20, status="proposed", therapists=["t"]),
            group("g3", 22),
        ],
        [
            request("r1", "p1"),
            request("r2", "p2", current_group="g1"),
            request("r3", "p1", current_group="g3", wants_switch=True),
        ],
        therapists=[{"id": "t", "max_minutes": 60}],
        plans=[{"id": "plan", "requests": ["r1", "r3"], "min_days": 1, "max_minutes": 100}],
        keep_apart=[["p1", "p2"]],
        alternatives=[["g2", "g1"], [], ["g3"]],
        bans=[["r1", "g2"]],
        max_moves=None,
    )


def _without_requests(document: Json) -> Json:
    return {**document, "requests": [], "plans": [], "bans": []}


def _without_participants(document: Json) -> Json:
    return {**_without_requests(document), "participants": [], "keep_apart": []}


def _without_groups(document: Json) -> Json:
    requests = [{**each, "current_group": None} for each in document["requests"]]
    return {**document, "groups": [], "requests": requests, "bans": [], "alternatives": [[]]}


def _without_therapists(document: Json) -> Json:
    groups = [{**each, "therapists": []} for each in document["groups"]]
    return {**document, "groups": groups, "therapists": []}


def _without_wishes(document: Json) -> Json:
    return {**document, "requests": [{**each, "topics": {}} for each in document["requests"]]}


def _without_hours(document: Json) -> Json:
    people = [{**each, "available": []} for each in document["participants"]]
    return {**document, "participants": people}


MISSING = (
    _without_requests,
    _without_participants,
    _without_groups,
    _without_therapists,
    _without_wishes,
    _without_hours,
)


@pytest.mark.parametrize("engine", ["auto", "cp-sat"])
@pytest.mark.parametrize("count", range(4))
def test_whatever_is_missing_there_is_an_answer(engine: EngineName, count: int) -> None:
    for missing in combinations(MISSING, count):
        document: Any = everything()
        for without in missing:
            document = without(document)
        solution = solve(parse_problem(document), engine=engine, workers=1, explain=True)
        assert solution.status == "optimal"
        assert len(solution.seats) + len(solution.unplaced) == len(document["requests"])
