"""Each hard rule: a case that it admits, the same case beyond it, and what already stands."""

from typing import Any

import pytest

from solver import Problem, constraints, violations
from solver.check import warnings
from solver.constraints import Constraint
from solver.roster import Roster
from tests.solver.cases import WEEK, broken, group, parsed, person, request, rules, seats_of

DAY = 1440


def standing(asked: Problem) -> list[str]:
    """The rules that today's seats break, where nothing changes."""
    kept = {r.id: r.seat for r in asked.requests if r.seat is not None}
    assert violations(asked, kept) == []
    return rules(warnings(Roster(asked, kept)))


def test_a_seated_request_never_ends_without_a_seat() -> None:
    asked = parsed([group("g1")], [request("r1", current_group="g1")])
    assert rules(violations(asked, {"r1": "g1"})) == []
    assert rules(violations(asked, {})) == ["one_seat"]
    assert seats_of(asked) == {"r1": "g1"}


def test_a_full_group_admits_nobody() -> None:
    asked = parsed([group("g1", max_size=3, held_seats=1)], [request(f"r{n}") for n in (1, 2, 3)])
    assert broken(asked, r1="g1", r2="g1") == []
    assert broken(asked, r1="g1", r2="g1", r3="g1") == ["capacity"]
    assert len(seats_of(asked)) == 2


def test_two_members_of_full_groups_swap_their_seats() -> None:
    asked = parsed(
        [group("g1", max_size=1), group("g2", 19, max_size=1)],
        [
            request("r1", current_group="g1", wants_switch=True),
            request("r2", current_group="g2", wants_switch=True),
        ],
    )
    assert seats_of(asked) == {"r1": "g2", "r2": "g1"}


def test_an_over_full_group_keeps_its_members_and_admits_nobody_for_one_who_leaves() -> None:
    members = [request(f"r{n}", current_group="g1") for n in (1, 2, 3)]
    members[0] |= {"wants_switch": True}
    asked = parsed([group("g1", max_size=2), group("g2", 19)], [*members, request("r4")])
    assert standing(asked) == ["capacity"]
    assert broken(asked, r1="g2", r4="g2") == []
    assert broken(asked, r1="g2", r4="g1") == ["capacity", "over_full"]
    assert seats_of(asked) == {"r1": "g2", "r2": "g1", "r3": "g1", "r4": "g2"}


def test_a_group_whose_held_seats_grew_is_over_full() -> None:
    members = [request(f"r{n}", current_group="g1") for n in (1, 2)]
    asked = parsed([group("g1", max_size=3, held_seats=2)], [*members, request("r3")])
    assert seats_of(asked) == {"r1": "g1", "r2": "g1"}


def test_a_proposed_group_opens_with_its_minimum_or_not_at_all() -> None:
    proposed = group("g1", status="proposed", min_size=2)
    alone = parsed([proposed], [request("r1")])
    assert broken(alone, r1="g1") == ["opening"]
    assert seats_of(alone) == {}
    together = parsed([proposed], [request("r1"), request("r2")])
    assert broken(together, r1="g1", r2="g1") == []
    assert seats_of(together) == {"r1": "g1", "r2": "g1"}


def test_held_seats_do_not_count_toward_the_minimum() -> None:
    proposed = group("g1", status="proposed", min_size=3, max_size=4, held_seats=2)
    assert seats_of(parsed([proposed], [request(f"r{n}") for n in range(4)])) == {}


def test_a_running_group_below_its_minimum_is_a_warning_and_open_to_newcomers() -> None:
    asked = parsed([group("g1", min_size=4)], [request("r1", current_group="g1"), request("r2")])
    assert standing(asked) == ["min_size"]
    assert seats_of(asked) == {"r1": "g1", "r2": "g1"}


@pytest.mark.parametrize(("hour", "free"), [(18.0, False), (18.5, False), (19.0, True)])
def test_two_seats_of_one_participant_never_overlap(hour: float, free: bool) -> None:
    later = group("g2", topic="grief", meetings=[[int(hour * 60), int(hour * 60) + 60]])
    asked = parsed(
        [group("g1"), later], [request("r1", "p"), request("r2", "p", topics={"grief": 0})]
    )
    assert broken(asked, r1="g1", r2="g2") == ([] if free else ["one_place"])
    assert len(seats_of(asked)) == (2 if free else 1)


def test_two_requests_of_one_participant_never_share_a_group() -> None:
    asked = parsed([group("g1")], [request("r1", "p"), request("r2", "p")])
    assert broken(asked, r1="g1", r2="g1") == ["one_place"]
    assert len(seats_of(asked)) == 1


def test_kept_seats_may_overlap_but_no_new_one_joins_them() -> None:
    asked = parsed(
        [group("g1"), group("g2"), group("g3")],
        [
            request("r1", "p", current_group="g1"),
            request("r2", "p", current_group="g2"),
            request("r3", "p"),
        ],
    )
    assert standing(asked) == ["one_place"]
    assert broken(asked, r3="g3") == ["one_place"]
    assert seats_of(asked) == {"r1": "g1", "r2": "g2"}


@pytest.mark.parametrize("status", ["running", "proposed"])
def test_participants_who_are_kept_apart_never_share_a_group(status: str) -> None:
    apart = {"keep_apart": [["p2", "p1"]]}
    asked = parsed([group("g1", status=status)], [request("r1"), request("r2")], **apart)
    assert broken(asked, r1="g1") == []
    assert broken(asked, r1="g1", r2="g1") == ["keep_apart"]
    assert len(seats_of(asked)) == 1


def test_members_who_are_kept_apart_may_both_keep_their_seats() -> None:
    members = [request("r1", current_group="g1"), request("r2", current_group="g1")]
    asked = parsed([group("g1")], members, keep_apart=[["p1", "p2"]])
    assert standing(asked) == ["keep_apart"]
    assert seats_of(asked) == {"r1": "g1", "r2": "g1"}


def limited(most: int, members: int, waiting: int, **fields: Any) -> Problem:
    """A group with a limit, members and waiting requests of people who all carry the value."""
    limit = {"attribute": "condition", "value": "bpd", "max": most}
    asked = [request(f"r{n}", current_group="g1") for n in range(members)]
    asked += [request(f"r{n}") for n in range(members, members + waiting)]
    if asked:
        asked[0] |= fields
    people = [person(f"p{n}", attributes={"condition": ["bpd"]}) for n in range(members + waiting)]
    groups = [group("g1", limits=[limit]), group("g2", 19, topic="grief")]
    return parsed(groups, asked, participants=people)


def test_a_limit_admits_as_many_as_it_says() -> None:
    asked = limited(2, members=1, waiting=2)
    assert broken(asked, r1="g1") == []
    assert broken(asked, r1="g1", r2="g1") == ["limits"]
    assert len(seats_of(asked)) == 2


def test_a_limit_concerns_only_those_who_carry_the_value() -> None:
    limit = {"attribute": "condition", "value": "ocd", "max": 0}
    asked = parsed([group("g1", limits=[limit])], [request("r1"), request("r2")])
    assert broken(asked, r1="g1", r2="g1") == []


def test_a_leaver_is_not_replaced_while_the_limit_stays_exceeded() -> None:
    wishes = {"wants_switch": True, "topics": {"anger": 0, "grief": 0}}
    asked = limited(1, members=3, waiting=1, **wishes)
    assert standing(asked) == ["limits"]
    assert broken(asked, r0="g2") == []
    assert broken(asked, r0="g2", r3="g1") == ["limits"]
    assert seats_of(asked) == {"r0": "g2", "r1": "g1", "r2": "g1"}


def led(max_minutes: int | None = None, **groups: dict[str, Any]) -> Problem:
    """Groups of one therapist, each asked for by one request of its own topic."""
    therapist = {"id": "t1", "max_minutes": max_minutes}
    offered = [{**fields, "topic": name, "therapists": ["t1"]} for name, fields in groups.items()]
    asked = [request(f"r{name}", f"p{name}", topics={name: 0}) for name in groups]
    return parsed(offered, asked, therapists=[therapist])


def test_two_overlapping_groups_of_one_therapist_never_open_together() -> None:
    proposed = {"status": "proposed"}
    asked = led(a=group("a", **proposed), b=group("b", **proposed), c=group("c", 20, **proposed))
    assert broken(asked, ra="a", rc="c") == []
    assert broken(asked, ra="a", rb="b") == ["therapists"]
    assert len(seats_of(asked)) == 2


def test_no_group_opens_while_its_therapist_leads_a_running_one() -> None:
    asked = led(a=group("a"), b=group("b", status="proposed"))
    assert broken(asked, rb="b") == ["therapists"]
    assert seats_of(asked) == {"ra": "a"}


def test_running_groups_of_one_therapist_may_overlap() -> None:
    asked = led(a=group("a"), b=group("b"))
    assert standing(asked) == ["therapists"]
    assert seats_of(asked) == {"ra": "a", "rb": "b"}


@pytest.mark.parametrize(("most", "opens"), [(120, True), (119, False), (59, False), (None, True)])
def test_a_group_opens_within_the_minutes_of_its_therapist(most: int | None, opens: bool) -> None:
    asked = led(most, a=group("a"), b=group("b", 20, status="proposed"))
    assert broken(asked, rb="b") == ([] if opens else ["therapists"])
    assert seats_of(asked) == ({"ra": "a", "rb": "b"} if opens else {"ra": "a"})


@pytest.mark.parametrize("other", ["running", "proposed"])
def test_no_other_alternative_is_open_beside_a_proposed_one_that_opens(other: str) -> None:
    groups = [group("g1", status="proposed"), group("g2", 20, status=other, topic="grief")]
    asked = parsed(
        groups, [request("r1"), request("r2", topics={"grief": 0})], alternatives=[["g2", "g1"]]
    )
    assert broken(asked, r1="g1", r2="g2") == ["alternatives"]
    assert broken(asked, r2="g2") == []
    assert len(seats_of(asked)) == 1


def test_running_alternatives_may_both_be_open() -> None:
    asked = parsed([group("g1"), group("g2", 20)], [request("r1")], alternatives=[["g1", "g2"]])
    assert seats_of(asked).keys() == {"r1"}


def planned(bounds: dict[str, int], hours: tuple[int, ...] = (18, 42), **person_: Any) -> Problem:
    """A plan of one request a group, each group an hour long, at these hours of the week."""
    groups = [group(f"g{n}", hour, topic=f"t{n}") for n, hour in enumerate(hours)]
    asked = [request(f"r{n}", "p", topics={f"t{n}": 0}) for n in range(len(hours))]
    plan = {"id": "plan", "requests": [r["id"] for r in asked], **bounds}
    people = [person("p", **person_)]
    return parsed(groups, asked, plans=[plan], participants=people)


def test_a_plan_is_completed_or_left_alone() -> None:
    asked = planned({})
    assert broken(asked, r0="g0", r1="g1") == []
    assert broken(asked, r0="g0") == ["plans"]
    assert seats_of(asked) == {"r0": "g0", "r1": "g1"}


@pytest.mark.parametrize(
    ("bounds", "whole"),
    [
        ({"min_minutes": 120, "max_minutes": 120}, True),
        ({"min_minutes": 121}, False),
        ({"max_minutes": 119}, False),
        ({"min_days": 2, "max_minutes_per_day": 60}, True),
        ({"min_days": 3}, False),
        ({"max_minutes_per_day": 59}, False),
    ],
)
def test_a_plan_is_completed_only_within_its_bounds(bounds: dict[str, int], whole: bool) -> None:
    asked = planned(bounds)
    assert broken(asked, r0="g0", r1="g1") == ([] if whole else ["plans"])
    assert seats_of(asked) == ({"r0": "g0", "r1": "g1"} if whole else {})


@pytest.mark.parametrize(("offset", "days"), [(0, 1), (-18 * 60, 1), (-19 * 60, 2), (300, 2)])
def test_days_are_those_of_the_participants_clock(offset: int, days: int) -> None:
    asked = planned({"min_days": days}, (18, 20), day_offset_minutes=offset)
    assert broken(asked, r0="g0", r1="g1") == []
    asked = planned({"min_days": days + 1}, (18, 20), day_offset_minutes=offset)
    assert broken(asked, r0="g0", r1="g1") == ["plans"]


def test_a_plan_counts_its_kept_seats_and_may_stand_incomplete() -> None:
    groups = [group("g0", 18, topic="t0"), group("g1", 42, topic="t1", max_size=0, min_size=0)]
    asked = parsed(
        groups,
        [
            request("r0", "p", topics={"t0": 0}, current_group="g0"),
            request("r1", "p", topics={"t1": 0}),
        ],
        plans=[{"id": "plan", "requests": ["r0", "r1"], "min_minutes": 120}],
    )
    assert standing(asked) == []
    assert seats_of(asked) == {"r0": "g0"}


def test_a_member_of_an_incomplete_plan_does_not_switch() -> None:
    wishes = {"current_group": "g0", "wants_switch": True}
    groups = [group("g0"), group("g1", 20), group("g2", 22, topic="grief")]
    both = [request("r0", "p", **wishes), request("r1", "p", topics={"grief": 0})]
    plan = {"id": "plan", "requests": ["r0", "r1"]}
    asked = parsed(groups, both, plans=[plan])
    assert seats_of(asked) == {"r0": "g1", "r1": "g2"}
    banned = parsed(groups, both, plans=[plan], bans=[["r1", "g2"]])
    assert broken(banned, r0="g1") == ["plans"]
    assert seats_of(banned) == {"r0": "g0"}


def test_only_meetings_of_the_first_representative_week_count_for_days() -> None:
    twice = {"meetings": [[600, 660], [WEEK + DAY, WEEK + DAY + 60]]}
    asked = parsed(
        [group("g0", **twice)],
        [request("r0")],
        plans=[{"id": "plan", "requests": ["r0"], "min_days": 2}],
        horizon_minutes=2 * WEEK,
        weeks=2,
        participants=[person("p0", available=[[0, 2 * WEEK]])],
    )
    assert broken(asked, r0="g0") == ["plans"]
    assert seats_of(asked) == {}


@pytest.mark.parametrize(("most", "placed"), [(0, 0), (1, 1), (None, 2)])
def test_no_more_settled_members_move_than_allowed(most: int | None, placed: int) -> None:
    """Two full groups that the waiting want, and room elsewhere for their members."""
    groups = [
        group("a", max_size=1, topic="a"),
        group("b", 19, max_size=1, topic="b"),
        group("c", 20, topic="c"),
    ]
    asked = parsed(
        groups,
        [
            request("r1", topics={"a": 0, "c": 0}, current_group="a"),
            request("r2", topics={"b": 0, "c": 0}, current_group="b"),
            request("r3", topics={"a": 0}),
            request("r4", topics={"b": 0}),
        ],
        max_moves=most,
    )
    moves = {"r1": "c", "r2": "c", "r3": "a", "r4": "b"}
    assert broken(asked, **moves) == ([] if most is None else ["moves"])
    assert len(seats_of(asked)) == 2 + placed


BOTH = {"anger": 0, "grief": 0}

#: Rule → a problem whose best solution would violate it if nobody minded.
TEMPTATIONS: dict[str, Problem] = {
    "one_seat": parsed(
        [group("g1", max_size=1)], [request("r1", current_group="g1"), request("r2")]
    ),
    "capacity": parsed([group("g1", max_size=1)], [request("r1"), request("r2")]),
    "opening": parsed([group("g1", status="proposed", min_size=2)], [request("r1")]),
    "one_place": parsed(
        [group("g1"), group("g2", topic="grief")],
        [request("r1", "p", current_group="g1"), request("r2", "p", topics={"grief": 0})],
    ),
    "keep_apart": parsed([group("g1")], [request("r1"), request("r2")], keep_apart=[["p1", "p2"]]),
    "limits": limited(1, members=0, waiting=2),
    "therapists": led(a=group("a"), b=group("b", status="proposed")),
    "alternatives": parsed(
        [group("g1", status="proposed"), group("g2", 20, topic="grief")],
        [request("r1")],
        alternatives=[["g1", "g2"]],
    ),
    "plans": parsed(
        [group("g1", 18), group("g2", 20, topic="grief", max_size=1)],
        [
            request("r1", "p"),
            request("r2", "p", topics={"grief": 0}),
            request("r3", topics={"grief": 0}, priority=5),
            request("r4"),
        ],
        plans=[{"id": "plan", "requests": ["r1", "r2"]}],
    ),
    "moves": parsed(
        [group("g1", max_size=2), group("g2", 19, topic="grief")],
        [
            *(request(f"r{n}", topics=BOTH, current_group="g1") for n in (1, 2)),
            *(request(f"r{n}") for n in (3, 4)),
        ],
        max_moves=1,
    ),
}


@pytest.mark.parametrize("rule", constraints.ALL, ids=lambda rule: rule.NAME)
def test_without_its_rows_a_rule_would_be_violated(
    rule: Constraint, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = TEMPTATIONS[rule.NAME]
    assert not [v for v in rule.violations(Roster(asked, seats_of(asked))) if not v.standing]
    others = tuple(other for other in constraints.ALL if other is not rule)
    monkeypatch.setattr(constraints, "ALL", others)
    found = rule.violations(Roster(asked, seats_of(asked)))
    assert [v for v in found if not v.standing]
