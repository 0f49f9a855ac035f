"""The engine that tries a vertex first finds what branch and cut finds."""

import numpy as np
import pytest

from solver import parse_problem
from solver.engines import Allowance
from solver.engines.mip import Mip
from solver.engines.vertex import VertexFirst
from solver.formulation import Formulation, Model
from solver.generator import generate

ALLOWANCE = Allowance(seconds=20, workers=1, seed=0, cancelled=lambda: False)


@pytest.mark.parametrize("profile", ["weekly", "mixed", "iop"])
@pytest.mark.parametrize("without", [0, 3])
def test_the_best_of_a_generated_problem_is_found_and_proved(profile: str, without: int) -> None:
    """With every third column left out as well."""
    formulation = Formulation(parse_problem(generate(60, seed=8, profile=profile)))
    most = np.ones(formulation.columns.count, dtype=np.int64)
    most[: formulation.columns.new.sum() : without or len(most)] = 0
    model = Model(formulation.columns.count, formulation.model.rows, most)
    start, objective = formulation.keep_every_seat(), formulation.tiers[0]
    found = VertexFirst().maximize(model, objective, start, ALLOWANCE)
    assert found.values is not None
    assert found.proves(objective)
    assert not found.values[most == 0].any()
    assert found.bound == Mip().maximize(model, objective, start, ALLOWANCE).bound
