"""How much a request counts, as a sum that a coordinator can read."""

from datetime import date, timedelta

import pytest

from groupmatch.matching.policy import policy
from groupmatch.matching.priority import Priority, priority

TODAY = date(2026, 11, 22)


def waited(weeks: float, urgency: str = "routine", *, displaced: bool = False) -> Priority:
    since = TODAY - timedelta(days=round(weeks * 7))
    return priority(policy(), urgency, since, TODAY, displaced=displaced)


def test_a_newcomer_counts_the_weight_of_the_class() -> None:
    assert waited(0).total == policy().urgencies["routine"].weight == 1000


@pytest.mark.parametrize(("weeks", "total"), [(0.9, 1000), (1, 1050), (3, 1150), (10, 1500)])
def test_every_whole_week_adds_a_twentieth_of_the_weight(weeks: float, total: int) -> None:
    assert waited(weeks).total == total


def test_waiting_counts_in_proportion_to_the_class() -> None:
    assert (waited(10, "soon").urgency.weight, waited(10, "soon").waiting) == (2000, 1000)


def test_waiting_counts_for_a_year_at_most() -> None:
    assert waited(52).total == waited(80).total == 1000 + 52 * 50


def test_a_date_in_the_future_counts_as_today() -> None:
    assert waited(-3).total == 1000


def test_an_urgent_newcomer_counts_more_than_five_who_have_waited_for_years() -> None:
    assert waited(0, "urgent").total > 5 * waited(200).total


def test_whoever_loses_a_group_counts_at_least_as_a_step_down() -> None:
    assert waited(0, displaced=True).total == policy().urgencies["step_down"].weight
    assert waited(0, "urgent", displaced=True).urgency.code == "urgent"


def test_a_class_that_the_policy_no_longer_has_counts_as_the_usual_one() -> None:
    assert waited(0, "retired").urgency == policy().usual
