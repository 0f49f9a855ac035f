"""Bundles: what needs each other stands together, and any choice of the rest holds."""

import random
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupmatch.matching.bundles import Bundle, bundles
from solver import Problem, parse_problem, violations
from solver.generator import generate
from tests.checked import solve
from tests.solver.cases import group, parsed, person, request
from tests.solver.strategies import problems


def solved(problem: Problem) -> list[Bundle]:
    return bundles(problem, solve(problem, workers=1).assignment)


def requests_of(found: list[Bundle]) -> list[set[str]]:
    return [{entry.request for entry in bundle} for bundle in found]


def broken_by(problem: Problem, chosen: list[Bundle]) -> list[str]:
    """The rules that publishing just these bundles would violate."""
    seats = {each.id: each.seat for each in problem.requests if each.seat}
    seats |= {entry.request: entry.group for bundle in chosen for entry in bundle}
    return [found.rule for found in violations(problem, seats)]


def test_newcomers_with_room_for_all_stand_alone() -> None:
    found = solved(parsed([group("g1")], [request("r1"), request("r2")]))
    assert requests_of(found) == [{"r1"}, {"r2"}]


def test_a_plan_is_one_bundle() -> None:
    problem = parsed(
        [group("g1", 9), group("g2", 10)],
        [request("r1"), request("r2", "p1")],
        plans=[{"id": "plan", "requests": ["r1", "r2"]}],
    )
    assert requests_of(solved(problem)) == [{"r1", "r2"}]


def test_who_opens_a_group_together_is_one_bundle() -> None:
    problem = parsed(
        [group("g1", status="proposed", min_size=2)], [request("r1"), request("r2"), request("r3")]
    )
    assert requests_of(solved(problem)) == [{"r1", "r2", "r3"}]


def test_a_swap_is_one_bundle() -> None:
    problem = parsed(
        [group("g1", 9, max_size=1), group("g2", 10, max_size=1)],
        [
            request("r1", current_group="g1", wants_switch=True),
            request("r2", current_group="g2", wants_switch=True),
        ],
    )
    assert requests_of(solved(problem)) == [{"r1", "r2"}]


def test_a_chain_through_a_freed_seat_is_one_bundle() -> None:
    problem = parsed(
        [group("g1", 9, max_size=1), group("g2", 10)],
        [
            request("r1", current_group="g1", wants_switch=True),
            request("r2", avoid_groups=["g2"]),
        ],
    )
    assert requests_of(solved(problem)) == [{"r1", "r2"}]


def test_only_as_many_newcomers_wait_for_a_leaver_as_need_one() -> None:
    problem = parsed(
        [group("g1", 9, max_size=3), group("g2", 10)],
        [
            request("r1", current_group="g1", wants_switch=True),
            request("r2", current_group="g1"),
            *(request(f"r{n}", avoid_groups=["g2"]) for n in (3, 4)),
        ],
    )
    assert sorted(map(len, solved(problem))) == [1, 2]


def test_a_newcomer_waits_for_the_leaver_who_must_not_be_met() -> None:
    problem = parsed(
        [group("g1", 9), group("g2", 10)],
        [
            request("r1", current_group="g1", wants_switch=True),
            request("r2", avoid_groups=["g2"]),
        ],
        keep_apart=[["p1", "p2"]],
    )
    assert requests_of(solved(problem)) == [{"r1", "r2"}]


def test_the_hour_that_somebody_gives_up_is_taken_with_it() -> None:
    problem = parsed(
        [group("g1", 9), group("g2", 10), group("g3", 9, topic="grief")],
        [
            request("r1", current_group="g1", wants_switch=True),
            request("r2", "p1", topics={"grief": 0}),
        ],
    )
    assert requests_of(solved(problem)) == [{"r1", "r2"}]


def test_two_independent_seats_of_one_person_stand_alone() -> None:
    problem = parsed([group("g1", 9), group("g2", 10)], [request("r1"), request("r2", "p1")])
    assert requests_of(solved(problem)) == [{"r1"}, {"r2"}]


def carrier(name: str) -> dict[str, Any]:
    return person(name, attributes={"condition": ["bpd"]})


def test_a_newcomer_waits_for_the_leaver_who_makes_room_under_a_limit() -> None:
    limited = group("g1", 9, limits=[{"attribute": "condition", "value": "bpd", "max": 1}])
    problem = parsed(
        [limited, group("g2", 10)],
        [
            request("r1", current_group="g1", wants_switch=True),
            request("r2", avoid_groups=["g2"]),
            request("r3", avoid_groups=["g2"]),
        ],
        participants=[carrier("p1"), carrier("p2"), person("p3")],
    )
    assert requests_of(solved(problem)) == [{"r1", "r2"}, {"r3"}]


def test_above_a_limit_a_newcomer_waits_for_all_the_leavers() -> None:
    limited = group("g1", 9, limits=[{"attribute": "condition", "value": "bpd", "max": 1}])
    problem = parsed(
        [limited, group("g2", 10)],
        [
            request("r1", current_group="g1", wants_switch=True),
            request("r2", current_group="g1", wants_switch=True),
            request("r3", avoid_groups=["g2"]),
        ],
        participants=[carrier(f"p{n}") for n in (1, 2, 3)],
    )
    assert requests_of(solved(problem)) == [{"r1", "r2", "r3"}]


def every_choice(found: list[Bundle]) -> list[tuple[Bundle, ...]]:
    sizes = range(len(found) + 1)
    return list(chain.from_iterable(combinations(found, size) for size in sizes))


@settings(max_examples=80, deadline=None)
@given(st.booleans().flatmap(lambda crowded: problems(crowded=crowded)))
def test_any_choice_of_bundles_is_a_valid_plan_of_its_own(document: dict[str, Any]) -> None:
    problem = parse_problem(document)
    for chosen in every_choice(solved(problem)):
        assert broken_by(problem, list(chosen)) == []


@pytest.fixture(scope="module", params=["weekly", "mixed", "iop"])
def night(request: pytest.FixtureRequest) -> tuple[Problem, list[Bundle]]:
    """A realistic problem in which five settled members may move, and its bundles."""
    document = generate(participants=300, seed=1, profile=request.param, max_moves=5)
    problem = parse_problem(document)
    return problem, solved(problem)


def test_any_choice_of_a_realistic_night_s_bundles_holds(
    night: tuple[Problem, list[Bundle]],
) -> None:
    problem, found = night
    assert len(found) > 20
    assert any(len(bundle) > 1 for bundle in found)
    chance = random.Random(1)
    for _ in range(25):
        chosen = [bundle for bundle in found if chance.random() < 0.5]
        assert broken_by(problem, chosen) == []


def test_without_bundles_a_choice_of_entries_breaks_rules(
    night: tuple[Problem, list[Bundle]],
) -> None:
    """The same nights, each entry on its own: bundles are what makes every choice hold."""
    problem, found = night
    together = [bundle for bundle in found if len(bundle) > 1]
    entries = [entry for bundle in together for entry in bundle]
    assert any(broken_by(problem, [(entry,)]) for entry in entries)
