"""What holds for the best answer of every problem, whatever finds it."""

from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Solution, parse_problem
from tests.checked import solve
from tests.solver.judge import Json
from tests.solver.renaming import renamed, shuffled
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
chances = st.integers(0, 2**32).map(Random)
either = st.one_of(problems(), problems(crowded=True))


def best(document: Json) -> Solution:
    solution = solve(parse_problem(document), workers=1)
    assert solution.status == "optimal"
    return solution


@SMALL
@given(document=either, chance=chances)
def test_other_ids_change_no_value(document: Json, chance: Random) -> None:
    assert best(renamed(document, chance)).objective == best(document).objective


@SMALL
@given(document=either, chance=chances)
def test_the_order_of_lists_and_keys_changes_nothing(document: Json, chance: Random) -> None:
    one, other = (best(each).as_json() for each in (document, shuffled(document, chance)))
    assert {**one, "stats": None} == {**other, "stats": None}


@SMALL
@given(document=either, pick=st.integers(0, 11))
def test_one_more_seat_never_lowers_the_first_tier(document: Json, pick: int) -> None:
    wider = deepcopy(document)
    wider["groups"][pick % len(wider["groups"])]["max_size"] += 1
    assert best(wider).objective.placed >= best(document).objective.placed


@SMALL
@given(document=either, pick=st.integers(0, 11))
def test_one_more_candidate_never_lowers_the_first_tier(document: Json, pick: int) -> None:
    wider = deepcopy(document)
    chosen = wider["requests"][pick % len(wider["requests"])]
    chosen |= {"avoid_groups": [], "avoid_therapists": [], "requires": {}}
    wider["bans"] = [ban for ban in wider["bans"] if ban[0] != chosen["id"]]
    assert best(wider).objective.placed >= best(document).objective.placed


@SMALL
@given(document=either)
def test_a_settled_member_never_loses_a_seat(document: Json) -> None:
    asked = parse_problem(document)
    solution = solve(asked, workers=1)
    settled = {r.id: r.seat for r in asked.requests if r.settled}
    moved = [name for name, seat in settled.items() if solution.assignment[name] != seat]
    assert settled.keys() <= solution.assignment.keys()
    assert len(moved) == solution.objective.moved
    assert asked.max_moves is None or len(moved) <= asked.max_moves


@SMALL
@given(document=problems(), pick=st.integers(0, 11))
def test_more_free_hours_cost_nobody_with_one_request_a_seat_but_by_a_tie(
    document: Json, pick: int
) -> None:
    """An answer without this person was possible before, so it can only be as good as theirs."""
    owners = [request["participant"] for request in document["requests"]]
    alone: list[Any] = [r for r in document["requests"] if owners.count(r["participant"]) == 1]
    if not alone:
        return
    chosen = alone[pick % len(alone)]
    before, after = best(document), best(free_all_week(document, chosen["participant"]))
    if chosen["id"] in before.assignment and chosen["id"] not in after.assignment:
        assert after.objective == before.objective


def free_all_week(document: Json, participant: str) -> Json:
    """The same with hours for everything, which cost no more than before."""
    wider = deepcopy(document)
    for person in wider["participants"]:
        if person["id"] == participant:
            person["available"].append([0, wider["horizon_minutes"]])
    return wider
