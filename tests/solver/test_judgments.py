"""Answers that look wrong and are right, and the ones beside them that are wrong.

Each case is a problem, seats beside today's that are right, and seats that break the named rule.
"""

from typing import Any, NamedTuple

import pytest

from solver import check, parse_problem, parse_solution
from tests.solver.answers import answer
from tests.solver.cases import WEEK, group, person, problem, request, rules
from tests.solver.judge import Json, Judge

Seats = dict[str, str]
BPD = {"attributes": {"condition": ["bpd"]}}
MOST_ONE = {"limits": [{"attribute": "condition", "value": "bpd", "max": 1}]}
SWITCH = {"wants_switch": True}
PLAN = {"plans": [{"id": "plan", "requests": ["r1", "r2"], "max_minutes": 90}]}


class Case(NamedTuple):
    """What is asked; seats that are right; seats that are wrong, and the rule that they break."""

    asked: Json
    right: Seats
    wrong: Seats
    rule: str


def seated(name: str, place: str = "g1", **fields: Any) -> Json:
    return request(name, current_group=place, **fields)


def at(hour: int, *groups: str, **fields: Any) -> list[Json]:
    """Groups that all meet at the same hour."""
    return [group(name, hour, **fields) for name in groups]


CASES = {
    "a kept seat may break every rule about entering": Case(
        problem(
            [
                group("g1", admits=False, topic="grief", requires={"region": []}),
                group("g2", 20),
            ],
            [seated("r1", requires={"modality": ["CBT"]}, avoid_groups=["g1"]), request("r2")],
            participants=[person("p1", available=[]), person("p2")],
            bans=[["r1", "g1"]],
        ),
        {"r2": "g2"},
        {"r1": "g2"},
        "availability",
    ),
    "an over-full group keeps its members and replaces none": Case(
        problem(
            [group("g1", max_size=1), group("g2", 20)],
            [seated("r1", **SWITCH), seated("r2"), seated("r3"), request("r4")],
        ),
        {"r1": "g2", "r4": "g2"},
        {"r1": "g2", "r4": "g1"},
        "over_full",
    ),
    "a full group takes one for each who leaves": Case(
        problem(
            [group("g1", max_size=1), group("g2", 20)],
            [seated("r1", **SWITCH), request("r2"), request("r3")],
        ),
        {"r1": "g2", "r2": "g1"},
        {"r1": "g2", "r2": "g1", "r3": "g1"},
        "capacity",
    ),
    "held seats are nobody's, but a member keeps one": Case(
        problem(
            [group("g1", max_size=3, held_seats=1)], [seated("r1"), *map(request, ("r2", "r3"))]
        ),
        {"r2": "g1"},
        {"r2": "g1", "r3": "g1"},
        "capacity",
    ),
    "a displaced request may return, and is new there": Case(
        problem([group("g1", max_size=1)], [seated("r1", displaced=True), request("r2")]),
        {"r1": "g1"},
        {"r1": "g1", "r2": "g1"},
        "capacity",
    ),
    "a displaced request may not return where it is not eligible": Case(
        problem([group("g1", admits=False), group("g2")], [seated("r1", displaced=True)]),
        {"r1": "g2"},
        {"r1": "g1"},
        "admits",
    ),
    "carriers beyond a limit stay, and others may join them": Case(
        problem(
            [group("g1", **MOST_ONE)],
            [seated("r1"), seated("r2"), request("r3"), request("r4")],
            participants=[person(f"p{n}", **BPD) for n in (1, 2, 4)] + [person("p3")],
        ),
        {"r3": "g1"},
        {"r4": "g1"},
        "limits",
    ),
    "once enough carriers left, a new one may come": Case(
        problem(
            [group("g1", **MOST_ONE), group("g2", 20)],
            [seated("r1", **SWITCH), seated("r2", **SWITCH), request("r3")],
            participants=[person(f"p{n}", **BPD) for n in (1, 2, 3)],
        ),
        {"r1": "g2", "r2": "g2", "r3": "g1"},
        {"r1": "g2", "r3": "g1"},
        "limits",
    ),
    "kept seats overlap, a new one beside them does not": Case(
        problem(
            [*at(18, "g1", "g2", "g3"), group("g4", 19)],
            [
                seated("r1", participant="p"),
                request("r2", "p", current_group="g2"),
                request("r3", "p"),
            ],
        ),
        {"r3": "g4"},
        {"r3": "g3"},
        "one_place",
    ),
    "a leaver's hour is free for another seat": Case(
        problem(
            [*at(18, "g1", "g2"), group("g3", 20)],
            [seated("r1", participant="p", **SWITCH), request("r2", "p")],
        ),
        {"r1": "g3", "r2": "g2"},
        {"r2": "g2"},
        "one_place",
    ),
    "two who are kept apart stay together and never come together": Case(
        problem(
            [group("g1"), group("g2", 20)],
            [seated("r1"), seated("r2"), seated("r3", "g2", **SWITCH), request("r4")],
            keep_apart=[["p1", "p2"], ["p2", "p3"], ["p4", "p3"]],
        ),
        {"r4": "g1"},
        {"r4": "g2"},
        "keep_apart",
    ),
    "running groups exceed a therapist's minutes, and none opens": Case(
        problem(
            [*at(18, "g1", therapists=["t"]), group("g2", 20, therapists=["t"], status="proposed")],
            [request("r1")],
            therapists=[{"id": "t", "max_minutes": 30}],
        ),
        {"r1": "g1"},
        {"r1": "g2"},
        "therapists",
    ),
    "a therapist's running groups overlap, a proposed one does not join them": Case(
        problem(
            [
                *at(18, "g1", "g2", therapists=["t"]),
                *at(18, "g3", therapists=["t"], status="proposed"),
            ],
            [request("r1"), request("r2")],
            therapists=[{"id": "t"}],
        ),
        {"r1": "g1", "r2": "g2"},
        {"r1": "g3"},
        "therapists",
    ),
    "running alternatives are open together, a proposed one is not": Case(
        problem(
            [group("g1"), group("g2", 20), group("g3", 22, status="proposed")],
            [request("r1"), request("r2")],
            alternatives=[["g1", "g2", "g3"]],
        ),
        {"r1": "g1", "r2": "g2"},
        {"r1": "g3"},
        "alternatives",
    ),
    "a half-kept plan stands still": Case(
        problem(
            [group("g1"), group("g2", 42), group("g3", 20)],
            [seated("r1", participant="p1", **SWITCH), request("r2", "p1"), request("r3")],
            plans=[{"id": "plan", "requests": ["r1", "r2"]}],
        ),
        {"r3": "g1"},
        {"r1": "g3"},
        "plans",
    ),
    "a plan of kept seats breaks its bounds, with a new one it may not": Case(
        problem(
            [group("g1"), group("g2", 42), group("g3", 20)],
            [seated("r1", participant="p1", **SWITCH), request("r2", "p1", current_group="g2")],
            **PLAN,
        ),
        {},
        {"r1": "g3"},
        "plans",
    ),
    "as many settled members move as may": Case(
        problem([group("g1"), group("g2", 20)], [seated("r1"), seated("r2")], max_moves=1),
        {"r2": "g2"},
        {"r1": "g2", "r2": "g2"},
        "moves",
    ),
    "who wants to switch does not count as moved": Case(
        problem([group("g1"), group("g2", 20)], [seated("r1", **SWITCH), seated("r2")]),
        {"r1": "g2"},
        {"r1": "g2", "r2": "g2"},
        "moves",
    ),
    "a pin binds new seats only": Case(
        problem(
            [group("g1"), group("g2", 20), group("g3", 21)],
            [seated("r1", **SWITCH), seated("r2", **SWITCH)],
            pins=[["r1", "g1"], ["r2", "g2"]],
        ),
        {"r2": "g2"},
        {"r1": "g2"},
        "pins_and_bans",
    ),
    "hours that touch join, groups that touch do not overlap": Case(
        problem(
            [group("g1", 18), group("g2", 19), group("g3", 20)],
            [request("r1", "p"), request("r2", "p")],
            participants=[person("p", available=[[18 * 60 + 30, 20 * 60], [0, 18 * 60 + 30]])],
        ),
        {"r1": "g1", "r2": "g2"},
        {"r1": "g3"},
        "availability",
    ),
    "a running group runs below its minimum, a proposed one never opens so": Case(
        problem(
            [group("g1", min_size=5), group("g2", 20, status="proposed", min_size=2)],
            [request("r1"), request("r2")],
        ),
        {"r1": "g1"},
        {"r1": "g2"},
        "opening",
    ),
    "days are those of the first representative week": Case(
        problem(
            [
                group("g1", meetings=[[600, 660], [WEEK + 1440, WEEK + 1500]]),
                group("g2", meetings=[[2040, 2100], [WEEK, WEEK + 60]]),
            ],
            [request("r1", "p"), request("r2", "p")],
            participants=[person("p", available=[[0, 2 * WEEK]])],
            plans=[{"id": "plan", "requests": ["r1", "r2"], "min_days": 2, "min_minutes": 120}],
            horizon_minutes=2 * WEEK,
            weeks=2,
        ),
        {"r1": "g1", "r2": "g2"},
        {"r1": "g1"},
        "plans",
    ),
}


def judged(asked: Json, seats: Seats) -> list[str]:
    """The rules that `check` finds broken in the answer with today's seats and these."""
    judge = Judge(asked)
    kept = {r: g for r, g in judge.current.items() if g is not None}
    document = answer(judge, {**kept, **seats})
    return rules(check(parse_problem(asked), parse_solution(document)))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_right_is_accepted_and_what_is_wrong_beside_it_is_not(case: Case) -> None:
    assert judged(case.asked, case.right) == []
    assert case.rule in judged(case.asked, case.wrong)
    judge = Judge(case.asked)
    kept = {r: g for r, g in judge.current.items() if g is not None}
    assert judge.violations({**kept, **case.right}) == []
    assert judge.violations({**kept, **case.wrong}) != []


def test_a_seated_request_never_loses_its_seat() -> None:
    asked = problem([group("g1")], [seated("r1")])
    document = answer(Judge(asked), {})
    document["unplaced"] = []
    assert rules(check(parse_problem(asked), parse_solution(document))) == ["one_seat"]


def test_a_problem_in_which_nobody_asks_has_an_answer() -> None:
    assert judged(problem([], []), {}) == []
