"""What a violation says: the rule, everybody and everything that has a part in it, and how far."""

from typing import Any

import pytest

from solver import Problem, violations
from solver.check import warnings
from solver.roster import Roster
from tests.solver.cases import group, parsed, person, request

BPD = {"attributes": {"condition": ["bpd"]}}
LED = {"therapists": ["t1"]}


def told(asked: Problem, **seats: str) -> list[dict[str, object]]:
    """What these seats (request=group) violate beside those that are kept."""
    kept = {r.id: r.seat for r in asked.requests if r.seat is not None}
    return [found.as_json() for found in violations(asked, {**kept, **seats})]


def named(rule: str, detail: str, **ids: Any) -> list[dict[str, object]]:
    return [{"rule": rule, **ids, "detail": detail}]


def test_a_lost_seat_is_named() -> None:
    asked = parsed([group("g1")], [request("r1", current_group="g1")])
    lost = [violation.as_json() for violation in violations(asked, {})]
    assert lost == named("one_seat", "loses its seat in g1", request="r1", group="g1")


def test_a_crowded_group_is_named_with_its_size() -> None:
    asked = parsed([group("g1", max_size=3, held_seats=2)], [request("r1"), request("r2")])
    assert told(asked, r1="g1", r2="g1") == named("capacity", "2 of 1", group="g1")


def test_a_group_that_opens_too_small_is_named() -> None:
    asked = parsed([group("g1", status="proposed", min_size=2)], [request("r1")])
    assert told(asked, r1="g1") == named("opening", "1 of 2", group="g1")


def test_seats_at_one_time_are_named_with_whose_they_are() -> None:
    groups = [group("g1"), group("g2", meetings=[[18 * 60 + 59, 20 * 60]])]
    asked = parsed(groups, [request("r1", "p"), request("r2", "p")])
    ids = {"requests": ["r1", "r2"], "groups": ["g1", "g2"], "participant": "p"}
    assert told(asked, r1="g1", r2="g2") == named("one_place", "g1 and g2 overlap", **ids)


def test_only_the_pair_that_meets_is_named_of_those_kept_apart() -> None:
    requests = [request(f"r{n}") for n in range(1, 5)]
    apart = [["p4", "p1"], ["p2", "p3"]]
    asked = parsed([group("g1"), group("g2", 20)], requests, keep_apart=apart)
    assert told(asked, r1="g1", r2="g1", r3="g2", r4="g2") == []
    ids = {"requests": ["r1", "r4"], "group": "g2", "participants": ["p1", "p4"]}
    meeting = named("keep_apart", "p1 and p4 share g2", **ids)
    assert told(asked, r1="g2", r2="g1", r4="g2") == meeting


def test_a_newcomer_is_named_with_the_member_whom_they_must_not_meet() -> None:
    for apart in (["p1", "p2"], ["p2", "p3"]):
        seated = [request("r2", current_group="g1")]
        asked = parsed([group("g1")], [request("r1"), *seated, request("r3")], keep_apart=[apart])
        newcomer = "r1" if "p1" in apart else "r3"
        requests = sorted(["r2", newcomer])
        ids = {"requests": requests, "group": "g1", "participants": apart}
        meeting = named("keep_apart", f"{apart[0]} and {apart[1]} share g1", **ids)
        assert told(asked, **{newcomer: "g1"}) == meeting


def test_everybody_with_a_limited_value_is_named() -> None:
    limit = {"attribute": "condition", "value": "bpd", "max": 1}
    people = [person("p1", **BPD), person("p2"), person("p3", **BPD)]
    requests = [request(f"r{n}") for n in (1, 2, 3)]
    asked = parsed([group("g1", limits=[limit])], requests, participants=people)
    assert told(asked, r1="g1", r2="g1", r3="g1") == named(
        "limits", "condition bpd: 2 of 1", requests=["r1", "r3"], group="g1"
    )


def test_a_therapist_in_two_places_is_named_with_both() -> None:
    groups = [group("g1", **LED), group("g2", status="proposed", **LED), group("g3", 20, **LED)]
    asked = parsed(groups, [request("r1")], therapists=[{"id": "t1"}])
    ids = {"groups": ["g1", "g2"], "therapist": "t1"}
    assert told(asked, r1="g2") == named("therapists", "g1 and g2 overlap", **ids)


def test_a_therapist_with_too_many_minutes_is_named_with_every_group() -> None:
    groups = [group("g1", **LED), group("g2", 20, status="proposed", **LED), group("g3", 22)]
    asked = parsed(groups, [request("r1")], therapists=[{"id": "t1", "max_minutes": 90}])
    ids = {"groups": ["g1", "g2"], "therapist": "t1"}
    assert told(asked, r1="g2") == named("therapists", "120 of 90 minutes a week", **ids)


def test_open_alternatives_are_named() -> None:
    groups = [group("g1", status="proposed"), group("g2", 20), group("g3", 22, status="proposed")]
    asked = parsed(groups, [request("r1")], alternatives=[["g1", "g2", "g3"]])
    assert told(asked, r1="g1") == named("alternatives", "g1, g2 are all open", groups=["g1", "g2"])


def test_moves_beyond_the_limit_are_named() -> None:
    members = [request(f"r{n}", current_group="g1") for n in (1, 2, 3)]
    asked = parsed([group("g1"), group("g2", 20)], members, max_moves=1)
    assert told(asked, r1="g2") == []
    assert told(asked, r1="g2", r3="g2") == named("moves", "2 of 1", requests=["r1", "r3"])


PLANNED = {"plan": "plan", "requests": ["r1", "r2"]}


@pytest.mark.parametrize(
    ("bounds", "details"),
    [
        ({"min_minutes": 120, "max_minutes": 120, "min_days": 2, "max_minutes_per_day": 60}, []),
        ({"min_minutes": 130}, ["120 minutes a week, fewer than 130"]),
        ({"max_minutes": 90}, ["120 minutes a week, more than 90"]),
        ({"min_days": 3}, ["2 days, fewer than 3"]),
        ({"max_minutes_per_day": 59}, [f"60 minutes on day {n}, more than 59" for n in (0, 1)]),
    ],
)
def test_each_bound_that_a_plan_breaks_is_named(bounds: Any, details: list[str]) -> None:
    plan = {"id": "plan", "requests": ["r2", "r1"], **bounds}
    requests = [request("r1", "p"), request("r2", "p")]
    asked = parsed([group("g1"), group("g2", 42)], requests, plans=[plan])
    expected = [each for detail in details for each in named("plans", detail, **PLANNED)]
    assert told(asked, r1="g1", r2="g2") == expected


def test_a_plan_that_stays_incomplete_is_named() -> None:
    plan = {"id": "plan", "requests": ["r1", "r2"]}
    asked = parsed([group("g1")], [request("r1", "p"), request("r2", "p")], plans=[plan])
    assert told(asked, r1="g1") == named("plans", "1 of 2 requests have a seat", **PLANNED)


def test_minutes_are_those_of_one_week_where_the_timeline_has_two() -> None:
    twice = {"meetings": [[600, 660], [10_080 + 600, 10_080 + 690]]}
    plan = {"id": "plan", "requests": ["r1"], "max_minutes": 74}
    asked = parsed(
        [group("g1", **twice)],
        [request("r1")],
        plans=[plan],
        horizon_minutes=20_160,
        weeks=2,
        participants=[person("p1", available=[[0, 20_160]])],
    )
    detail = "75 minutes a week, more than 74"
    assert told(asked, r1="g1") == named("plans", detail, plan="plan", request="r1")


def test_a_new_seat_that_is_not_allowed_is_named_with_every_rule() -> None:
    asked = parsed([group("g1", topic="grief", admits=False)], [request("r1")])
    assert told(asked, r1="g1") == [
        *named("topic", "grief is not asked for", request="r1", group="g1"),
        *named("admits", "the group admits nobody", request="r1", group="g1"),
    ]


def test_what_stands_is_a_warning_with_the_same_words() -> None:
    members = [request("r1", current_group="g1"), request("r2", current_group="g1")]
    asked = parsed([group("g1", max_size=1)], members, keep_apart=[["p1", "p2"]])
    roster = Roster(asked, {"r1": "g1", "r2": "g1"})
    ids = {"requests": ["r1", "r2"], "group": "g1", "participants": ["p1", "p2"]}
    assert [warning.as_json() for warning in warnings(roster)] == [
        *named("capacity", "2 of 1", group="g1"),
        *named("keep_apart", "p1 and p2 share g1", **ids),
    ]
    assert violations(asked, roster.assignment) == []


def test_a_running_group_below_its_minimum_is_a_warning() -> None:
    asked = parsed([group("g1", min_size=2), group("g2", 20)], [])
    found = [warning.as_json() for warning in warnings(Roster(asked, {}))]
    assert found == named("min_size", "0 of 2", group="g1")
