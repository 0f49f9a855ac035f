"""Cuts keep every solution and leave out the optimum that they are made for."""

from itertools import chain, combinations
from random import Random

import numpy as np
import pytest

from solver.engines import Allowance
from solver.engines.lp import optimum
from solver.formulation import Model
from solver.ragged import integers
from solver.rows import rows as linear
from solver.search.cuts import cuts
from tests.solver.test_regions import COLUMNS, model, solutions

ALLOWANCE = Allowance(seconds=10.0, workers=1, seed=0, cancelled=lambda: False)


def odd_cycle(length: int) -> Model:
    """Neighbors on a cycle exclude each other."""
    row = np.repeat(np.arange(length), 2)
    column = np.stack([np.arange(length), (np.arange(length) + 1) % length], axis=1).ravel()
    return Model(length, linear(row, column, count=length, lower=0, upper=1))


@pytest.mark.parametrize("length", [3, 5, 7])
def test_an_odd_cycle_of_exclusions_takes_less_than_half(length: int) -> None:
    found = cuts(odd_cycle(length), np.full(length, 0.5))
    assert found.coefficient.tolist() == [1] * length
    assert found.upper.tolist() == [length // 2]


def test_two_of_every_three_of_four_are_cut_at_once() -> None:
    triples = list(combinations(range(4), 3))
    row, column = np.repeat(np.arange(4), 3), integers(chain.from_iterable(triples))
    asked = Model(4, linear(row, column, count=4, lower=0, upper=2))
    found = cuts(asked, np.full(4, 2 / 3))
    assert (found.column.tolist(), found.upper.tolist()) == ([0, 1, 2, 3], [2])


def test_whole_values_are_not_cut() -> None:
    assert len(cuts(odd_cycle(5), np.array([1.0, 0.0, 1.0, 0.0, 0.0]))) == 0


@pytest.mark.parametrize("seed", range(200))
def test_no_solution_is_cut_off(seed: int) -> None:
    asked, chance = model(seed), Random(seed)
    objective = integers(chance.randint(-5, 9) for _ in range(COLUMNS))
    found = optimum(asked, objective, ALLOWANCE)
    assert found is not None
    more = cuts(asked, found.values)
    for values in solutions(asked):
        sums = np.zeros(len(more), dtype=np.int64)
        np.add.at(sums, more.row, more.coefficient * values[more.column])
        assert np.all(sums <= more.upper)
    at_optimum = np.zeros(len(more))
    np.add.at(at_optimum, more.row, more.coefficient * found.values[more.column])
    assert np.all(at_optimum > more.upper)
