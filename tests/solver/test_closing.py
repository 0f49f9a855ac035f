"""Branching is for large problems; in small ones it must not change the answer."""

from typing import Any

import pytest

from solver import parse_problem
from solver.search import branching, closing, dividing
from solver.search.branching import Tree, branch
from tests.checked import solve
from tests.shows.tangles import tangle


@pytest.mark.parametrize("seed", [4, 12, 33, 39])
def test_branching_in_a_tangle_changes_no_tier(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = parse_problem(tangle(seed))
    usual, trees = solve(problem), list[Tree]()

    def noted(*given: Any, **named: Any) -> Tree:
        trees.append(branch(*given, **named))
        return trees[-1]

    monkeypatch.setattr(closing, "FEW_COLUMNS", 0)
    monkeypatch.setattr(branching, "FEW_COLUMNS", 0)
    monkeypatch.setattr(dividing, "branch", noted)
    branched = solve(problem)
    assert trees, "nothing was branched on"
    assert usual.status == branched.status == "optimal"
    assert branched.objective == usual.objective
