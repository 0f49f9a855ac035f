"""The solver against every assignment of tiny problems: each tier, its value and its proof."""

from itertools import count, islice
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from solver import Solution, check, constraints, parse_problem, violations
from solver.solving import EngineName
from tests.checked import solve
from tests.solver.brute_force import assignments, optimum, valid_values
from tests.solver.judge import SENSES, Json, Judge
from tests.solver.strategies import problems
from tests.solver.unions import alike, side_by_side
from tests.solver.verdict import faults

TINY = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

ENGINES = pytest.mark.parametrize("engine", ["auto", "cp-sat", "mip"])


@ENGINES
@settings(TINY, max_examples=80)
@given(problem=problems())
def test_no_assignment_is_better_than_the_solution(engine: EngineName, problem: Json) -> None:
    assert_optimal(problem, engine)


@ENGINES
@settings(TINY, max_examples=40)
@given(problem=problems(crowded=True))
def test_where_members_may_move_none_is_better_either(engine: EngineName, problem: Json) -> None:
    assert_optimal(problem, engine)


@ENGINES
@settings(TINY, max_examples=12)
@given(parts=st.lists(problems(), min_size=3, max_size=6), moves=st.sampled_from((0, None)))
def test_the_best_of_problems_side_by_side_is_the_sum_of_their_bests(
    engine: EngineName, parts: list[Json], moves: int | None
) -> None:
    bests = [optimum({**part, "max_moves": moves})[0] for part in alike(parts)]
    together = side_by_side(parts, moves)
    solution = solve(parse_problem(together), engine=engine, workers=1)
    assert tuple(solution.objective) == tuple(map(sum, zip(*bests, strict=True)))
    assert solution.bounds == solution.objective
    assert faults(together, solution.as_json()) == []


def test_brute_force_notices_a_missing_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    everything_but_capacity = tuple(r for r in constraints.ALL if r is not constraints.capacity)
    monkeypatch.setattr(constraints, "ALL", everything_but_capacity)

    def is_wrong(problem: Json) -> bool:
        return tuple(solve(parse_problem(problem), workers=1).objective) != optimum(problem)[0]

    find(problems(), is_wrong, settings=settings(TINY, max_examples=500, phases=[Phase.generate]))


@ENGINES
@settings(TINY, max_examples=40)
@given(problem=problems(), looks=st.integers(0, 12))
def test_stopped_anywhere_the_answer_is_valid_and_its_bounds_are_true(
    engine: EngineName, problem: Json, looks: int
) -> None:
    looked = count()
    stopped = {"cancelled": lambda: next(looked) >= looks, "engine": engine, "workers": 1}
    solution = solve(parse_problem(problem), **stopped)
    assert_sound(problem, solution)
    for values in valid_values(problem):
        assert_no_better_than_bounded(solution, values)


@settings(TINY, max_examples=100)
@given(problem=problems(), choice=st.integers(0, 2**32).map(Random))
def test_both_judges_agree_on_any_seats(problem: Json, choice: Random) -> None:
    judge, parsed = Judge(problem), parse_problem(problem)
    for _ in range(10):
        asked = {r: choice.choice([None, judge.current[r], *judge.groups]) for r in judge.requests}
        seats = {r: g for r, g in asked.items() if g is not None}
        assert bool(violations(parsed, seats)) == bool(judge.violations(seats))
    for seats in islice(assignments(judge), 30):
        assert bool(violations(parsed, seats)) == bool(judge.violations(seats))


def assert_optimal(problem: Json, engine: EngineName) -> None:
    """Solved to proof, with the values that brute force finds."""
    solution = solve(parse_problem(problem), engine=engine, workers=1)
    assert tuple(solution.objective) == optimum(problem)[0]
    assert solution.bounds == solution.objective
    assert solution.status == "optimal"
    assert_sound(problem, solution)


def assert_sound(problem: Json, solution: Solution) -> None:
    """Both judges, ours and the solver's own, find nothing wrong."""
    assert check(parse_problem(problem), solution) == []
    assert faults(problem, solution.as_json()) == []


def assert_no_better_than_bounded(solution: Solution, values: tuple[int, ...]) -> None:
    """No valid solution with the same values in the tiers before is better in the next one."""
    for sense, value, reached, bound in zip(
        SENSES, values, solution.objective, solution.bounds, strict=True
    ):
        assert sense * value <= sense * bound
        if value != reached:
            return
