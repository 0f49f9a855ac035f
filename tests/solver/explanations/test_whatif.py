"""What would be if: the difference that changes make, against solving everything again."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import parse_problem, violations
from solver.changes import AddSeat, ChangeRefused, MoveOne, OpenGroup
from solver.explanations.fixes import possible_fixes
from solver.explanations.moved import Moved
from solver.explanations.solved import Solved
from solver.explanations.whatif import changed_by, what_if
from solver.generator import generate
from tests.checked import solve
from tests.solver.cases import group, parsed, request
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def compare(before: Solved, changes: list[Any]) -> None:
    """The tiers are those of solving the whole changed problem, and the seats obey its rules."""
    try:
        found = what_if(before, changes)
    except ChangeRefused:
        return
    changed = changed_by(before.problem, changes)
    whole = solve(changed, workers=1)
    assert found.proved
    assert found.after == whole.objective
    assert violations(changed, found.seats) == []


@SMALL
@given(document=problems(), pick=st.integers(0, 11))
def test_changes_of_a_small_problem_make_the_difference_that_the_whole_shows(
    document: Any, pick: int
) -> None:
    asked = parse_problem(document)
    solution = solve(asked, workers=1)
    before = Solved(asked, solution.assignment)
    possible = [c for u in solution.unplaced for c in possible_fixes(before, u.request)]
    if possible:
        compare(before, [possible[pick % len(possible)]])
        compare(before, [possible[pick % len(possible)], possible[-1 - pick % len(possible)]])


@pytest.mark.parametrize("profile", ["weekly", "mixed", "iop"])
def test_changes_of_a_generated_problem_make_the_difference_that_the_whole_shows(
    profile: str,
) -> None:
    asked = parse_problem(generate(100, seed=6, profile=profile))
    solution = solve(asked)
    before = Solved(asked, solution.assignment)
    possible = [c for u in solution.unplaced for c in possible_fixes(before, u.request)]
    for first in range(0, len(possible), max(1, len(possible) // 3)):
        compare(before, possible[first : first + 3 : 2])


def test_the_difference_names_who_gains_who_loses_and_who_sits_elsewhere() -> None:
    asked = parsed(
        [group("g1", max_size=1), group("g2", max_size=1, topic="grief")],
        [
            request("r1", priority=5),
            request("r2", topics={"anger": 0, "grief": 1}, priority=4),
            request("r3", topics={"grief": 0}, priority=3),
        ],
    )
    before = Solved(asked, solve(asked, workers=1).assignment)
    assert before.assignment == {"r1": "g1", "r2": "g2"}
    found = what_if(before, [AddSeat("g1")])
    assert (found.before.placed, found.after.placed) == (9, 12)
    assert found.gain == (Moved("r3", None, "g2"),)
    assert found.elsewhere == (Moved("r2", "g2", "g1"),)
    assert found.lose == ()


def test_a_move_is_done_before_the_match_and_may_take_a_seat_from_somebody() -> None:
    asked = parsed(
        [group("g1"), group("g2", max_size=1)],
        [
            request("r1", topics={"anger": 0}, avoid_groups=["g1"]),
            request("r2", current_group="g1"),
        ],
    )
    before = Solved(asked, solve(asked, workers=1).assignment)
    found = what_if(before, [MoveOne("r2", "g1", "g2")])
    assert found.lose == (Moved("r1", "g2", None),)
    assert found.elsewhere == (Moved("r2", "g1", "g2"),)
    assert found.after.moved == 0


def test_changes_that_make_no_sense_are_refused() -> None:
    asked = parsed(
        [group("g1", max_size=1), group("g2", 40)],
        [request("r1", current_group="g1"), request("r2", current_group="g2")],
    )
    before = Solved(asked, {"r1": "g1", "r2": "g2"})
    with pytest.raises(ChangeRefused, match="already running"):
        what_if(before, [OpenGroup("g1")])
    with pytest.raises(ChangeRefused, match="2 of 1"):
        what_if(before, [MoveOne("r2", "g2", "g1")])
