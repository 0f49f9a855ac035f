"""A few of the nights of `python -m tests.shows.nights`, and its controls."""

from random import Random

import pytest

from tests.shows.nights import ZONES, Change, changes, lived, triggered


@pytest.fixture(scope="module")
def change() -> Change:
    return changes("Asia/Beirut")[0]


def test_forty_zones_change_their_clocks_twice() -> None:
    assert len(ZONES) == len(set(ZONES)) == 40
    assert {len(changes(zone)) for zone in ZONES} == {2}


def test_every_local_date_has_one_run_while_the_clock_jumps(change: Change) -> None:
    nights = lived(change, Random(1), days=2)
    assert (nights.defects, nights.dates[1] >= 8, nights.jumps > 5) == (0, True, True)


def test_without_the_claim_dates_have_several_runs(change: Change) -> None:
    nights = lived(change, Random(1), claims=False, days=2)
    assert sum(dates for runs, dates in nights.dates.items() if runs > 1) > 0


def test_a_bare_trigger_skips_dates(change: Change) -> None:
    assert triggered(change).dates[0] > 0
