"""`check` against the judge that shares no code with it, on answers that no solver made."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import SolutionRefused, check, parse_problem, parse_solution
from tests.solver.answers import FAULTS, Fault, answer, any_seats, spoilt, valid_seats
from tests.solver.judge import Json, Judge
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
either = st.one_of(problems(), problems(crowded=True))
chances = st.integers(0, 2**32).map(Random)


def is_right(problem: Json, document: Json) -> bool:
    try:
        return check(parse_problem(problem), parse_solution(document)) == []
    except SolutionRefused:
        return False


@settings(SMALL, max_examples=60)
@given(problem=either, chance=chances)
def test_every_valid_answer_is_right_proved_or_not(problem: Json, chance: Random) -> None:
    judge = Judge(problem)
    for slack in (0, 0, 3):
        assert is_right(problem, answer(judge, valid_seats(judge, chance), slack))


@settings(SMALL, max_examples=80)
@given(problem=either, chance=chances)
def test_an_answer_is_wrong_if_and_only_if_it_breaks_a_rule(problem: Json, chance: Random) -> None:
    judge = Judge(problem)
    for _ in range(6):
        seats = any_seats(judge, chance)
        assert is_right(problem, answer(judge, seats)) == (not judge.violations(seats))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.strip("_"))
@settings(SMALL, max_examples=12)
@given(problem=either, chance=chances)
def test_one_thing_wrong_makes_an_answer_wrong(fault: Fault, problem: Json, chance: Random) -> None:
    judge = Judge(problem)
    right = answer(judge, valid_seats(judge, chance))
    wrong: Any = spoilt(right, judge, fault, chance)
    if wrong is not None:
        assert not is_right(problem, wrong)
