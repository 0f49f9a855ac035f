"""A pretended time and drawn ids hold in their own block alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from groupmatch import clock
from groupmatch.database.types import ids_drawn_by, new_id

NEXT_YEAR = datetime(2031, 3, 9, 6, 30, tzinfo=UTC)
A_DAY_LATER = datetime(2031, 3, 10, 3, 0, tzinfo=UTC)


def in_another_thread(ask: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def test_the_clock_pretends_until_the_block_ends() -> None:
    with clock.pretending(NEXT_YEAR) as go_to:
        assert clock.now() == NEXT_YEAR
        go_to(A_DAY_LATER)
        assert clock.today("America/New_York") == date(2031, 3, 9)
    assert clock.now() < NEXT_YEAR


def test_no_other_thread_hears_of_a_pretended_time() -> None:
    with clock.pretending(NEXT_YEAR):
        assert in_another_thread(clock.now) < NEXT_YEAR


def test_pretended_time_does_not_go_back() -> None:
    with clock.pretending(A_DAY_LATER) as go_to, pytest.raises(ValueError, match="go back"):
        go_to(NEXT_YEAR)


def test_drawn_ids_are_the_same_again_and_no_longer_drawn_after_the_block() -> None:
    lists = []
    for _ in range(2):
        with ids_drawn_by(Random(1).randrange):
            lists.append([new_id() for _ in range(3)])
    assert lists[0] == lists[1]
    assert new_id() not in lists[0]


def test_no_other_thread_hears_of_drawn_ids() -> None:
    with ids_drawn_by(lambda below: 0):
        assert len({new_id() for _ in range(2)}) == 1
        assert len({in_another_thread(new_id) for _ in range(2)}) == 2
