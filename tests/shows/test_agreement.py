"""A few of the comparisons of `python -m tests.shows.agreement`."""

from dataclasses import replace

import pytest

from tests.shows.agreement import ENGINES, compared


@pytest.mark.parametrize("seed", [0, 1, 4])
def test_every_engine_proves_what_the_plain_model_proves(seed: int) -> None:
    outcome = compared(seed, time_limit=60)
    assert (outcome.late, outcome.differing) == ([], [])
    assert outcome.answers.keys() == set(ENGINES)
    assert outcome.proved.placed > 0


def test_another_value_would_be_noticed() -> None:
    outcome = compared(0, time_limit=60)
    wrong = replace(outcome, proved=outcome.proved._replace(cost=outcome.proved.cost + 1))
    assert wrong.differing == list(ENGINES)
    assert "DIFFERENT" in wrong.row
