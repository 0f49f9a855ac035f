"""How the engines are asked."""

import math

import numpy as np
import pytest

from solver.engines.math_opt import sides
from solver.rows import UNBOUNDED


@pytest.mark.parametrize("moved", [-(10**9), 0, 10**9])
def test_a_side_without_a_bound_stays_so_when_something_is_added_to_it(moved: int) -> None:
    assert sides(np.array([-UNBOUNDED, UNBOUNDED]) + moved) == [-math.inf, math.inf]


def test_a_side_that_a_row_could_reach_is_a_bound() -> None:
    assert sides(np.array([-(2**53), 0, 2**53])) == [-(2.0**53), 0.0, 2.0**53]
