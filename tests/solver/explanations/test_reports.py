"""The shortage report and the price list of disruption."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from solver import parse_problem
from solver.changes import AddSeat, MoveOne, OpenGroup, WidenGroup
from solver.explanations import disruption as disruption_of
from solver.explanations import solved as solved_problem
from solver.explanations.disruption import disruption
from solver.explanations.fixes import possible_fixes
from solver.explanations.moved import Moved
from solver.explanations.shortage import shortage
from solver.explanations.solved import Solved
from solver.generator import generate
from tests.checked import solve
from tests.solver.brute_force import optimum
from tests.solver.cases import group, parsed, person, request
from tests.solver.explanations.whole import most_gained
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem is taken for a large one, with prices, and with few who may move."""
    monkeypatch.setattr(solved_problem, "_SMALL", 0)
    monkeypatch.setattr(solved_problem, "_TINY", 0)
    monkeypatch.setattr(disruption_of, "_MANY_SETTLED", 0)
    monkeypatch.setattr(disruption_of, "_MOVABLE", 1)


def solved(asked: Any) -> Solved:
    return Solved(asked, solve(asked, workers=1).assignment)


def test_the_report_ranks_changes_by_what_they_place() -> None:
    people = [person(f"p{n}", attributes={"region": ["NJ"]}) for n in range(1, 6)]
    asked = parsed(
        [
            group("g1", max_size=0),
            group("g2", topic="b", requires={"region": ["NY"]}, max_size=2),
            group("g3", topic="c", status="proposed", min_size=4, max_size=8),
        ],
        [
            request("r1", topics={"anger": 0}, priority=4),
            *(request(f"r{n}", topics={"b": 0}, priority=n) for n in (2, 3)),
            *(request(f"r{n}", topics={"c": 0}, priority=5) for n in (4, 5)),
        ],
        participants=people,
    )
    report = shortage(solved(asked))
    assert report.complete
    assert [(one.change, one.gain, one.placed) for one in report.changes] == [
        (OpenGroup("g3"), 10, ("r4", "r5")),
        (WidenGroup("g2", "region", "NJ"), 5, ("r2", "r3")),
        (AddSeat("g1"), 4, ("r1",)),
    ]
    assert [one.gain for one in shortage(solved(asked), top=1).changes] == [10]


def test_a_report_that_is_stopped_says_so() -> None:
    asked = parsed([group("g1", max_size=0)], [request("r1")])
    report = shortage(solved(asked), stopped=lambda: True)
    assert (report.changes, report.complete) == ((), False)
    assert shortage(solved(parsed([group("g1")], [request("r1")]))).complete


@pytest.mark.parametrize("profile", ["weekly", "mixed", "iop"])
def test_no_change_of_the_pool_gains_more_than_the_list(profile: str) -> None:
    before = solved(parse_problem(generate(100, seed=5, profile=profile)))
    waiting = [r.id for r in before.problem.requests if r.waiting and r.id not in before.assignment]
    report = shortage(before, top=3)
    gains = [one.gain for one in report.changes]
    assert gains == sorted(gains, reverse=True)
    for one in report.changes:
        assert most_gained(before, one.change) == one.gain
    pool = sorted({change for name in waiting for change in possible_fixes(before, name)}, key=repr)
    others = pool[:: max(1, len(pool) // 8)]
    assert all((most_gained(before, change) or 0) <= gains[0] for change in others)


@pytest.mark.usefixtures("large")
@SMALL
@given(document=problems())
def test_no_change_of_a_priced_pool_gains_more_than_the_list(document: Any) -> None:
    before = solved(parse_problem(document))
    waiting = [r.id for r in before.problem.requests if r.waiting and r.id not in before.assignment]
    report = shortage(before, top=2)
    least = report.changes[-1].gain if len(report.changes) == 2 else 0
    listed = {one.change for one in report.changes}
    assert report.complete
    for one in report.changes:
        assert one.proved
        assert most_gained(before, one.change) == one.gain
    pool = {change for name in waiting for change in possible_fixes(before, name)} - listed
    assert all((most_gained(before, change) or 0) <= least for change in pool)


def test_the_price_list_tells_who_would_move_where_and_who_gains() -> None:
    asked = parsed(
        [
            group("g1", 10, max_size=1),
            group("g2", 12, max_size=1),
            group("g3", 14, topic="b", max_size=2),
        ],
        [
            request("r1", topics={"b": 0}, current_group="g1"),
            request("r2", topics={"b": 0}, current_group="g2"),
            request("r3", priority=5),
            request("r4", priority=3),
        ],
    )
    found = disruption(asked, 9)
    assert [(point.max_moves, point.value) for point in found.points] == [(0, 0), (1, 5), (2, 8)]
    assert found.most == 8
    assert all(point.proved for point in found.points)
    assert [len(point.moved) for point in found.points] == [0, 1, 2]
    assert found.points[2].moved == (Moved("r1", "g1", "g3"), Moved("r2", "g2", "g3"))
    assert [point.more for point in found.points] == [(), ("r3",), ("r3", "r4")]
    assert [point.max_moves for point in disruption(asked, 1).points] == [0, 1]


def test_without_time_the_price_list_ends_with_what_is_known() -> None:
    asked = parse_problem(generate(300, seed=1))
    late, whole = disruption(asked, 3, time_limit=0.0), disruption(asked, 3)
    assert [point.max_moves for point in late.points] == [0]
    assert late.most >= whole.points[-1].value
    assert all(point.proved for point in whole.points)
    assert [point.value for point in whole.points] == sorted(p.value for p in whole.points)


@SMALL
@given(document=problems(crowded=True))
def test_every_point_of_the_price_list_is_the_optimum(document: Any) -> None:
    found = disruption(parse_problem(document), 2)
    for point in found.points:
        values, _ = optimum({**document, "max_moves": point.max_moves})
        assert point.value == values[0]
        assert len(point.moved) <= point.max_moves
    assert found.most == optimum({**document, "max_moves": None})[0][0]
    assert len(found.points) == 3 or found.points[-1].value == found.most


@pytest.mark.usefixtures("large")
@SMALL
@given(document=problems(crowded=True))
def test_whoever_is_left_where_they_are_would_place_nobody_else(document: Any) -> None:
    found = disruption(parse_problem(document), 2)
    for point in found.points:
        values, _ = optimum({**document, "max_moves": point.max_moves})
        assert point.value == values[0]
        assert point.proved
        assert len(point.moved) <= point.max_moves
    assert found.most >= optimum({**document, "max_moves": None})[0][0]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("profile", ["weekly", "mixed", "iop"])
def test_the_price_list_of_a_large_problem_is_that_of_whole_solves(profile: str) -> None:
    asked = parse_problem(generate(100, seed=4, profile=profile))
    for point in disruption(asked, 2).points:
        whole = solve(replace(asked, max_moves=point.max_moves), workers=1)
        assert point.proved
        assert point.value == whole.objective.placed


def test_a_move_that_places_somebody_is_on_both_lists() -> None:
    asked = parsed(
        [group("g1", max_size=1), group("g2", 40, topic="b")],
        [request("r1", topics={"b": 0}, current_group="g1"), request("r2", priority=6)],
    )
    changes = [one.change for one in shortage(solved(asked)).changes]
    assert changes == [AddSeat("g1"), MoveOne("r1", "g1", "g2")]
    assert disruption(asked, 3).points[-1].moved == (Moved("r1", "g1", "g2"),)
