"""What narrows the search keeps every solution that it says it keeps."""

from itertools import product
from random import Random

import numpy as np
import pytest

from solver.formulation import Model
from solver.ragged import IntArray, integers
from solver.rows import Rows, added_up, distinct
from solver.rows import rows as linear
from solver.search.region import Region
from solver.search.relaxation import Relaxation, relaxation

COLUMNS = 7


def model(seed: int) -> Model:
    """A few rows of small numbers over as few columns; nothing at all is always a solution."""
    chance = Random(seed)
    terms = [
        (row, column, chance.choice((-3, -1, 1, 1, 2)))
        for row in range(5)
        for column in chance.sample(range(COLUMNS), chance.randint(1, 4))
    ]
    row, column, coefficient = (integers(numbers) for numbers in zip(*terms, strict=True))
    lower = integers(chance.randint(-4, 0) for _ in range(5))
    upper = integers(chance.randint(0, 2) for _ in range(5))
    return Model(COLUMNS, linear(row, column, coefficient, count=5, lower=lower, upper=upper))


def solutions(asked: Model) -> list[IntArray]:
    every = (integers(values) for values in product((0, 1), repeat=COLUMNS))
    unspoken = np.setdiff1d(np.arange(COLUMNS), asked.rows.column)
    return [values for values in every if asked.admits(values) and not values[unspoken].any()]


def relaxed(asked: Model, objective: IntArray, seed: int) -> Relaxation:
    """What some prices prove: any will do."""
    chance = Random(seed)
    prices = np.array([chance.uniform(-2, 2) for _ in range(len(asked.rows))])
    found = relaxation(asked, objective, prices)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(30))
def test_the_whole_region_holds_every_solution(seed: int) -> None:
    asked = model(seed)
    region = Region.whole(asked)
    assert all(region.holds(values) for values in solutions(asked))
    assert region.part.possible


@pytest.mark.parametrize("seed", range(30))
def test_a_part_has_the_solutions_of_its_region_and_no_others(seed: int) -> None:
    asked = model(seed)
    region = Region.whole(asked)
    part, inside = region.part, set()
    for free in product((0, 1), repeat=len(part.columns)):
        if part.model.admits(integers(free)):
            inside.add(tuple(part.values(integers(free)).tolist()))
    assert inside == {tuple(values.tolist()) for values in solutions(asked)}


@pytest.mark.parametrize("seed", range(30))
def test_only_what_loses_more_than_the_radius_is_left_out(seed: int) -> None:
    asked, chance = model(seed), Random(seed)
    objective = integers(chance.randint(0, 4) for _ in range(COLUMNS))
    whole = Region.whole(asked)
    part = whole.part
    found = relaxed(part.model, objective[part.columns], seed)
    near = whole.narrowed(found, found.scale)
    for values in solutions(asked):
        value = int(objective @ values) - int(objective @ part.fixed)
        assert near.holds(values) or found.loss(value) > found.scale


@pytest.mark.parametrize("seed", range(30))
def test_a_region_between_two_values_holds_exactly_what_has_them(seed: int) -> None:
    asked, weights = model(seed), np.arange(COLUMNS)
    between = Region.whole(asked).between(weights, 3, 8)
    for values in solutions(asked):
        assert between.holds(values) == (3 <= int(weights @ values) <= 8)


@pytest.mark.parametrize("seed", range(30))
def test_rows_written_once_admit_what_they_admitted_before(seed: int) -> None:
    one, other = model(seed).rows, model(seed + 1).rows
    again = Rows(
        np.concatenate([one.row, one.row + 5, other.row + 10]),
        np.concatenate([one.column, one.column, other.column]),
        np.concatenate([one.coefficient, one.coefficient, other.coefficient]),
        np.concatenate([one.lower, one.lower - 1, other.lower]),
        np.concatenate([one.upper, one.upper - 1, other.upper]),
    )
    before, after = Model(COLUMNS, again), Model(COLUMNS, distinct(again))
    assert len(after.rows) < len(before.rows)
    for values in product((0, 1), repeat=COLUMNS):
        assert before.admits(integers(values)) == after.admits(integers(values))


def test_terms_of_one_column_are_added_up() -> None:
    twice = linear(integers([0, 0, 1]), integers([2, 2, 0]), integers([1, 3, 5]), count=2, upper=4)
    once = added_up(twice)
    assert once.row.tolist() == [0, 1]
    assert once.column.tolist() == [2, 0]
    assert once.coefficient.tolist() == [4, 5]
