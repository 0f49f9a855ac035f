"""Branch and bound loses no solution that is as good as the best, on tiny models."""

import math
from random import Random

import numpy as np
import pytest

from solver.ragged import BoolArray, IntArray, integers
from solver.search import branching
from solver.search.branching import Tree, branch, prepared
from tests.solver.test_regions import COLUMNS, model, solutions

NONE = np.zeros(COLUMNS, dtype=bool)


@pytest.fixture(autouse=True)
def _every_node_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branching, "FEW_COLUMNS", 0)


def grown(
    seed: int, among: BoolArray, seconds: float = math.inf
) -> tuple[Tree, dict[int, list[IntArray]]]:
    """A tree from the solution 0 on, and all solutions by their value."""
    asked, chance = model(seed), Random(seed)
    objective = integers(chance.randint(-5, 9) for _ in range(COLUMNS))
    # Columns in no row would be free of any bound.
    objective[np.setdiff1d(np.arange(COLUMNS), asked.rows.column)] = 0
    by_value: dict[int, list[IntArray]] = {}
    for values in solutions(asked):
        by_value.setdefault(int(objective @ values), []).append(values)
    most = int(np.maximum(objective, 0).sum())
    tree = branch(
        asked,
        objective,
        None,
        0,
        most,
        among=among,
        warm=prepared(asked, objective),
        seconds=lambda: seconds,
        rounded=lambda least, most: None,
    )
    return tree, by_value


def holds(tree: Tree, values: IntArray) -> bool:
    return any(bool(np.all((leaf.least <= values) & (values <= leaf.most))) for leaf in tree.leaves)


@pytest.mark.parametrize("seed", range(60))
def test_dividing_by_every_column_finds_and_proves_the_best(seed: int) -> None:
    tree, by_value = grown(seed, ~NONE)
    best = max(by_value)
    assert (tree.value, tree.bound, tree.proved) == (best, best, True)
    assert (tree.values is None) == (best == 0)
    least, most = tree.hull()
    for values in by_value[best]:
        assert holds(tree, values)
        assert np.all((least <= values) & (values <= most))


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("seconds", [math.inf, 0.0])
@pytest.mark.parametrize("divided", [0, 3])
def test_what_is_not_divided_stays_in_a_leaf(seed: int, divided: int, seconds: float) -> None:
    tree, by_value = grown(seed, np.arange(COLUMNS) < divided, seconds)
    assert tree.value <= max(by_value) <= tree.bound
    for value, found in by_value.items():
        if value >= tree.value:
            assert all(holds(tree, values) for values in found)
