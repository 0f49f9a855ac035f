"""The seven kinds of single change: their form in files, and the problem after each."""

from typing import Any

import pytest

from solver import parse_solution
from solver.changes import (
    AddAvailability,
    AddSeat,
    Admit,
    Change,
    ChangeRefused,
    DropRequirement,
    MoveOne,
    OpenGroup,
    WidenGroup,
    applied,
    change_as_json,
    read_change,
)
from solver.files.refusal import Errors, SolutionRefused
from tests.solver.cases import broken, group, parsed, person, request

FORMS: list[tuple[Change, dict[str, Any]]] = [
    (
        AddAvailability("p1", (60, 90)),
        {"kind": "add_availability", "participant": "p1", "interval": [60, 90]},
    ),
    (
        AddAvailability("p1", (60, 90), ((10140, 10170),)),
        {
            "kind": "add_availability",
            "participant": "p1",
            "interval": [60, 90],
            "again": [[10140, 10170]],
        },
    ),
    (
        DropRequirement("r1", "modality"),
        {"kind": "drop_requirement", "request": "r1", "key": "modality"},
    ),
    (Admit("g1"), {"kind": "admit", "group": "g1"}),
    (AddSeat("g4"), {"kind": "add_seat", "group": "g4"}),
    (OpenGroup("g8"), {"kind": "open_group", "group": "g8"}),
    (
        WidenGroup("g1", "region", "NJ"),
        {"kind": "widen_group", "group": "g1", "key": "region", "value": "NJ"},
    ),
    (
        MoveOne("r2", "g1", "g2"),
        {"kind": "move_one", "request": "r2", "from": "g1", "to": "g2"},
    ),
]


@pytest.mark.parametrize(("change", "form"), FORMS, ids=[form["kind"] for _, form in FORMS])
def test_a_change_is_written_and_read(change: Change, form: dict[str, Any]) -> None:
    assert change_as_json(change) == form
    errors = Errors()
    assert read_change(errors, "$", form) == change
    assert errors == []


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ({"kind": "add_chair", "group": "g1"}, "$"),
        ("add_seat", "$"),
        ({"kind": ["add_seat"], "group": "g1"}, "$"),
        ({"kind": "add_seat"}, "$.group"),
        ({"kind": "add_seat", "group": 4}, "$.group"),
        ({"kind": "add_seat", "group": "g1", "seats": 2}, "$.seats"),
        ({"kind": "move_one", "request": "r1", "origin": "g1", "to": "g2"}, "$.origin"),
        (
            {"kind": "add_availability", "participant": "p1", "interval": [90, 60]},
            "$.interval",
        ),
        (
            {"kind": "add_availability", "participant": "p1", "interval": [0, True]},
            "$.interval",
        ),
        (
            {"kind": "add_availability", "participant": "p1", "interval": [0, 9], "again": [[9]]},
            "$.again[0]",
        ),
    ],
)
def test_a_change_of_another_form_is_refused(form: object, path: str) -> None:
    errors = Errors()
    assert read_change(errors, "$", form) is None
    assert path in errors.paths


def test_a_solution_file_with_a_wrong_fix_is_refused_at_its_path() -> None:
    fix = {"change": {"kind": "admit"}, "placed_gain": -1, "verified": "yes"}
    tiers = dict.fromkeys(("placed", "switched", "moved", "opened", "cost"), 0)
    file = {
        "format": "groupmatch.solution/1",
        "status": "optimal",
        "objective": tiers,
        "bounds": tiers,
        "seats": [],
        "opened": [],
        "unplaced": [{"request": "r1", "fixes": [fix]}],
    }
    with pytest.raises(SolutionRefused) as refused:
        parse_solution(file)
    assert sorted(error.path for error in refused.value.errors) == [
        "$.unplaced[0].fixes[0].change.group",
        "$.unplaced[0].fixes[0].placed_gain",
        "$.unplaced[0].fixes[0].verified",
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (AddSeat("g9"), "g9 is no group"),
        (AddAvailability("p9", (0, 60)), "p9 is no participant"),
        (AddAvailability("p1", (0, 20_000)), "planning timeline"),
        (DropRequirement("r1", "color"), "does not require color"),
        (DropRequirement("r9", "color"), "r9 is no request"),
        (Admit("g1"), "already admits"),
        (OpenGroup("g1"), "already running"),
        (WidenGroup("g1", "color", "red"), "does not require color"),
        (WidenGroup("g1", "region", "NY"), "already takes region NY"),
        (MoveOne("r1", "g1", "g2"), "no settled member of g1"),
        (MoveOne("r2", "g2", "g1"), "no settled member of g2"),
        (MoveOne("r2", "g1", "g1"), "already sits in g1"),
        (MoveOne("r2", "g1", "g9"), "g9 is no group"),
        (MoveOne("r3", "g1", "g2"), "pinned to g1"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(change: Change, why: str) -> None:
    asked = parsed(
        [group("g1", requires={"region": ["NY"]}), group("g2", 20)],
        [request("r1"), request("r2", current_group="g1"), request("r3", current_group="g1")],
        pins=[["r3", "g1"]],
    )
    with pytest.raises(ChangeRefused, match=why):
        applied(asked, change)


@pytest.mark.parametrize(
    ("change", "groups", "asking", "fields"),
    [
        (
            AddAvailability("p1", (18 * 60, 19 * 60)),
            [group("g1")],
            {},
            {"participants": [person("p1", available=[])]},
        ),
        (
            DropRequirement("r1", "modality"),
            [group("g1")],
            {"requires": {"modality": ["CBT"]}},
            {},
        ),
        (Admit("g1"), [group("g1", admits=False)], {}, {}),
        (AddSeat("g1"), [group("g1", max_size=0)], {}, {}),
        (OpenGroup("g1"), [group("g1", status="proposed", min_size=3)], {}, {}),
        (
            WidenGroup("g1", "region", "NJ"),
            [group("g1", requires={"region": ["NY"]})],
            {},
            {"participants": [person("p1", attributes={"region": ["NJ"]})]},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_change_takes_away_what_was_in_the_way(
    change: Change, groups: list[Any], asking: dict[str, Any], fields: dict[str, Any]
) -> None:
    asked = parsed(groups, [request("r1", **asking)], **fields)
    assert broken(asked, r1="g1")
    assert broken(applied(asked, change), r1="g1") == []


def test_after_a_move_one_member_more_may_go_and_only_there() -> None:
    asked = parsed([group("g1"), group("g2"), group("g3")], [request("r1", current_group="g1")])
    assert broken(asked, r1="g2") == ["moves"]
    after = applied(asked, MoveOne("r1", "g1", "g2"))
    assert broken(after, r1="g2") == []
    assert broken(after, r1="g3") == ["pins_and_bans"]
    assert asked.max_moves == 0


def test_availability_that_touches_is_joined() -> None:
    asked = parsed(
        [group("g1")], [request("r1")], participants=[person("p1", available=[[1000, 1100, 3]])]
    )
    assert broken(applied(asked, AddAvailability("p1", (1100, 1140))), r1="g1") == []
