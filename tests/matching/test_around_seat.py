"""Around one new seat lies all that the judge of a whole problem finds wrong with it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

from groupmatch.database import Json
from groupmatch.matching.around_seat import around_seat
from solver import Problem, Violation, parse_problem, violations
from solver.problem import Group, Participant, Plan, Request, Therapist
from tests.solver.strategies import problems


def wrong(problem: Problem, request: str, group: str) -> list[Violation]:
    """What a new seat breaks where everybody else stays; who may be moved is another question."""
    present = {each.id: each.seat for each in problem.requests if each.seat}
    found = violations(problem, {**present, request: group})
    return [each for each in found if each.rule != "moves"]


def pairs(problem: Problem) -> Iterator[tuple[str, str]]:
    """Every request with every group."""
    for request in problem.requests:
        for group in problem.groups:
            yield request.id, group.id


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_part_and_the_whole_are_judged_alike(document: Json) -> None:
    problem = parse_problem(document)
    for pair in pairs(problem):
        assert wrong(around_seat(problem, *pair), *pair) == wrong(problem, *pair)


def crowded() -> Problem:
    """Three hours of one leader, two of them yet to open, and people with much to hold apart."""
    people = ("ada", "ben", "cy")
    hours = ((0, 60),)
    return Problem(
        horizon_minutes=10_080,
        participants=tuple(Participant(name) for name in people),
        therapists=(Therapist("dora", max_minutes=90),),
        groups=(
            Group("a", "t", hours, 1, therapists=("dora",)),
            Group("b", "t", hours, 9, 2, status="proposed", therapists=("dora",)),
            Group("c", "t", ((90, 150),), 9, 2, status="proposed", therapists=("dora",)),
            Group("d", "t", ((60, 120),), 9),
        ),
        requests=(
            Request("1", "ada", {"t": 0}),
            Request("2", "ada", {"t": 0}, current_group="d"),
            Request("3", "ben", {"t": 0}, current_group="a"),
        ),
        plans=(Plan("p", ("1", "2"), max_minutes=60),),
        keep_apart=(("ada", "ben"),),
        alternatives=(("a", "b"),),
    )


@pytest.mark.parametrize(
    ("group", "rules"),
    [
        ("a", {"capacity", "keep_apart", "plans"}),
        ("b", {"opening", "alternatives", "therapists", "plans"}),
        ("c", {"opening", "one_place", "therapists", "plans"}),
    ],
)
def test_every_rule_about_others_is_looked_at(group: str, rules: set[str]) -> None:
    problem = crowded()
    broken = wrong(around_seat(problem, "1", group), "1", group)
    assert {each.rule for each in broken} - {"availability"} == rules
    assert broken == wrong(problem, "1", group)


def test_what_lies_elsewhere_is_left_aside() -> None:
    problem = crowded()
    far = replace(problem, groups=(*problem.groups, Group("e", "t", ((500, 560),), 9)))
    assert [each.id for each in around_seat(far, "1", "a").groups] == ["a", "b", "c", "d"]
