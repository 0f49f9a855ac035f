"""The best week of one participant, against trying every combination."""

from collections.abc import Sequence
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.explanations.best_week import Unit, Way, best_week

WAYS = st.lists(st.builds(Way, st.integers(-5, 20), st.integers(0, 15)), max_size=3)
OPTIONAL = st.builds(
    Unit, st.just(False), st.lists(WAYS.map(tuple), min_size=1, max_size=2).map(tuple)
)


def every_week(units: Sequence[Unit]) -> list[int]:
    """What each combination that does not overlap is worth."""
    choices = [[(), *product(*unit.ways)] for unit in units]
    worths = []
    for chosen in product(*choices):
        ways = [way for unit in chosen for way in unit]
        if not any(one.moments & other.moments for one, other in combinations(ways, 2)):
            worths.append(sum(way.worth for way in ways))
    return worths


@settings(deadline=None, derandomize=True, max_examples=100)
@given(units=st.lists(OPTIONAL, min_size=2, max_size=3))
def test_no_combination_of_ways_is_worth_more(units: list[Unit]) -> None:
    assert best_week(units) == max(every_week(units))


def test_who_must_keep_or_change_a_seat_may_lose_by_it() -> None:
    seat = Unit(True, ((Way(-3, 0), Way(-7, 1)),))
    assert best_week([seat]) == -3
    assert best_week([seat, Unit(False, ((Way(2, 1),),))]) == -1


def test_a_plan_without_a_way_for_each_request_is_worth_nothing() -> None:
    assert best_week([Unit(False, ((Way(5, 1),), ()))]) == 0
