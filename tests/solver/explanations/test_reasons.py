"""Reasons and fixes of unplaced requests."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from solver import (
    Problem,
    Solution,
    failing_rules,
    parse_problem,
    read_solution,
    write_solution,
)
from solver.changes import (
    AddAvailability,
    AddSeat,
    Admit,
    Change,
    DropRequirement,
    MoveOne,
    OpenGroup,
    WidenGroup,
)
from solver.explanations.fixes import fixes
from solver.explanations.nearness import BIT, Nearness
from solver.explanations.reasons import reasons
from solver.explanations.solved import Solved
from solver.explanations.unplaced import explained
from solver.generator import generate
from solver.tables import Tables
from tests.checked import solve
from tests.solver.cases import group, parsed, person, request
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check_nearness(asked: Problem) -> None:
    near = Nearness(Tables(asked)).of_requests(range(len(asked.requests)))
    found = zip(near.request.tolist(), near.group.tolist(), near.failing.tolist(), strict=True)
    by_pair = {(request, group): failing for request, group, failing in found}
    for place, asking in enumerate(asked.requests):
        for number, offered in enumerate(asked.groups):
            if offered.topic in asking.topics:
                rules = failing_rules(asked, asking.id, offered.id)
                assert by_pair.pop((place, number)) == sum(BIT[rule.rule] for rule in rules)
    assert by_pair == {}


@SMALL
@given(document=problems())
def test_the_bulk_rules_fail_where_the_rule_book_says(document: Any) -> None:
    check_nearness(parse_problem(document))


def test_the_bulk_rules_fail_where_the_rule_book_says_in_a_generated_problem() -> None:
    check_nearness(parse_problem(generate(120, seed=1)))


def test_nobody_is_near_a_problem_without_groups_of_the_topic() -> None:
    asked = parsed([group("g1", topic="grief")], [request("r1")])
    assert list(reasons(Solved(asked, {}), [0])) == [()]


def fixes_of(asked: Problem, name: str = "r1") -> list[tuple[Change, int, tuple[str, ...]]]:
    solution = solve(asked, explain=True, workers=1)
    found = {unplaced.request: unplaced.fixes for unplaced in solution.unplaced}
    assert all(fix.verified for fix in found[name])
    return [(fix.change, fix.placed_gain, fix.also_places) for fix in found[name]]


def test_fixes_come_in_the_order_of_their_kinds_and_the_fewest_minutes_first() -> None:
    limited = person("p1", available=[[600, 700]], attributes={"region": ["NJ"]})
    asked = parsed(
        [
            group("g0", meetings=[[600, 720]]),
            group("g1", meetings=[[600, 710]]),
            group("g3", meetings=[[600, 660]], admits=False),
            group("g4", meetings=[[600, 660]], max_size=1),
            group("g5", meetings=[[600, 660]], status="proposed", min_size=2),
            group("g6", meetings=[[600, 660]], requires={"region": ["NY"]}),
            group("g7", meetings=[[900, 960]]),
        ],
        [
            request("r1", topics={"anger": 0}),
            request("r2", current_group="g4"),
        ],
        participants=[limited, person("p2")],
    )
    assert fixes_of(asked) == [
        (AddAvailability("p1", (700, 710)), 1, ()),
        (AddAvailability("p1", (700, 720)), 1, ()),
        (Admit("g3"), 1, ()),
        (AddSeat("g4"), 1, ()),
        (OpenGroup("g5"), 1, ()),
        (WidenGroup("g6", "region", "NJ"), 1, ()),
        (MoveOne("r2", "g4", "g0"), 1, ()),
    ]


@pytest.mark.parametrize(
    ("available", "added"),
    [
        ([[11160, 11220]], [(1080, 1140)]),
        ([[1080, 1140], [11160, 11190]], [(11190, 11220)]),
        ([], [(1080, 1140), (11160, 11220)]),
    ],
)
def test_hours_across_a_clock_change_are_added_in_each_week_that_lacks_them(
    available: list[list[int]], added: list[tuple[int, int]]
) -> None:
    asked = parsed(
        [group("g1", meetings=[[1080, 1140], [11160, 11220]])],
        [request("r1")],
        participants=[person("p1", available=available)],
        weeks=2,
        horizon_minutes=20160,
    )
    first, *again = added
    assert fixes_of(asked) == [(AddAvailability("p1", first, tuple(again)), 1, ())]


def test_a_requirement_that_alone_stands_in_the_way_may_be_dropped() -> None:
    asked = parsed(
        [group("g1", attributes={"modality": ["CBT"]})],
        [request("r1", requires={"modality": ["DBT"]})],
    )
    assert fixes_of(asked) == [(DropRequirement("r1", "modality"), 1, ())]


def test_a_settled_member_with_room_elsewhere_may_move() -> None:
    asked = parsed(
        [group("g1", max_size=1), group("g2", 40, topic="grief")],
        [request("r1", priority=7), request("r2", topics={"grief": 0}, current_group="g1")],
    )
    assert fixes_of(asked) == [
        (AddSeat("g1"), 7, ()),
        (MoveOne("r2", "g1", "g2"), 7, ()),
    ]


def test_a_seat_may_place_more_than_the_one_who_asks() -> None:
    """With the new seat r3 leaves g2 to r1, and its hour is free for the other request of p3."""
    asked = parsed(
        [
            group("g1", 10, max_size=1, topic="a"),
            group("g2", 12, max_size=1, topic="b"),
            group("g3", 12, max_size=1, topic="c"),
        ],
        [
            request("r1", topics={"b": 0}, priority=2),
            request("r2", topics={"a": 0}, current_group="g1"),
            request("r3", topics={"a": 0, "b": 0}, priority=9),
            request("r4", "p3", topics={"c": 0}, priority=3),
        ],
    )
    assert fixes_of(asked, "r1") == [(AddSeat("g1"), 5, ("r4",)), (AddSeat("g2"), 2, ())]


def test_a_seat_that_goes_to_others_first_fixes_nothing() -> None:
    """Solving again would give it to r2; and to either of two who are worth the same."""
    asked = parsed(
        [group("g1", max_size=0)],
        [request("r1"), request("r2", priority=2), request("r3", priority=2)],
    )
    assert fixes_of(asked, "r1") == []
    assert fixes_of(asked, "r2") == fixes_of(asked, "r3") == [(AddSeat("g1"), 2, ())]


def test_a_change_that_places_more_by_taking_a_seat_fixes_nothing() -> None:
    """With an hour more r1 could have r3's seat, which nobody else can give it."""
    asked = parsed(
        [group("g1", max_size=1)],
        [request("r1", priority=5), request("r3", priority=2)],
        participants=[person("p1", available=[]), person("p3")],
    )
    assert fixes_of(asked, "r1") == []


def test_one_more_person_may_be_what_a_group_needs_to_open() -> None:
    asked = parsed(
        [group("g1", status="proposed", min_size=2)],
        [request("r1", priority=4), request("r2", priority=5)],
        participants=[person("p1", available=[]), person("p2")],
    )
    expected = [(AddAvailability("p1", (1080, 1140)), 9, ("r2",))]
    assert fixes_of(asked) == expected
    assert fixes_of(asked, "r2") == [(OpenGroup("g1"), 5, ())]


def test_a_request_of_a_plan_is_fixed_where_its_plan_lacks_something() -> None:
    plan = {"id": "plan", "requests": ["r1", "r2"]}
    asked = parsed(
        [group("g1", 10, topic="a"), group("g2", 12, topic="b", max_size=0)],
        [request("r1", "p1", topics={"a": 0}), request("r2", "p1", topics={"b": 0}, priority=3)],
        plans=[plan],
    )
    assert fixes_of(asked, "r1") == [(AddSeat("g2"), 4, ("r2",))]
    assert fixes_of(asked, "r2") == [(AddSeat("g2"), 4, ("r1",))]


def test_no_fix_takes_a_seat_from_somebody_else() -> None:
    """Opening g2 would close g3, and nobody could take in who was to go there."""
    asked = parsed(
        [
            group("g2", status="proposed", min_size=1, max_size=1),
            group("g3", status="proposed", min_size=1, topic="grief"),
        ],
        [request("r1"), request("r2", topics={"grief": 0}, priority=9)],
        alternatives=[["g2", "g3"]],
    )
    assert fixes_of(asked) == []


def all_fixes(solution: Solution) -> list[tuple[str, Change]]:
    return [(one.request, fix.change) for one in solution.unplaced for fix in one.fixes]


@pytest.mark.parametrize("profile", ["weekly", "mixed"])
def test_the_explanations_of_a_file_are_written_and_read(profile: str) -> None:
    asked = parse_problem(generate(80, seed=4, profile=profile))
    solution = solve(asked, explain=True)
    assert len(all_fixes(solution)) > 8
    solved = Solved(asked, solution.assignment)
    for name, change in all_fixes(solution)[::10]:
        assert change in {fix.change for fix in fixes(solved, name)}


def test_past_the_time_reasons_are_there_and_fixes_only_of_the_most_urgent() -> None:
    asked = parsed(
        [group("g1", max_size=0), group("g2", topic="b", max_size=0)],
        [
            request("r1", topics={"b": 0}),
            request("r2", priority=5),
            request("r3", priority=5),
        ],
    )
    solved = Solved(asked, {})
    seen = []
    for patience in range(60):
        calls = iter(range(patience))
        found = explained(solved, lambda left=calls: next(left, None) is None, fixing=True)
        assert all(one.reasons for one in found)
        assert all(one.fixes for one in found if one.searched)
        seen.append([one.request for one in found if one.fixes])
    assert [*map(list, dict.fromkeys(map(tuple, seen)))] == [
        [],
        ["r2"],
        ["r2", "r3"],
        ["r1", "r2", "r3"],
    ]


def test_reasons_may_be_asked_for_alone() -> None:
    asked = parsed([group("g1", max_size=0)], [request("r1")])
    [unplaced] = solve(asked, explain="reasons").unplaced
    assert unplaced.reasons
    assert unplaced.fixes == ()


def test_a_stopped_solve_still_gives_reasons() -> None:
    solution = solve(parse_problem(generate(300, seed=1)), explain=True, time_limit=0.0)
    assert any(one.reasons for one in solution.unplaced)
    assert not any(one.fixes for one in solution.unplaced)


def test_a_solution_says_for_whom_not_all_fixes_were_tried() -> None:
    asked = parse_problem(generate(60, seed=1))
    stopped, whole = solve(asked, explain=True, time_limit=0.0), solve(asked, explain=True)
    assert stopped.unsearched == tuple(one.request for one in stopped.unplaced) != ()
    assert json.loads(write_solution(stopped))["stats"]["fixes_unfinished"] == [*stopped.unsearched]
    assert read_solution(write_solution(stopped)).unsearched == stopped.unsearched
    assert whole.unsearched == ()
    assert "fixes_unfinished" not in json.loads(write_solution(whole))["stats"]
