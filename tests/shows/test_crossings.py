"""A few interleavings of people who decide at once; the show of the same name runs a thousand."""

import pytest

from groupmatch.database import Database
from tests.shows.crossings import crossed

_FEW = 8


def test_whatever_crosses_nobody_loses_a_seat(database: Database) -> None:
    crossings = [crossed(database, seed) for seed in range(_FEW)]
    assert [defect for crossing in crossings for defect in crossing.defects] == []
    told = {text.split(": ")[1] for crossing in crossings for text in crossing.told}
    assert told >= {"done", "seated"}
    assert len(told) > 1


@pytest.mark.postgresql
def test_without_locks_the_same_crossings_do_harm(postgresql_database: Database) -> None:
    crossings = (crossed(postgresql_database, seed, careless=True) for seed in range(100))
    assert any(crossing.defects for crossing in crossings)
