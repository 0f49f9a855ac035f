"""Solving again only what a change touches gives what solving everything again would give."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Problem, parse_problem, violations
from solver.changes import Change, applied
from solver.explanations import solved as solved_problem
from solver.explanations.fixes import possible_fixes
from solver.explanations.promise import hopeful
from solver.explanations.reach import reach
from solver.explanations.resolving import resolved, surveyed
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
    people: int, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solved_problem, "_SMALL", 10_000)
    before = solved(parse_problem(generate(people, seed=people, profile=profile)))
    names = unplaced(before)
    changes = [(name, change) for name in names for change in possible_fixes(before, name)]
    assert changes
    for name, change in changes[:: max(1, len(changes) // 4)]:
        compare(before, change, name)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem is taken for a large one, with prices and with neighborhoods cut off."""
    monkeypatch.setattr(solved_problem, "_SMALL", 0)
    monkeypatch.setattr(solved_problem, "_TINY", 0)


@pytest.fixture
def neighborhoods(large: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model answers for all changes, only neighborhoods."""
    monkeypatch.setattr(Solved, "best_uses", None)


def truths(before: Solved, count: int) -> Iterator[tuple[str, Change, int | None]]:
    """Some of the possible fixes, and what each gains by solving the whole problem."""
    changes = [
        (name, change) for name in unplaced(before) for change in possible_fixes(before, name)
    ]
    for name, change in changes[:: max(1, len(changes) // count)]:
        yield name, change, most_gained(before, change, name)


@pytest.mark.usefixtures("neighborhoods")
@pytest.mark.parametrize("most_pairs", [5, 150])
def test_a_neighborhood_that_is_cut_off_still_tells_the_truth(most_pairs: int) -> None:
    """With few pairs around each change: less may be found, and nothing that is not so."""
    before = solved(parse_problem(generate(150, seed=9)))
    proved = 0
    for name, change, most in truths(before, 10):
        reaching = reach(before, change, before.tables.request_place[name])
        result = resolved(before, change, reaching, name, most_pairs)
        if result is None:
            continue
        after = seats_after(before, dict(result.seats))
        assert violations(applied(before.problem, change), after) == []
        assert before.assignment.keys() | {name} <= after.keys()
        gained = most if result.proved else most_gained(before, change)
        assert gained is not None
        assert result.gain == gained if result.proved else result.gain <= gained
        proved += result.proved
    assert proved


@pytest.mark.usefixtures("neighborhoods")
def test_what_is_listed_is_looked_at_in_full_unless_the_problem_is_too_large() -> None:
    """With hardly any pairs around each change, answers are still those of the whole problem."""
    before = solved(parse_problem(generate(150, seed=9)))
    surveys = 0
    for name, change, most in truths(before, 10):
        reaching = reach(before, change, before.tables.request_place[name])
        result = resolved(before, change, reaching, name, most_pairs=5)
        whole = surveyed(before, result, reaching, name)
        surveys += whole is not result
        assert result is None or (whole.gain if whole else None) == most
    assert surveys


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("profile", ["weekly", "mixed", "iop"])
def test_no_change_gains_more_than_prices_allow(profile: str) -> None:
    before = solved(parse_problem(generate(100, seed=3, profile=profile)))
    assert before.prices is not None
    attained = 0
    for name, change, most in truths(before, 10):
        reaching = reach(before, change, before.tables.request_place[name])
        bound = before.prices.most(change, reaching)
        assert (most_gained(before, change) or 0) <= bound
        assert most is None or hopeful(before, change, reaching, name)
        attained += most == bound
    assert attained or profile == "iop"


@pytest.mark.usefixtures("large")
def test_prices_need_settled_members_who_stay() -> None:
    asked = replace(parse_problem(generate(60, seed=3)), max_moves=1)
    assert solved(asked).prices is None
