"""The best seats of a part: the tiers keep their order, also where the best vertex is not whole."""

from itertools import combinations

import pytest

from solver.explanations.best_seats import BestSeats
from tests.solver.cases import group, parsed, request


def strangers(present: dict[str, str]) -> BestSeats:
    """Three of whom no two may meet, for one group: relaxed, half of each sits in it."""
    apart = [list(pair) for pair in combinations(("p1", "p2", "p3"), 2)]
    requests = [request(name) for name in ("r1", "r2", "r3")]
    asked = parsed([group("g1")], requests, keep_apart=apart)
    return BestSeats(asked, present, lambda _request, _group: True)


@pytest.mark.parametrize("wish", ["r1", "r2", "r3"])
def test_of_strangers_the_one_with_a_wish_is_placed(wish: str) -> None:
    assert strangers({}).best(set(), {wish}) == ({wish: "g1"}, True)


@pytest.mark.parametrize("sits", ["r1", "r2", "r3"])
def test_of_strangers_the_one_who_sits_there_stays(sits: str) -> None:
    assert strangers({sits: "g1"}).best(set(), set()) == ({sits: "g1"}, True)


def test_two_strangers_are_not_placed_together() -> None:
    assert strangers({}).best({"r1", "r2"}, set()) == (None, False)
