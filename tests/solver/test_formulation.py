"""A solution's seats and the columns of the model say the same."""

import pytest

from solver import parse_problem
from solver.formulation import Formulation
from solver.generator import PROFILES, generate
from tests.checked import solve


@pytest.mark.parametrize("max_moves", [0, 3, None])
@pytest.mark.parametrize("profile", PROFILES)
def test_the_seats_of_a_solution_decide_every_column(profile: str, max_moves: int | None) -> None:
    problem = parse_problem(generate(90, seed=4, profile=profile, max_moves=max_moves))
    answer = solve(problem)
    assert answer.status == "optimal"
    formulation = Formulation(problem)
    values = formulation.values({seat.request: seat.group for seat in answer.seats})
    assert formulation.model.admits(values)
    tiers = [abs(int(weights @ values)) for weights in formulation.tiers]
    assert tuple(tiers) == tuple(answer.objective)
