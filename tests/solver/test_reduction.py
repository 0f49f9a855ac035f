"""The model without the columns that ways decide says the same as the one with them."""

from functools import cache

import numpy as np
import pytest

from solver import parse_problem
from solver.formulation import Formulation
from solver.generator import generate
from solver.search.reduction import Reduction
from tests.checked import solve


@cache
def reduced(seed: int) -> tuple[Formulation, Reduction, dict[str, str]]:
    """A week of plans, its reduction, and its best assignment."""
    asked = parse_problem(generate(150, seed, profile="iop"))
    formulation = Formulation(asked)
    return formulation, Reduction(formulation), solve(asked).assignment


@pytest.mark.parametrize("seed", [1, 2])
def test_a_solution_is_one_of_the_reduction_and_comes_back_from_it(seed: int) -> None:
    formulation, reduction, assignment = reduced(seed)
    values = reduction.reduced(formulation.values(assignment))
    assert reduction.model.admits(values)
    assert reduction.assignment(values) == assignment


@pytest.mark.parametrize("seed", [1, 2])
def test_every_tier_is_worth_the_same_in_it(seed: int) -> None:
    formulation, reduction, assignment = reduced(seed)
    values = formulation.values(assignment)
    for tier in formulation.tiers:
        assert reduction.weights(tier) @ reduction.reduced(values) == tier @ values


@pytest.mark.parametrize("seed", [1, 2])
def test_half_a_plan_is_no_solution_of_it(seed: int) -> None:
    formulation, reduction, assignment = reduced(seed)
    waiting = {request.id for request in formulation.problem.requests if request.waiting}
    plans = (set(plan.requests) for plan in formulation.problem.plans)
    placed = next(plan for plan in plans if len(plan) > 1 and plan <= waiting & set(assignment))
    gone = min(placed)
    rest = {request: group for request, group in assignment.items() if request != gone}
    assert not formulation.model.admits(formulation.values(rest))
    assert reduction.assignment(reduction.reduced(formulation.values(rest))) != rest


@pytest.mark.parametrize("seed", [1, 2])
def test_one_column_of_a_decision_is_taken_at_most(seed: int) -> None:
    formulation, reduction, assignment = reduced(seed)
    values = reduction.reduced(formulation.values(assignment))
    assert np.bincount(reduction.decision[values == 1]).max() == 1
