"""A part of a problem stands for the whole: the solution's seats keep every rule in it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import failing_rules, parse_problem, violations
from solver.explanations.cutting import cut
from solver.explanations.neighborhood import Neighborhood
from solver.explanations.solved import Solved
from solver.generator import generate
from tests.checked import solve
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check_around(solved: Solved, request: int) -> None:
    """Around one request and the groups it could enter, and with nobody else free to move."""
    siblings = [r for r in solved.requests_of[solved.owner[request]] if solved.free[r]]
    groups = {group for r in siblings for group in (*solved.ways[r], solved.now[r], solved.seat[r])}
    around = Neighborhood(frozenset(siblings), frozenset(groups - {-1}), closed=False)
    part = cut(solved, around)
    assert violations(part.problem, part.seats) == []
    for asked in (solved.problem.requests[r] for r in siblings):
        for group in {solved.problem.groups[g].id for g in groups - {-1}}:
            whole = failing_rules(solved.problem, asked.id, group)
            assert failing_rules(part.problem, asked.id, group) == whole


@SMALL
@given(document=problems(crowded=True), pick=st.integers(0, 4))
def test_a_part_of_a_small_problem_keeps_the_solution(document: Any, pick: int) -> None:
    asked = parse_problem(document)
    solved = Solved(asked, solve(asked, workers=1).assignment)
    check_around(solved, pick % len(asked.requests))


@pytest.mark.parametrize("profile", ["weekly", "mixed", "iop"])
def test_a_part_of_a_generated_problem_keeps_the_solution(profile: str) -> None:
    asked = parse_problem(generate(300, seed=2, profile=profile))
    solved = Solved(asked, solve(asked).assignment)
    for request in range(0, len(asked.requests), 5):
        check_around(solved, request)
