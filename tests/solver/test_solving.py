"""The answer as a whole: repeatable, anytime, monotone, with reasons."""

import time
from functools import cache
from itertools import count, pairwise
from typing import Any

import numpy as np
import pytest

from solver import Problem, Progress, Solution, check, parse_problem
from solver.engines import Allowance, Engine
from solver.engines.cp_sat import CpSat
from solver.engines.mip import Mip
from solver.formulation import Formulation
from solver.solving import EngineName
from tests.checked import solve
from tests.solver.cases import group, parsed, person, problem, request

HOURS = range(10, 20)


def crowd(people: int = 60, seed: int = 0) -> dict[str, Any]:
    """More people than seats, with hours, switchers, minimum sizes and costs by chance."""
    chance = np.random.default_rng(seed)
    groups = [
        group(
            f"g{n}",
            int(chance.choice(HOURS)) + 24 * int(chance.integers(5)),
            topic=f"t{n % 4}",
            max_size=5,
            status="proposed" if n % 4 == 0 else "running",
            min_size=3 if n % 4 == 0 else 0,
        )
        for n in range(people // 8)
    ]
    running = [g["id"] for g in groups if g["status"] == "running"]
    requests = [
        request(
            f"r{n}",
            topics={f"t{n % 4}": 0, f"t{(n + 1) % 4}": int(chance.integers(1, 6))},
            priority=int(chance.integers(1, 60)) * 50,
            current_group=str(chance.choice(running)) if n % 5 == 0 else None,
            wants_switch=n % 10 == 0,
        )
        for n in range(people)
    ]
    return problem(groups, requests, max_moves=2)


@cache
def best_of_many() -> Solution:
    return solve(parse_problem(crowd(200)))


def content(solution: Solution) -> dict[str, object]:
    """The file without what may differ between repetitions."""
    return {key: value for key, value in solution.as_json().items() if key != "stats"}


@pytest.mark.parametrize("engine", ["auto", "cp-sat", "mip"])
def test_repetitions_give_the_same_file(engine: EngineName) -> None:
    asked = parse_problem(crowd())
    answers = [content(solve(asked, engine=engine)) for _ in range(3)]
    assert answers[0]["status"] == "optimal"
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("engine", ["auto", "cp-sat"])
def test_the_order_of_the_file_changes_nothing(engine: EngineName) -> None:
    document = crowd()
    for key in ("participants", "groups", "requests"):
        document[key] = document[key][::-1]
    answer = solve(parse_problem(document), engine=engine)
    assert content(answer) == content(solve(parse_problem(crowd()), engine=engine))


def test_all_engines_prove_the_same_values() -> None:
    asked = parse_problem(crowd(seed=1))
    answers = {solve(asked, engine=engine).objective for engine in ("auto", "cp-sat", "mip")}
    assert len(answers) == 1


@pytest.mark.parametrize("engine", ["auto", "cp-sat", "mip"])
@pytest.mark.parametrize("time_limit", [0.0, 0.05, 0.3])
def test_the_clock_leaves_a_valid_answer_with_true_bounds(
    engine: EngineName, time_limit: float
) -> None:
    asked = parse_problem(crowd(200))
    best = best_of_many()
    start = time.monotonic()
    answer = solve(asked, engine=engine, time_limit=time_limit)
    assert time.monotonic() - start < time_limit + 5
    assert check(asked, answer) == []
    assert answer.bounds.placed >= best.objective.placed
    assert answer.objective.placed <= best.objective.placed


def test_a_cancelled_solve_answers_with_what_it_has() -> None:
    asked = parse_problem(crowd())
    answer = solve(asked, cancelled=lambda: True)
    assert answer.status == "feasible"
    assert answer.objective.placed > 0
    assert check(asked, answer) == []


@pytest.mark.parametrize("looks", [0, 5, 20])
def test_a_large_problem_whose_time_ends_while_it_is_laid_out_has_a_valid_answer(
    looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("solver.solving._MANY_REQUESTS", 0)
    asked, best = parse_problem(crowd(200)), best_of_many()
    looked = count()
    answer = solve(asked, cancelled=lambda: next(looked) >= looks)
    assert answer.status == "feasible"
    assert answer.objective.placed == 0
    assert answer.bounds.placed >= best.objective.placed
    assert check(asked, answer) == []


def test_progress_tells_every_tier_with_a_bound_that_is_reached_in_the_end() -> None:
    told: list[Progress] = []
    solution = solve(parse_problem(crowd()), on_progress=told.append)
    assert [*dict.fromkeys(moment.tier for moment in told)] == list(solution.objective._fields)
    assert (told[-1].value, told[-1].bound) == (solution.objective.cost, solution.bounds.cost)
    assert all(one.elapsed <= other.elapsed for one, other in pairwise(told))


@pytest.mark.parametrize("engine", [CpSat(), Mip()], ids=["cp-sat", "mip"])
def test_an_engine_that_is_stopped_claims_no_bound_that_it_has_not_proved(engine: Engine) -> None:
    formulation = Formulation(parse_problem(crowd(200)))
    start = formulation.keep_every_seat()
    allowance = Allowance(seconds=0.0, workers=8, seed=0, cancelled=lambda: True)
    outcome = engine.maximize(formulation.model, formulation.tiers[0], start, allowance)
    assert outcome.bound is None or outcome.bound >= best_of_many().objective.placed


def reasons_of(asked: Problem, name: str) -> list[tuple[str | None, str]]:
    solution = solve(asked, explain=True)
    assert solution.status == "optimal"
    reasons = {unplaced.request: unplaced.reasons for unplaced in solution.unplaced}
    return [(reason.group, reason.rule) for reason in reasons[name]]


def test_a_reason_names_every_failing_rule_of_a_group() -> None:
    asked = parsed(
        [group("g1", admits=False, requires={"region": ["NY"]}), group("g2", topic="grief")],
        [request("r1")],
        participants=[person("p1", available=[])],
    )
    rules = ["admits", "availability", "group_requires"]
    assert reasons_of(asked, "r1") == [("g1", rule) for rule in rules]


@pytest.mark.parametrize(
    ("groups", "others", "fields", "rules"),
    [
        ([group("g1", max_size=1)], [request("r2", current_group="g1")], {}, ["full"]),
        ([group("g1", max_size=1)], [request("r2", priority=9)], {}, ["full", "outranked"]),
        ([group("g1", status="proposed", min_size=2)], [], {}, ["not_opened"]),
        (
            [group("g1"), group("g2", topic="grief")],
            [request("r2", "p1", current_group="g2", topics={"grief": 0})],
            {},
            ["conflict"],
        ),
        (
            [group("g1")],
            [request("r2", current_group="g1")],
            {"keep_apart": [["p1", "p2"]]},
            ["keep_apart"],
        ),
        (
            [group("g1")],
            [request("r2", "p1", topics={"grief": 0})],
            {"plans": [{"id": "plan", "requests": ["r1", "r2"]}]},
            ["plan"],
        ),
        (
            [group("g1", limits=[{"attribute": "condition", "value": "bpd", "max": 0}])],
            [],
            {"participants": [person("p1", attributes={"condition": ["bpd"]})]},
            ["limit"],
        ),
    ],
    ids=["full", "outranked", "not_opened", "conflict", "keep_apart", "plan", "limit"],
)
def test_a_reason_tells_what_keeps_a_candidate_out(
    groups: list[Any], others: list[Any], fields: dict[str, Any], rules: list[str]
) -> None:
    asked = parsed(groups, [request("r1"), *others], **fields)
    assert reasons_of(asked, "r1") == [("g1", rule) for rule in rules]


def test_only_the_nearest_groups_are_explained_one_by_one() -> None:
    groups = [group(f"g{n:02}", admits=n % 2 == 0) for n in range(30)]
    asked = parsed(groups, [request("r1")], participants=[person("p1", available=[])])
    (unplaced,) = solve(asked, explain=True).unplaced
    assert len({reason.group for reason in unplaced.reasons[:-1]}) == 20
    assert (unplaced.reasons[-1].rule, unplaced.reasons[-1].times) == ("admits", 10)


def test_nobody_explains_unasked() -> None:
    (unplaced,) = solve(parsed([group("g1", admits=False)], [request("r1")])).unplaced
    assert unplaced.reasons == ()
