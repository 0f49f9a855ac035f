"""Who asks after the match has the options of one who had asked before it."""

from dataclasses import replace

import pytest
from hypothesis import given

from solver import Problem, parse_problem
from solver.explanations.asking import asking
from solver.explanations.options import options
from solver.explanations.solved import Solved
from solver.generator import generate
from tests.solver.cases import group, parsed, request
from tests.solver.explanations.test_options import SMALL, today, topics
from tests.solver.strategies import problems


def asked_before(problem: Problem, name: str) -> Problem:
    requests = (
        replace(each, wants_switch=True) if each.id == name else each for each in problem.requests
    )
    return replace(problem, requests=tuple(requests))


def assert_alike(problem: Problem) -> int:
    """Compare every settled member's options; returns how many there were."""
    solved, found = today(problem), 0
    for each in problem.requests:
        if each.settled:
            late = options(asking(solved, each.id), each.id)
            assert late == options(today(asked_before(problem, each.id)), each.id)
            found += len(late)
    return found


@SMALL
@given(problems())
def test_any_problem_answers_a_late_wish_alike(document: dict[str, object]) -> None:
    assert_alike(parse_problem(document))


def test_a_whole_program_answers_a_late_wish_alike() -> None:
    assert assert_alike(parse_problem(generate(60, seed=3, profile="mixed"))) > 0


def test_a_late_wish_closes_a_cycle_and_leaves_the_match_as_it_was() -> None:
    groups = [group("g0", topic="t0", max_size=1), group("g1", topic="t1", max_size=1)]
    members = [
        request("r0", topics=topics("t1"), current_group="g0"),
        request("r1", topics=topics("t0"), current_group="g1", wants_switch=True),
    ]
    solved = today(parsed(groups, members))
    [option] = options(asking(solved, "r0"), "r0")
    assert (option.group, [move.request for move in option.knock_on]) == ("g1", ["r1"])
    with pytest.raises(ValueError, match="settled"):
        options(solved, "r0")


def test_who_may_change_seats_anyway_needs_no_other_match() -> None:
    problem = parsed([group("g0", topic="t0")], [request("r0", topics=topics("t0"))])
    solved = Solved(problem, {})
    assert asking(solved, "r0") is solved
