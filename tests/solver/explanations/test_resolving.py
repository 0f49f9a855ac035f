"""Solving again only what a change touches gives what solving everything again would give."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Problem, parse_problem, violations
from solver.changes import Change, applied
from solver.explanations import solved as solved_problem
from solver.explanations.fixes import possible_fixes
from solver.explanations.reach import reach
from solver.explanations.resolving import resolved
from solver.explanations.solved import Solved
from solver.generator import generate
from tests.checked import solve
from tests.solver.explanations.whole import most_gained, seats_after
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def solved(problem: Problem) -> Solved:
    solution = solve(problem, workers=1)
    assert solution.status == "optimal"
    return Solved(problem, solution.assignment)


def unplaced(before: Solved) -> list[str]:
    return [r.id for r in before.problem.requests if r.waiting and r.id not in before.assignment]


def compare(before: Solved, change: Change, place: str | None) -> None:
    """The gain is that of the whole problem, and the seats obey its rules and the conditions."""
    asked = None if place is None else before.tables.request_place[place]
    found = resolved(before, change, reach(before, change, asked), place)
    most = most_gained(before, change, place)
    assert (found.gain if found else None) == most, (change, place)
    if found is None:
        return
    assert found.proved
    after = seats_after(before, dict(found.seats))
    assert violations(applied(before.problem, change), after) == []
    assert set(found.placed) == after.keys() - before.assignment.keys()
    assert before.assignment.keys() <= after.keys()
    assert place is None or place in after


@SMALL
@given(document=problems(), pick=st.integers(0, 11))
def test_a_change_of_a_small_problem_gains_what_the_whole_problem_says(
    document: Any, pick: int
) -> None:
    before = solved(parse_problem(document))
    for name in unplaced(before):
        possible = list(possible_fixes(before, name))
        for change in possible[pick % 3 :: 3]:
            compare(before, change, name)
            compare(before, change, None)


@pytest.mark.parametrize("profile", ["weekly", "mixed", "iop"])
@pytest.mark.parametrize("people", [60, 150, 300])
def test_a_change_of_a_generated_problem_gains_what_the_whole_problem_says(
    people: int, profile: str
) -> None:
    before = solved(parse_problem(generate(people, seed=people, profile=profile)))
    names = unplaced(before)
    changes = [(name, change) for name in names for change in possible_fixes(before, name)]
    assert changes
    for name, change in changes[:: max(1, len(changes) // 6)]:
        compare(before, change, name)


def test_a_neighborhood_that_is_cut_off_still_tells_the_truth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a few pairs around each change: less may be found, and nothing that is not so."""
    monkeypatch.setattr(solved_problem, "_SMALL", 0)
    before = solved(parse_problem(generate(200, seed=9)))
    names = unplaced(before)
    changes = [(name, change) for name in names for change in possible_fixes(before, name)]
    found = 0
    for name, change in changes[:: max(1, len(changes) // 40)]:
        reaching = reach(before, change, before.tables.request_place[name])
        result = resolved(before, change, reaching, name, most_pairs=5)
        if result is None:
            continue
        after = seats_after(before, dict(result.seats))
        assert violations(applied(before.problem, change), after) == []
        most = most_gained(before, change, name)
        assert most is not None
        assert result.gain == most if result.proved else result.gain <= most
        found += 1
    assert found > 10
