"""The rows of a rule in programs of a hundred people, and that none is written that cannot bind."""

from functools import cache
from random import Random

import numpy as np
import pytest

from solver import Problem, constraints, parse_problem
from solver.candidates import find_candidates
from solver.columns import Columns
from solver.constraints import keep_apart, limits, one_place
from solver.formulation import Model
from solver.tables import Tables
from tests.checked import solve
from tests.shows.tangles import tangle
from tests.solver.cases import WEEK, group, parsed, person, request
from tests.solver.test_agreement import roster_of, values_of


def columns_of(asked: Problem) -> Columns:
    tables = Tables(asked)
    return Columns(tables, find_candidates(tables))


@cache
def program(seed: int) -> tuple[Columns, tuple[int, ...]]:
    """The columns of a tangle, and the seats of its best answer."""
    asked = parse_problem({**tangle(seed), "max_moves": 3})
    columns = columns_of(asked)
    requests, groups = asked.requests, asked.groups
    seats = solve(asked).assignment
    pairs = enumerate(zip(columns.request, columns.group, strict=True))
    taken = (n for n, (r, g) in pairs if seats.get(requests[r].id) == groups[g].id)
    return columns, tuple(taken)


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_one_seat_more_or_elsewhere_is_admitted_unless_it_violates_a_rule(seed: int) -> None:
    columns, best = program(seed)
    chance = Random(seed)
    models = [(rule, Model(columns.count, rule.rows(columns))) for rule in constraints.ALL]
    for _ in range(40):
        changed = chance.sample(range(columns.seats), 2)
        gone = {int(columns.request[seat]) for seat in changed}
        taken = [s for s in best if columns.request[s] not in gone]
        taken += changed[: len(gone)]
        roster, values = roster_of(columns, taken), values_of(columns, taken)
        for rule, model in models:
            found = rule.violations(roster)
            violated = any(v.rule == rule.NAME and not v.standing for v in found)
            assert model.admits(values) != violated, rule.NAME


def test_participants_with_one_request_need_no_row_for_their_time() -> None:
    asked = parsed([group("g1"), group("g2")], [request("r1"), request("r2")])
    assert len(one_place.rows(columns_of(asked))) == 0


def test_requests_that_never_overlap_need_no_row() -> None:
    groups = [group("g1", topic="a"), group("g2", 19, topic="b")]
    requests = [request("r1", "p", topics={"a": 0}), request("r2", "p", topics={"b": 0})]
    assert len(one_place.rows(columns_of(parsed(groups, requests)))) == 0


def test_kept_seats_alone_need_no_row() -> None:
    groups = [group("g1", admits=False), group("g2", admits=False)]
    requests = [request("r1", "p", current_group="g1"), request("r2", "p", current_group="g2")]
    asked = parsed(
        groups, requests, keep_apart=[["p", "p3"]], participants=[person("p"), person("p3")]
    )
    assert len(one_place.rows(columns_of(asked))) == 0
    assert len(keep_apart.rows(columns_of(asked))) == 0


def test_the_last_hour_of_one_participant_is_not_the_first_of_the_next() -> None:
    early, late = (
        [group(f"{name}{n}", hour, topic=name) for n in (1, 2)]
        for name, hour in (("early", 10), ("late", 20))
    )
    wishes = [
        ("r1", "p1", "late"),
        ("r2", "p1", "late"),
        ("r3", "p2", "early"),
        ("r4", "p2", "early"),
    ]
    asked = parsed([*early, *late], [request(r, p, topics={t: 0}) for r, p, t in wishes])
    columns = columns_of(asked)
    seats = {asked.requests[r].id: n for n, r in enumerate(columns.request)}
    assert admitted(columns, one_place, seats["r1"], seats["r3"])
    assert admitted(columns, one_place, seats["r2"], seats["r4"])
    assert not admitted(columns, one_place, seats["r1"], seats["r2"])
    assert not admitted(columns, one_place, seats["r3"], seats["r4"])


def test_groups_that_meet_together_twice_need_one_row() -> None:
    twice = [[600, 660], [WEEK + 600, WEEK + 660]]
    asked = parsed(
        [group("g1", meetings=twice), group("g2", meetings=twice)],
        [request("r1", "p"), request("r2", "p")],
        participants=[person("p", available=[[0, 2 * WEEK]])],
        horizon_minutes=2 * WEEK,
        weeks=2,
    )
    assert len(one_place.rows(columns_of(asked))) == 1


@pytest.mark.parametrize(("waiting", "count"), [(0, 0), (2, 0), (3, 1)])
def test_a_limit_needs_a_row_where_more_could_carry_the_value(waiting: int, count: int) -> None:
    limit = {"attribute": "condition", "value": "bpd", "max": 2}
    people = [person(f"p{n}", attributes={"condition": ["bpd"]}) for n in range(waiting)]
    requests = [request(f"r{n}") for n in range(waiting)]
    asked = parsed([group("g1", limits=[limit])], requests, participants=people)
    assert len(limits.rows(columns_of(asked))) == count


@pytest.mark.parametrize(("left", "admitted"), [(0, 0), (1, 0), (2, 1), (3, 2)])
def test_a_limit_that_stands_exceeded_admits_again_once_enough_have_left(
    left: int, admitted: int
) -> None:
    """Four carriers sit where three may: those who may leave do, for the seats of others."""
    limit = {"attribute": "condition", "value": "bpd", "max": 3}
    wishes = {"current_group": "g1", "wants_switch": True, "topics": {"anger": 0, "grief": 0}}
    members = [request(f"r{n}", **wishes) for n in range(4)]
    requests = [*members, *(request(f"r{n}") for n in range(4, 8))]
    people = [person(f"p{n}", attributes={"condition": ["bpd"]}) for n in range(8)]
    groups = [
        group("g1", limits=[limit], max_size=20),
        group("g2", 20, topic="grief", max_size=left),
    ]
    asked = parsed(groups, requests, participants=people)
    seats = solve(asked, workers=1).assignment
    assert sum(place == "g2" for place in seats.values()) == left
    assert sum(name in seats for name in ("r4", "r5", "r6", "r7")) == admitted


def test_only_the_pairs_of_the_list_are_kept_apart() -> None:
    requests = [request(f"r{n}", current_group="g1" if n < 3 else None) for n in range(1, 9)]
    apart = [["p1", "p4"], ["p5", "p6"], ["p7", "p2"], ["p8", "p3"], ["p1", "p2"]]
    asked = parsed([group("g1", max_size=20), group("g2", 20)], requests, keep_apart=apart)
    columns = columns_of(asked)
    rows = keep_apart.rows(columns)
    seats = [
        (asked.requests[r].id, asked.groups[g].id)
        for r, g in zip(columns.request, columns.group, strict=True)
    ]
    met = sorted(
        sorted(seats[column] for column in rows.column[rows.row == row]) for row in range(len(rows))
    )
    pairs = [("r1", "r4"), ("r5", "r6"), ("r2", "r7"), ("r3", "r8"), ("r1", "r2")]
    expected = [[(r, g), (q, g)] for r, q in pairs for g in ("g1", "g2")]
    expected.remove([("r1", "g1"), ("r2", "g1")])  # Both are kept.
    assert met == sorted(expected)
    assert np.all(rows.upper == 1)


def admitted(columns: Columns, rule: constraints.Constraint, *taken: int) -> bool:
    """Whether the rows of a rule admit exactly these columns."""
    values = np.zeros(columns.count, dtype=np.int64)
    values[list(taken)] = 1
    return Model(columns.count, rule.rows(columns)).admits(values)


def test_a_request_takes_one_seat_and_a_seated_one_exactly_one() -> None:
    asked = parsed(
        [group("g1"), group("g2", 20)], [request("r1"), request("r2", current_group="g1")]
    )
    columns = columns_of(asked)
    of_waiting = np.flatnonzero(columns.request == 0).tolist()
    of_seated = np.flatnonzero(columns.request == 1).tolist()
    assert (len(of_waiting), len(of_seated)) == (2, 2)
    for seat in of_seated:
        assert admitted(columns, constraints.one_seat, seat)
        assert admitted(columns, constraints.one_seat, seat, of_waiting[0])
        assert not admitted(columns, constraints.one_seat, seat, *of_waiting)
    assert not admitted(columns, constraints.one_seat, *of_seated)
    assert not admitted(columns, constraints.one_seat, of_waiting[0])


def test_nobody_sits_in_a_proposed_group_that_is_not_open() -> None:
    proposed = [group(f"g{n}", 18 + n, status="proposed", min_size=2) for n in (1, 2)]
    columns = columns_of(parsed(proposed, [request("r1"), request("r2"), request("r3")]))
    first, second = (np.flatnonzero(columns.group == g).tolist() for g in (0, 1))
    opens, other = columns.open.tolist()
    assert admitted(columns, constraints.opening)
    assert admitted(columns, constraints.opening, *first[:2], opens)
    assert admitted(columns, constraints.opening, *first, *second, opens, other)
    assert not admitted(columns, constraints.opening, *first[:1], opens)
    for seats in (first[:1], first, second[:2]):
        assert not admitted(columns, constraints.opening, *seats)
    assert not admitted(columns, constraints.opening, *first, *second, opens)
    assert not admitted(columns, constraints.opening, *first, *second, other)
    assert not admitted(columns, constraints.opening, opens)


def test_two_who_are_kept_apart_take_one_seat_of_a_group_that_opens() -> None:
    asked = parsed(
        [group("g1", status="proposed")],
        [request("r1"), request("r2")],
        keep_apart=[["p1", "p2"]],
    )
    columns = columns_of(asked)
    opens = int(columns.open[0])
    assert admitted(columns, constraints.keep_apart, 0, opens)
    assert admitted(columns, constraints.keep_apart, 1, opens)
    assert not admitted(columns, constraints.keep_apart, 0, 1, opens)
    assert not admitted(columns, constraints.keep_apart, 0)


def test_a_proposed_group_has_its_seats_when_it_opens() -> None:
    asked = parsed(
        [group("g1", status="proposed", max_size=2)], [request(f"r{n}") for n in (1, 2, 3)]
    )
    columns = columns_of(asked)
    opens = int(columns.open[0])
    assert admitted(columns, constraints.capacity, 0, 2, opens)
    assert not admitted(columns, constraints.capacity, 0, 1, 2, opens)
    assert not admitted(columns, constraints.capacity, 0)


def test_a_plan_meets_on_the_days_of_its_seats_and_no_others() -> None:
    hours = {"a0": 10, "b0": 12, "a1": 34, "b1": 36}
    groups = [group(name, hour, topic=name[0]) for name, hour in hours.items()]
    requests = [request("r1", "p", topics={"a": 0}), request("r2", "p", topics={"b": 0})]
    plan = {"id": "plan", "requests": ["r1", "r2"], "min_days": 2}
    columns = columns_of(parsed(groups, requests, plans=[plan]))
    ids = [each.id for each in columns.tables.problem.groups]
    a0, a1, b0, b1 = (columns.group.tolist().index(ids.index(n)) for n in ("a0", "a1", "b0", "b1"))
    complete = int(columns.complete[0])
    first, second = (int(column) for column in columns.meets[:2])
    for apart in ((a0, b1), (a1, b0)):
        assert admitted(columns, constraints.plans, *apart, complete, first, second)
        assert not admitted(columns, constraints.plans, *apart, complete, first)
    for together in ((a0, b0), (a1, b1)):
        assert not admitted(columns, constraints.plans, *together, complete, first, second)
    assert not admitted(columns, constraints.plans, a0, complete, first, second)
    assert admitted(columns, constraints.plans)


def test_a_plan_beyond_its_bounds_stands_and_takes_nobody_new() -> None:
    """Two hours are kept where one is allowed; three other groups would do as badly."""
    groups = [group(f"g{n}", 10 + n) for n in range(5)]
    requests = [request(f"r{n}", "p", current_group=f"g{n}", wants_switch=True) for n in (0, 1)]
    for bound in ("max_minutes", "max_minutes_per_day"):
        plan = {"id": "plan", "requests": ["r0", "r1"], bound: 60}
        columns = columns_of(parsed(groups, requests, plans=[plan]))
        first, second = np.flatnonzero(~columns.new).tolist()
        other = int(np.flatnonzero(columns.new & (columns.request == 0))[-1])
        assert admitted(columns, constraints.plans, first, second)
        assert not admitted(columns, constraints.plans, other, second, int(columns.complete[0]))


def test_every_seat_of_somebody_is_kept_apart() -> None:
    requests = [request("r1"), *(request(f"r{n}", "p2") for n in (2, 3, 4))]
    asked = parsed([group("g1"), group("g2", 20)], requests, keep_apart=[["p1", "p2"]])
    columns = columns_of(asked)
    for place in (0, 1):
        one, *others = np.flatnonzero(columns.group == place).tolist()
        for other in others:
            assert not admitted(columns, keep_apart, one, other)
        assert admitted(columns, keep_apart, *others)


def test_not_even_a_minute_is_led_beyond_the_limit() -> None:
    led = {"therapists": ["t"]}
    brief = group("g2", meetings=[[3000, 3001]], status="proposed", **led)
    asked = parsed(
        [group("g1", **led), brief], [request("r1")], therapists=[{"id": "t", "max_minutes": 60}]
    )
    columns = columns_of(asked)
    assert not admitted(columns, constraints.therapists, int(columns.open[1]))
    assert admitted(columns, constraints.therapists)
