"""One person now: what a request could have, and what it would set off."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from solver import Problem, TierValues, objectives, parse_problem, violations
from solver.explanations.moved import Moved
from solver.explanations.options import Option, options
from solver.explanations.solved import Solved
from solver.generator import generate
from solver.roster import Roster
from tests.checked import solve
from tests.solver.cases import group, parsed, person, request
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def today(asked: Problem, **given: str) -> Solved:
    """The seats of today and those given beside them, before anybody has solved anything."""
    kept = {r.id: r.seat for r in asked.requests if r.seat is not None}
    return Solved(asked, {**kept, **given})


def options_of(solved: Solved, name: str) -> list[Option]:
    return list(options(solved, name))


def topics(*names: str) -> dict[str, int]:
    return dict.fromkeys(names, 0)


def ring(length: int) -> Problem:
    """Full groups of one seat; each member wants the seat of the next one."""
    groups = [group(f"g{n}", topic=f"t{n}", max_size=1) for n in range(length)]
    members = [
        request(
            f"r{n}",
            topics=topics(f"t{(n + 1) % length}"),
            current_group=f"g{n}",
            wants_switch=True,
        )
        for n in range(length)
    ]
    return parsed(groups, members)


@pytest.mark.parametrize("length", [2, 3, 7])
def test_members_who_want_each_others_seats_all_get_them(length: int) -> None:
    solution = solve(ring(length), workers=1)
    assert solution.assignment == {f"r{n}": f"g{(n + 1) % length}" for n in range(length)}
    assert solution.objective.switched == length


@pytest.mark.parametrize("length", [2, 3, 7])
def test_a_cycle_is_an_option_of_each_member_in_it(length: int) -> None:
    solved = today(ring(length))
    for n in range(length):
        [option] = options_of(solved, f"r{n}")
        others = [(n + step) % length for step in range(1, length)]
        assert option.group == f"g{(n + 1) % length}"
        assert option.knock_on == tuple(
            Moved(f"r{m}", f"g{m}", f"g{(m + 1) % length}") for m in others
        )
        assert option.effect.switched == length


def test_full_groups_of_many_exchange_two_members() -> None:
    groups = [group("g1", topic="a", max_size=3), group("g2", topic="b", max_size=3)]
    stay = [
        request(f"r{n}", topics=topics("a" if n < 5 else "b"), current_group=f"g{1 + n // 5}")
        for n in (3, 4, 5, 6)
    ]
    one = request("r1", topics=topics("b"), current_group="g1", wants_switch=True)
    other = request("r2", topics=topics("a"), current_group="g2", wants_switch=True)
    asked = parsed(groups, [*stay, one, other])
    assert solve(asked, workers=1).objective.switched == 2
    [option] = options_of(today(asked), "r1")
    assert (option.group, option.knock_on) == ("g2", (Moved("r2", "g2", "g1"),))


def chain(length: int) -> Problem:
    """r0 waits for the first of a row of full groups; only the last one has a seat left."""
    groups = [group(f"g{n}", topic=f"t{n}", max_size=1 + (n == length)) for n in range(length + 1)]
    members = [
        request(
            f"r{n + 1}",
            topics=topics(f"t{n}", f"t{n + 1}"),
            current_group=f"g{n}",
            wants_switch=n < length,
        )
        for n in range(length + 1)
    ]
    return parsed(groups, [request("r0", topics=topics("t0")), *members])


@pytest.mark.parametrize("length", [1, 2, 6, 20])
def test_a_chain_through_a_freed_seat_may_be_of_any_length(length: int) -> None:
    asked = chain(length)
    solution = solve(asked, workers=1)
    assert (solution.objective.placed, solution.objective.switched) == (1, length)
    [option] = options_of(today(asked), "r0")
    assert option.group == "g0"
    assert [move.to for move in option.knock_on] == [f"g{n}" for n in range(1, length + 1)]
    assert (option.effect.placed, option.effect.switched) == (1, length)


def test_a_settled_member_is_in_no_chain() -> None:
    groups = [group("g1", topic="a", max_size=1), group("g2", topic="b")]
    member = request("r2", topics=topics("a", "b"), current_group="g1")
    solved = today(parsed(groups, [request("r1", topics=topics("a")), member]))
    assert options_of(solved, "r1") == []
    with pytest.raises(ValueError, match="settled"):
        options_of(solved, "r2")


def test_who_was_given_a_switch_is_not_sent_back_for_somebody_else() -> None:
    groups = [group("g1", topic="a"), group("g2", topic="b", max_size=1)]
    switched = request("r2", topics=topics("b"), current_group="g1", wants_switch=True)
    asked = parsed(groups, [request("r1", topics=topics("b")), switched])
    assert options_of(today(asked, r2="g2"), "r1") == []
    assert [option.group for option in options_of(today(asked), "r1")] == ["g2"]


def test_options_are_ranked_by_what_they_do_to_the_tiers() -> None:
    groups = [
        group("g1", 10, topic="a"),
        group("g2", 12, topic="b"),
        group("g3", 14, topic="c", status="proposed"),
    ]
    solved = today(parsed(groups, [request("r1", topics={"a": 7, "b": 2, "c": 0})]))
    assert [option.group for option in options_of(solved, "r1")] == ["g2", "g1", "g3"]


def test_a_request_of_a_plan_brings_the_rest_of_its_week() -> None:
    groups = [
        group("g1", 10, topic="a"),
        group("g2", 10, topic="b"),
        group("g3", 34, topic="b"),
    ]
    asked = [request("r1", "p1", topics=topics("a")), request("r2", "p1", topics=topics("b"))]
    plan = {"id": "plan", "requests": ["r1", "r2"], "min_days": 2}
    [option] = options_of(today(parsed(groups, asked, plans=[plan])), "r1")
    assert (option.group, option.knock_on) == ("g1", (Moved("r2", None, "g3"),))


def test_who_must_not_be_met_rules_a_group_out() -> None:
    asked = parsed(
        [group("g1")],
        [request("r1"), request("r2", current_group="g1")],
        keep_apart=[["p1", "p2"]],
    )
    assert options_of(today(asked), "r1") == []


def test_a_limit_that_is_reached_rules_a_group_out() -> None:
    limit = {"attribute": "condition", "value": "bpd", "max": 1}
    asked = parsed(
        [group("g1", limits=[limit])],
        [request("r1"), request("r2", current_group="g1")],
        participants=[person(p, attributes={"condition": ["bpd"]}) for p in ("p1", "p2")],
    )
    assert options_of(today(asked), "r1") == []


def tiers_of(solved: Solved, seats: Mapping[str, str]) -> list[int]:
    roster = Roster(solved.problem, seats)
    return [tier.value(roster) for tier in objectives.ALL]


def check_all(solved: Solved) -> int:
    """Every option of everybody is valid, has the effect it says, and costs nobody a seat."""
    count, now = 0, tiers_of(solved, solved.assignment)
    for asked in solved.problem.requests:
        for option in options_of(solved, asked.id) if not asked.settled else ():
            moves = [Moved(asked.id, None, option.group), *option.knock_on]
            after = {**solved.assignment, **{move.request: move.to for move in moves}}
            assert violations(solved.problem, after) == []
            assert option.effect == TierValues(
                *(a - b for a, b in zip(tiers_of(solved, after), now, strict=True))
            )
            assert len({move.request for move in moves}) == len(moves)
            changed = {r for r in after if after[r] != solved.assignment.get(r)}
            assert changed == {move.request for move in moves}
            assert not any(solved.problem.request[r].settled for r in changed)
            kept = {r.id for r in solved.problem.requests if r.switching and after[r.id] == r.seat}
            assert all(solved.assignment[r] == after[r] for r in kept)
            count += 1
    return count


@SMALL
@given(document=problems())
def test_no_group_that_could_take_somebody_at_once_is_missing(document: Any) -> None:
    solved = today(parse_problem(document))
    for asked in solved.problem.requests:
        if asked.settled:
            continue
        found = {option.group for option in options_of(solved, asked.id)}
        for taken in {g.id for g in solved.problem.groups} - {asked.seat}:
            after = {**solved.assignment, asked.id: taken}
            assert violations(solved.problem, after) or taken in found


@SMALL
@given(document=problems(crowded=True))
def test_every_option_of_a_small_problem_is_valid(document: Any) -> None:
    asked = parse_problem(document)
    check_all(today(asked))
    check_all(Solved(asked, solve(asked, workers=1).assignment))


@pytest.mark.parametrize("profile", ["weekly", "mixed", "iop"])
def test_every_option_of_a_generated_problem_is_valid(profile: str) -> None:
    asked = parse_problem(generate(150, seed=3, profile=profile))
    solved = Solved(asked, solve(asked).assignment)
    assert check_all(today(asked)) > 0
    check_all(solved)
    for name in solved.assignment:
        found = options_of(solved, name) if not asked.request[name].settled else []
        effects = [option.effect.placed for option in found]
        assert all(one >= other for one, other in pairwise(effects))
