"""The baselines are what they claim: equally right, or only first come, first served."""

from typing import Any

import pytest

from solver import Problem, TierValues, objectives, parse_problem, violations
from solver.formulation import Formulation
from solver.generator import PROFILES, generate
from solver.roster import Roster
from tests.bench.first_come import first_come
from tests.bench.plain import BASELINES
from tests.checked import solve


def instance(profile: str) -> tuple[dict[str, Any], Problem]:
    content: dict[str, Any] = generate(60, 3, profile=profile)
    return content, parse_problem(content)


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_plain_engine_proves_the_same_tiers(baseline: str) -> None:
    _, problem = instance("mixed")
    formulation = Formulation(problem)
    model = BASELINES[baseline](formulation.model.columns, formulation.model.rows)
    proved = [
        model.best(weights) * (1 if tier.MAXIMIZED else -1)
        for tier, weights in zip(objectives.ALL, formulation.tiers, strict=True)
    ]
    assert TierValues(*proved) == solve(problem).objective


@pytest.mark.parametrize("profile", PROFILES)
def test_first_come_first_served_is_valid_and_places_no_more(profile: str) -> None:
    content, problem = instance(profile)
    seats = first_come(problem, [request["id"] for request in content["requests"]])
    assert violations(problem, seats) == []
    placed = objectives.ALL[0].value(Roster(problem, seats))
    assert 0 < placed <= solve(problem).objective.placed
