"""The front is for large problems; in small ones it must find the same best and true bounds."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import parse_problem
from solver.search import branching, closing, front
from solver.search import lexicographic as search
from tests.checked import solve
from tests.shows.tangles import tangle
from tests.solver.brute_force import valid_values
from tests.solver.judge import Json
from tests.solver.strategies import problems
from tests.solver.test_brute_force import (
    TINY,
    assert_no_better_than_bounded,
    assert_optimal,
    assert_sound,
)

#: The largest blend of tiers, and the most regions: all tiers at once or one after the other.
WAYS_ON = pytest.mark.parametrize(("blend", "regions"), [(10**10, 4), (10**10, 0), (0, 4), (0, 0)])


def enlarge(monkeypatch: pytest.MonkeyPatch, blend: int, regions: int) -> None:
    """Let every problem be solved like a large one."""
    monkeypatch.setattr(search, "_LARGE", -1)
    monkeypatch.setattr(closing, "FEW_COLUMNS", 0)
    monkeypatch.setattr(branching, "FEW_COLUMNS", 0)
    monkeypatch.setattr(front, "_LARGEST_BLEND", blend)
    monkeypatch.setattr(front, "_MOST_REGIONS", regions)


@WAYS_ON
@pytest.mark.parametrize("crowded", [False, True])
def test_no_assignment_is_better_than_what_the_front_settles(
    crowded: bool, blend: int, regions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    enlarge(monkeypatch, blend, regions)

    @settings(TINY, max_examples=20)
    @given(problem=problems(crowded=crowded))
    def holds(problem: Json) -> None:
        assert_optimal(problem, "auto")

    holds()


@WAYS_ON
def test_stopped_anywhere_its_bounds_are_true(
    blend: int, regions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    enlarge(monkeypatch, blend, regions)

    @settings(TINY, max_examples=20)
    @given(problem=problems(), looks=st.integers(0, 12))
    def holds(problem: Json, looks: int) -> None:
        looked = count()
        stopped = {"cancelled": lambda: next(looked) >= looks, "workers": 1}
        solution = solve(parse_problem(problem), **stopped)
        assert_sound(problem, solution)
        for values in valid_values(problem):
            assert_no_better_than_bounded(solution, values)

    holds()


@WAYS_ON
@pytest.mark.parametrize("seed", [4, 33])
def test_the_front_changes_no_tier_of_a_tangle(
    seed: int, blend: int, regions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = parse_problem(tangle(seed))
    usual = solve(problem)
    enlarge(monkeypatch, blend, regions)
    settled = solve(problem)
    assert usual.status == settled.status == "optimal"
    assert settled.objective == usual.objective
