"""Each tier of the objective: its sense, and its value for seats that one can count by hand."""

from typing import Any

import pytest

from solver import Problem, objectives
from solver.roster import Roster
from tests.solver.cases import group, parsed, person, request

TALLIED = [("placed", True), ("switched", True), ("moved", False), ("opened", False)]


def test_the_tiers_stand_in_their_order_with_their_senses() -> None:
    found = [(tier.NAME, tier.MAXIMIZED) for tier in objectives.ALL]
    assert found == [*TALLIED, ("cost", False)]


def everybody() -> Problem:
    """Two who wait, two who would switch, two settled members, and two groups to open."""
    return parsed(
        [
            group("g1"),
            group("g2", 20),
            group("o1", 30, status="proposed"),
            group("o2", 40, status="proposed", open_cost=7),
        ],
        [
            request("r1", priority=5),
            request("r2", priority=11, current_group="g1", displaced=True, wants_switch=True),
            request("r3", priority=100, current_group="g1", wants_switch=True),
            request("r4", priority=200, current_group="g2", wants_switch=True),
            request("r5", priority=1000, current_group="g1"),
            request("r6", priority=2000, current_group="g2"),
        ],
        max_moves=None,
    )


KEPT = {"r3": "g1", "r4": "g2", "r5": "g1", "r6": "g2"}


@pytest.mark.parametrize(
    ("seats", "values"),
    [
        ({}, (0, 0, 0, 0)),
        ({"r1": "g1"}, (5, 0, 0, 0)),
        ({"r2": "g1"}, (11, 0, 0, 0)),
        ({"r1": "g2", "r2": "g2"}, (16, 0, 0, 0)),
        ({"r3": "g2"}, (0, 100, 0, 0)),
        ({"r3": "g2", "r4": "g1"}, (0, 300, 0, 0)),
        ({"r5": "g2"}, (0, 0, 1, 0)),
        ({"r5": "g2", "r6": "g1"}, (0, 0, 2, 0)),
        ({"r1": "o1"}, (5, 0, 0, 1)),
        ({"r1": "o1", "r2": "o1"}, (16, 0, 0, 1)),
        ({"r1": "o1", "r3": "o2", "r6": "o2"}, (5, 100, 1, 9)),
    ],
)
def test_seats_count_by_who_takes_them_and_groups_by_their_cost(
    seats: dict[str, str], values: tuple[int, ...]
) -> None:
    roster = Roster(everybody(), {**KEPT, **seats})
    assert tuple(tier.value(roster) for tier in objectives.ALL[:4]) == values


def priced(**fields: Any) -> int:
    """Tier 5 of one new seat in a group of two meetings with two therapists."""
    asked = parsed(
        [group("g1", meetings=[[600, 660], [2000, 2060]], therapists=["t1", "t2"], topic="grief")],
        [request("r1", **{"topics": {"grief": 0, "anger": 50}, **fields.get("request", {})})],
        therapists=[{"id": "t1"}, {"id": "t2"}, {"id": "t3"}],
        participants=[person("p1", **fields.get("person", {}))],
    )
    return objectives.ALL[4].value(Roster(asked, {"r1": "g1"}))


@pytest.mark.parametrize(
    ("fields", "cost"),
    [
        ({}, 0),
        ({"request": {"topics": {"grief": 3, "anger": 50}}}, 3),
        ({"request": {"topics": {"anger": 50}}}, 0),
        ({"request": {"group_cost": {"g1": 4}}}, 4),
        ({"request": {"therapist_cost": {"t1": 5, "t3": 60}}}, 5),
        ({"request": {"therapist_cost": {"t1": 5, "t2": 8}}}, 13),
        ({"person": {"available": [[0, 9000, 2]]}}, 4),
        ({"person": {"available": [[0, 9000, 2], [659, 700, 7], [2060, 3000, 9]]}}, 9),
        (
            {
                "request": {"topics": {"grief": 1}, "group_cost": {"g1": 10}},
                "person": {"available": [[0, 1000, 100], [1000, 9000, 200]]},
            },
            311,
        ),
    ],
)
def test_a_new_seat_costs_topic_hours_group_and_therapists(
    fields: dict[str, Any], cost: int
) -> None:
    assert priced(**fields) == cost


def test_a_kept_seat_costs_nothing() -> None:
    asked = parsed([group("g1")], [request("r1", current_group="g1", topics={"anger": 9})])
    assert objectives.ALL[4].value(Roster(asked, {"r1": "g1"})) == 0
