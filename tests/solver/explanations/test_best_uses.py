"""One model with every possible seat tells of each change what solving everything again would."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import parse_problem
from solver.changes import KINDS, Change
from solver.explanations import best_uses
from solver.explanations import solved as solved_problem
from solver.explanations.best_uses import BestUse, BestUses
from solver.explanations.fixes import possible_fixes
from solver.explanations.reach import reach
from solver.explanations.resolving import resolved
from solver.explanations.solved import Solved
from solver.generator import generate
from tests.solver.explanations.test_resolving import SMALL, compare, solved, truths, unplaced
from tests.solver.strategies import problems


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem is taken for one that is neither tiny nor small."""
    monkeypatch.setattr(solved_problem, "_SMALL", 0)
    monkeypatch.setattr(solved_problem, "_TINY", 0)


@pytest.mark.usefixtures("large")
@SMALL
@given(document=problems(), pick=st.integers(0, 11))
def test_a_best_use_in_a_small_problem_gains_what_the_whole_problem_says(
    document: Any, pick: int
) -> None:
    before = solved(parse_problem(document))
    for name in unplaced(before):
        for change in list(possible_fixes(before, name))[pick % 3 :: 3]:
            compare(before, change, name)
            compare(before, change, None)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("people", "profile"), [(100, "weekly"), (100, "mixed"), (40, "iop")])
def test_a_best_use_gains_what_the_whole_problem_says(people: int, profile: str) -> None:
    before = solved(parse_problem(generate(people, seed=5, profile=profile)))
    told, uses = 0, BestUses(before)
    for name, change, most in truths(before, 6):
        best = _best(before, uses, name, change)
        assert best is None or best.most >= (most or 0)
        if best is not None and (best.steps is not None or best.most == 0):
            compare(before, change, name)
            told += 1
    assert told > 3


@pytest.mark.usefixtures("large")
def test_no_answer_depends_on_what_was_asked_before() -> None:
    before = solved(parse_problem(generate(150, seed=9)))
    asked = [(name, change) for name, change, _ in truths(before, 8)]
    first, other = BestUses(before), BestUses(before)
    forwards = [_best(before, first, name, change) for name, change in asked]
    backwards = [_best(before, other, name, change) for name, change in reversed(asked)]
    assert forwards == backwards[::-1]


def _best(before: Solved, uses: BestUses, name: str, change: Change) -> BestUse | None:
    place = before.tables.request_place[name]
    return uses.best(change, reach(before, change, place), place, before.priority[place])


@pytest.mark.usefixtures("large")
def test_what_few_branches_do_not_tell_is_left_to_neighborhoods(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(best_uses, "_MOST_BRANCHES", 0)
    before = solved(parse_problem(generate(60, seed=3)))
    for name, change, most in truths(before, 5):
        place = before.tables.request_place[name]
        found = resolved(before, change, reach(before, change, place), name)
        assert (found.gain if found else None) == most


@pytest.mark.usefixtures("large")
def test_every_kind_of_change_is_told_by_the_model() -> None:
    before = solved(parse_problem(generate(150, seed=9)))
    assert before.best_uses is not None
    told: set[type[Change]] = set()
    for name in unplaced(before):
        place = before.tables.request_place[name]
        for change in possible_fixes(before, name):
            if type(change) not in told:
                found = before.best_uses.best(change, reach(before, change, place), place, 1)
                told |= {type(change)} if found is not None else set()
    assert told == set(KINDS.values())
