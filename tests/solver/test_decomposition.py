"""Proofs by schedules, held against brute force and against the model of single seats."""

from itertools import chain, repeat
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from solver import decomposition, parse_problem
from solver.clock import Clock
from solver.decomposition import by_schedules, descent, diving, lagrangian, pricing
from solver.decomposition.diving import dive
from solver.decomposition.generation import generate
from solver.decomposition.master import Master
from solver.decomposition.pricing import Searched
from solver.decomposition.relaxed import Relaxed
from solver.decomposition.structure import Structure
from solver.engines import Allowance
from solver.formulation import Formulation
from solver.ragged import IntArray
from tests.checked import solve
from tests.solver.brute_force import optimum, rank
from tests.solver.cases import group, problem, request
from tests.solver.judge import Json
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FOREVER = Clock(None, None)
EITHER = st.booleans().flatmap(lambda crowded: problems(crowded=crowded))


@settings(SMALL, max_examples=150)
@given(document=EITHER)
def test_every_tier_is_proved_at_the_value_that_brute_force_finds(document: Json) -> None:
    formulation = Formulation(parse_problem(document))
    found = proved(formulation)
    assert formulation.model.admits(found.values)
    assert found.bounds == rank(optimum(document)[0])
    assert found.bounds == tier_values(formulation, found.values)


@settings(SMALL, max_examples=60)
@given(document=EITHER)
def test_people_who_are_alike_are_counted_and_the_proof_is_the_same(document: Json) -> None:
    parsed = parse_problem(doubled(document))
    found = proved(Formulation(parsed))
    assert found.bounds == rank(tuple(solve(parsed, engine="cp-sat", workers=1).objective))


@settings(SMALL, max_examples=60)
@given(document=EITHER)
def test_a_search_for_schedules_that_is_cut_short_still_bounds(document: Json) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pricing, "_MOST_STEPS", 0)
        patch.setattr(descent, "_SIZES", (0,))
        found = proved(Formulation(parse_problem(document)))
    best = rank(optimum(document)[0])
    values = tier_values(Formulation(parse_problem(document)), found.values)
    for tier, bound in enumerate(found.bounds):
        assert values[tier] <= best[tier] <= bound
        if values[tier] != best[tier]:
            break


@settings(SMALL, max_examples=60)
@given(document=EITHER, looks=st.integers(0, 60))
def test_a_clock_that_stops_at_any_look_leaves_true_bounds(document: Json, looks: int) -> None:
    formulation, best = Formulation(parse_problem(document)), rank(optimum(document)[0])
    left = chain(repeat(False, looks), repeat(True))
    clock = Clock(None, lambda: next(left))
    found = proved(formulation, clock)
    assert formulation.model.admits(found.values)
    values = tier_values(formulation, found.values)
    for tier, bound in enumerate(found.bounds):
        assert values[tier] <= best[tier] <= bound
        if values[tier] != best[tier]:
            break


@settings(SMALL, max_examples=60)
@given(document=EITHER, chance=st.randoms(use_true_random=False))
def test_any_prices_bound_the_first_tier(document: Json, chance: Random) -> None:
    structure = Structure(Formulation(parse_problem(document)), FOREVER)
    best = rank(optimum(document)[0])[0]
    master = Master(structure, 0, {})
    for size in (0.0, 0.4, 1.0, 30.0, 1e9):
        prices = np.array([size * chance.uniform(-1, 1) for _ in master.lower])
        proof = lagrangian.prove(master, Searched(structure, FOREVER), prices)
        assert proof.bound >= best * proof.scale
        assert proof.whole >= best


@settings(SMALL, max_examples=60)
@given(document=EITHER, many_columns=st.sampled_from([0, 4000]))
def test_a_dive_ends_at_a_solution_not_above_the_best(document: Json, many_columns: int) -> None:
    formulation = Formulation(parse_problem(document))
    master, searched = started(formulation)
    proof = generate(master, searched, -(2**53), FOREVER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diving, "_MANY_COLUMNS", many_columns)
        values = dive(master, searched, proof.whole, 0.85, FOREVER)
    if values is not None:
        assert formulation.model.admits(values)
        assert tier_values(formulation, values)[0] <= rank(optimum(document)[0])[0] <= proof.whole


@settings(SMALL, max_examples=60)
@given(document=EITHER)
def test_what_is_left_beside_a_part_of_an_optimum_is_worth_the_rest(document: Json) -> None:
    master, searched = started(Formulation(parse_problem(document)))
    generate(master, searched, -(2**53), FOREVER)
    optimum = Relaxed(master, FOREVER).optimum()
    assert optimum is not None
    whole = np.floor(optimum.values + 1e-6).astype(np.int64)
    for taken in (whole, whole * (np.arange(len(whole)) % 2)):
        rest = Relaxed(master.beside(taken), FOREVER).optimum()
        assert rest is not None
        assert rest.value + master.worth(taken) == pytest.approx(optimum.value)


@settings(SMALL, max_examples=60)
@given(document=EITHER)
def test_going_on_from_the_last_basis_finds_the_same_optimum(document: Json) -> None:
    master, searched = started(Formulation(parse_problem(document)))
    relaxed = Relaxed(master, FOREVER)
    for _ in range(20):
        warm, cold = relaxed.optimum(), Relaxed(master, FOREVER).optimum()
        assert warm is not None
        assert cold is not None
        assert warm.value == pytest.approx(cold.value)
        if not master.add(lagrangian.prove(master, searched, warm.prices).schedules):
            break


@settings(SMALL, max_examples=60)
@given(document=EITHER)
def test_the_schedules_of_a_solution_make_one_of_the_same_values(document: Json) -> None:
    formulation = Formulation(parse_problem(document))
    structure, values = Structure(formulation, FOREVER), proved(formulation).values
    again = structure.values(structure.schedules(values), values[structure.nobody])
    assert formulation.model.admits(again)
    assert tier_values(formulation, again) == tier_values(formulation, values)


@settings(SMALL, max_examples=60)
@given(document=EITHER, chance=st.randoms(use_true_random=False))
def test_the_best_schedule_is_the_best_of_all_that_there_are(
    document: Json, chance: Random
) -> None:
    structure = Structure(Formulation(parse_problem(document)), FOREVER)
    rows = [chance.randrange(-3, 9) for _ in structure.between.lower]
    prices = lagrangian.Prices(np.array([1, 2, 3, 0, 1]), np.array(rows, dtype=np.int64))
    searched = Searched(structure, FOREVER)
    best = searched.best(prices, range(len(structure.kinds)))
    every = searched.within(prices, 2**60, 10**6)
    assert every is not None
    worths = structure.worths.together([options for _, options in every])
    highest = dict[int, int]()
    for (kind, _), value in zip(every, worths.values(prices).tolist(), strict=True):
        highest[kind] = max(value, highest.get(kind, value))
    assert [one.value for one in best] == [highest[kind] for kind in range(len(best))]


def test_without_looking_at_clashes_brute_force_disagrees() -> None:
    def is_wrong(document: Json) -> bool:
        found = proved(Formulation(parse_problem(document)))
        return found.bounds != rank(optimum(document)[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pricing, "_go_together", lambda left: True)
        find(problems(), is_wrong, settings=settings(SMALL, phases=[Phase.generate]))


def test_members_of_a_kind_share_their_schedules() -> None:
    people = [f"r{number}" for number in range(6)]
    document = problem(
        [group("g1", max_size=2), group("g2", max_size=3)], list(map(request, people))
    )
    structure = Structure(Formulation(parse_problem(document)), FOREVER)
    assert structure.members.tolist() == [6]
    assert proved(structure.formulation).bounds == (5, 0, 0, 0, 0)


def test_who_is_worth_more_is_of_another_kind() -> None:
    requests = [request("r1"), request("r2"), request("r3", priority=2)]
    structure = Structure(Formulation(parse_problem(problem([group("g1")], requests))), FOREVER)
    assert sorted(structure.members.tolist()) == [1, 2]


def test_who_must_not_meet_somebody_is_of_another_kind() -> None:
    document = problem([group("g1")], [request("r1"), request("r2"), request("r3")])
    document["keep_apart"] = [["p1", "p2"]]
    structure = Structure(Formulation(parse_problem(document)), FOREVER)
    assert sorted(structure.members.tolist()) in ([1, 1, 1], [1, 2])


def test_plans_of_several_requests_promise_much_and_single_requests_little() -> None:
    requests = [request("r1", "p1"), request("r2", "p1"), request("r3", "p3")]
    document = problem([group("g1"), group("g2", hour=20)], requests)
    assert not decomposition.promising(Formulation(parse_problem(document)))
    document["plans"] = [{"id": "week", "requests": ["r1", "r2"]}]
    assert decomposition.promising(Formulation(parse_problem(document)))


def test_schedules_promise_little_in_a_small_program_where_groups_could_open() -> None:
    requests = [request("r1", "p1"), request("r2", "p1")]
    groups = [group("g1"), group("g2", hour=20, status="proposed")]
    document = problem(groups, requests, plans=[{"id": "week", "requests": ["r1", "r2"]}])
    assert not decomposition.promising(Formulation(parse_problem(document)))


def test_schedules_lead_in_programs_of_any_size_unless_groups_could_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = problem([group("g1"), group("g2", hour=20)], [request("r1"), request("r2")])
    monkeypatch.setattr("solver.decomposition.promise._LARGE", 1)
    assert decomposition.leading(Formulation(parse_problem(document)))
    document["groups"][1] = group("g2", hour=20, status="proposed")
    assert not decomposition.leading(Formulation(parse_problem(document)))


def proved(formulation: Formulation, clock: Clock = FOREVER) -> decomposition.Found:
    alone = Allowance(clock.left, workers=1, seed=0, cancelled=clock.cancelled)
    return by_schedules(formulation, formulation.keep_every_seat(), clock, alone)


def started(formulation: Formulation) -> tuple[Master, Searched]:
    """A master for the first tier that knows today's seats, and all schedules."""
    structure = Structure(formulation, FOREVER)
    master = Master(structure, 0, {})
    master.add(structure.schedules(formulation.keep_every_seat()))
    return master, Searched(structure, FOREVER)


def tier_values(formulation: Formulation, values: IntArray) -> tuple[int, ...]:
    return tuple(int(tier @ values) for tier in formulation.tiers)


def doubled(document: Json) -> Json:
    """Everybody twice; the second of each has no seat yet and competes for the same groups."""

    def twin(record: Json, *keys: str) -> Json:
        return {**record, **{key: _twin(record[key]) for key in keys}}

    requests = [
        {**twin(asked, "id", "participant"), "current_group": None, "displaced": False}
        for asked in document["requests"]
    ]
    return {
        **document,
        "participants": document["participants"]
        + [twin(p, "id") for p in document["participants"]],
        "requests": document["requests"] + requests,
        "plans": document["plans"] + [twin(plan, "id", "requests") for plan in document["plans"]],
    }


def _twin(name: str | list[str]) -> str | list[str]:
    return f"{name} too" if isinstance(name, str) else [f"{one} too" for one in name]
