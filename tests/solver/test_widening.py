"""More free hours can cost a participant a seat: every way in which they do (docs/solver.md).

In each case p1 sits in g1 at first. With more free hours p1 does not, because that is better for
all, and it would not have happened without what the case is about.
"""

from typing import Any

import pytest

from solver import parse_problem
from tests.checked import solve
from tests.solver.brute_force import optimum
from tests.solver.cases import WEEK, group, person, problem, request
from tests.solver.judge import Json

#: One seat at six. p1 is free until seven; only with more hours is half past six possible, too.
ONE_SEAT = group("g1", 18, topic="anger", max_size=1)
HALF_PAST = [[18 * 60 + 30, 19 * 60 + 30]]
UNTIL_SEVEN, UNTIL_EIGHT = [[0, 19 * 60]], [[0, 19 * 60], [19 * 60, 20 * 60]]
FIRST = request("r1", "p1", topics={"anger": 0}, priority=15)


def asked(groups: list[Json], requests: list[Json], **fields: Any) -> Json:
    """A problem in which p1 is free until seven and p2 always."""
    people = [person("p1", available=UNTIL_SEVEN), person("p2")]
    return problem([ONE_SEAT, *groups], [FIRST, *requests], participants=people, **fields)


def opening(min_size: int) -> Json:
    """p1 and p2 together could open a group at half past six."""
    proposed = group("g2", topic="grief", meetings=HALF_PAST, status="proposed", min_size=min_size)
    second = request("r2", "p1", topics={"grief": 0}, priority=10)
    third = request("r3", "p2", topics={"grief": 0}, priority=8)
    return asked([proposed], [second, third])


def planned(**plan: Any) -> Json:
    """r2 and r3, worth more together than r1, want half past six and half past seven."""
    groups = [
        group("g2", topic="grief", meetings=HALF_PAST),
        group("g3", topic="sleep", meetings=[[19 * 60 + 30, 20 * 60]]),
    ]
    wishes = [
        request(f"r{n}", "p1", topics={t: 0}, priority=8) for n, t in ((2, "grief"), (3, "sleep"))
    ]
    return asked(groups, wishes, **plan)


def contested(topics: dict[str, int]) -> Json:
    """p1 could leave g1 to p2 and take the less important of its own two seats."""
    second = request("r2", "p1", topics=topics, priority=10)
    third = request("r3", "p2", priority=8)
    return asked([group("g2", topic="grief", meetings=HALF_PAST)], [second, third])


def equals(priority: int) -> Json:
    """p1 and p2 want the one seat; p2 would pay two for it, p1 pays nothing."""
    return asked([], [request("r2", "p2", topics={"anger": 2}, priority=priority)])


def widened(document: Json, available: list[list[int]]) -> Json:
    people = [person("p1", available=available), person("p2")]
    return {**document, "participants": people}


def placed(document: Json) -> set[str]:
    """The requests that get a seat in the best answer, which brute force agrees with."""
    solution = solve(parse_problem(document), workers=1)
    assert tuple(solution.objective) == optimum(document)[0]
    return set(solution.assignment)


@pytest.mark.parametrize(
    ("case", "before", "after"),
    [
        (opening(min_size=2), {"r1"}, {"r2", "r3"}),
        (planned(plans=[{"id": "plan", "requests": ["r2", "r3"]}]), {"r1"}, {"r2", "r3"}),
        (contested({"grief": 0}), {"r1"}, {"r2", "r3"}),
    ],
    ids=["minimum size", "plan", "another request of one's own"],
)
def test_more_free_hours_cost_a_seat(case: Json, before: set[str], after: set[str]) -> None:
    assert placed(case) == before
    assert placed(widened(case, UNTIL_EIGHT)) == after


@pytest.mark.parametrize(
    ("case", "before", "after"),
    [
        (opening(min_size=1), {"r1", "r3"}, {"r1", "r3"}),
        (planned(), {"r1"}, {"r1", "r3"}),
        (contested({"anger": 0}), {"r1"}, {"r1"}),
    ],
    ids=["minimum size", "plan", "another request of one's own"],
)
def test_without_what_the_case_is_about_the_seat_stays(
    case: Json, before: set[str], after: set[str]
) -> None:
    assert placed(case) == before
    assert placed(widened(case, UNTIL_EIGHT)) == after


@pytest.mark.parametrize(("priority", "after"), [(15, {"r2"}), (14, {"r1"})])
def test_a_tie_is_lost_where_the_wider_hours_cost_more(priority: int, after: set[str]) -> None:
    assert placed(equals(priority)) == {"r1"}
    assert placed(widened(equals(priority), [*UNTIL_SEVEN, [18 * 60, WEEK, 3]])) == after
