"""The nine rules of eligibility: each with a pair that passes and one that fails it alone."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from solver import failing_rules, parse_problem
from solver.candidates import find_candidates
from solver.eligibility import RULES
from solver.tables import Tables
from tests.solver.cases import group, parsed, person, problem, request, seats_of
from tests.solver.judge import Json, Judge
from tests.solver.strategies import problems

NEW_YORK = {"region": ["NY", "NJ"]}
LED = {"therapists": ["t1", "t2"]}

#: Rule → the pair of r1 and g1 that passes it, and the same that fails it and no other.
PAIRS: dict[str, tuple[Json, Json]] = {
    "topic": (
        problem([group("g1")], [request("r1", topics={"grief": 0, "anger": 9})]),
        problem([group("g1")], [request("r1", topics={"grief": 0})]),
    ),
    "admits": (
        problem([group("g1", admits=True)], [request("r1")]),
        problem([group("g1", admits=False)], [request("r1")]),
    ),
    "availability": (
        problem(
            [group("g1")],
            [request("r1")],
            participants=[person("p1", available=[[1110, 1140], [1080, 1110, 3]])],
        ),
        problem(
            [group("g1")],
            [request("r1")],
            participants=[person("p1", available=[[1110, 1140], [1080, 1109]])],
        ),
    ),
    "group_requires": (
        problem(
            [group("g1", requires={**NEW_YORK, "age": ["adult"]})],
            [request("r1")],
            participants=[person("p1", attributes={"region": ["NJ", "TX"], "age": ["adult"]})],
        ),
        problem(
            [group("g1", requires={**NEW_YORK, "age": ["adult"]})],
            [request("r1")],
            participants=[person("p1", attributes={"region": ["NY"]})],
        ),
    ),
    "request_requires": (
        problem(
            [group("g1", attributes={"modality": ["CBT"]})],
            [request("r1", requires={"modality": ["DBT", "CBT"]})],
        ),
        problem(
            [group("g1", attributes={"modality": ["CBT"]})],
            [request("r1", requires={"modality": []})],
        ),
    ),
    "avoids": (
        problem(
            [group("g1", **LED), group("g2")],
            [request("r1", avoid_groups=["g2"], avoid_therapists=["t3"])],
            therapists=[{"id": f"t{n}"} for n in (1, 2, 3)],
        ),
        problem(
            [group("g1", **LED)],
            [request("r1", avoid_therapists=["t2"])],
            therapists=[{"id": "t1"}, {"id": "t2"}],
        ),
    ),
    "pins_and_bans": (
        problem(
            [group("g1"), group("g2", 20)],
            [request("r1"), request("r2")],
            pins=[["r1", "g1"]],
            bans=[["r1", "g2"], ["r2", "g1"]],
        ),
        problem(
            [group("g1"), group("g2", 20)],
            [request("r1")],
            pins=[["r1", "g2"]],
        ),
    ),
    "current_group": (
        problem([group("g1")], [request("r1", current_group="g1", displaced=True)]),
        problem([group("g1")], [request("r1", current_group="g1", wants_switch=True)]),
    ),
    "over_full": (
        problem(
            [group("g1", max_size=2, held_seats=1)],
            [request("r1"), request("r2", current_group="g1")],
        ),
        problem(
            [group("g1", max_size=2, held_seats=1)],
            [request("r1"), *(request(f"r{n}", current_group="g1") for n in (2, 3))],
        ),
    ),
}


def is_candidate(asked: Json) -> bool:
    tables = Tables(parse_problem(asked))
    found = find_candidates(tables)
    pairs = zip(found.request.tolist(), found.group.tolist(), strict=True)
    return (tables.request_place["r1"], tables.group_place["g1"]) in set(pairs)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_admits_one_pair_and_refuses_another(rule: str) -> None:
    passing, failing = PAIRS[rule]
    assert failing_rules(parse_problem(passing), "r1", "g1") == ()
    assert [found.rule for found in failing_rules(parse_problem(failing), "r1", "g1")] == [rule]
    assert is_candidate(passing)
    assert not is_candidate(failing)


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"bans": [["r1", "g1"]]}, "the pair is banned"),
        ({"requests": [request("r1", avoid_groups=["g1"])]}, "the group is avoided"),
        ({"participants": [person("p1", available=[])]}, "not available in [1080, 1140)"),
    ],
)
def test_a_failing_rule_tells_how(fields: Any, detail: str) -> None:
    asked = parse_problem({**problem([group("g1")], [request("r1")]), **fields})
    assert [found.detail for found in failing_rules(asked, "r1", "g1")] == [detail]


def test_a_seat_is_given_to_whom_it_may_be_given() -> None:
    asked = parsed(
        [group("g1", requires=NEW_YORK)],
        [request("r1"), request("r2")],
        participants=[person("p1"), person("p2", attributes={"region": ["NJ"]})],
    )
    assert seats_of(asked) == {"r2": "g1"}


@settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(document=problems())
def test_every_pair_fails_the_rules_that_the_judge_names(document: Json) -> None:
    asked, judge = parse_problem(document), Judge(document)
    number = {rule: place for place, rule in enumerate(RULES, start=1)}
    for r in judge.requests:
        for g in judge.groups:
            found = [number[failing.rule] for failing in failing_rules(asked, r, g)]
            assert found == judge.failing(r, g)
