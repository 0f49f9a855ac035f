"""What is stated twice agrees: rules and rows, candidates and eligibility, tiers and weights."""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import constraints, failing_rules, objectives, parse_problem
from solver.candidates import find_candidates
from solver.columns import Columns
from solver.formulation import Formulation, Model
from solver.objectives.cost import seat_cost
from solver.ragged import IntArray
from solver.roster import Roster
from solver.tables import Tables
from solver.timeline import minutes_by_day
from tests.solver.strategies import problems

SMALL = settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def assignments(draw: st.DrawFn) -> tuple[Columns, list[int]]:
    """The columns of a problem, and for some of its requests one of their seats."""
    tables = Tables(parse_problem(draw(problems())))
    columns = Columns(tables, find_candidates(tables))
    taken = []
    for request in range(len(tables.problem.requests)):
        seats = np.flatnonzero(columns.request == request).tolist()
        choice = draw(st.integers(-1, len(seats) - 1)) if seats else -1
        taken += seats[choice : choice + 1] if choice >= 0 else []
    return columns, taken


def roster_of(columns: Columns, taken: list[int]) -> Roster:
    problem = columns.tables.problem
    pairs = ((columns.request[seat], columns.group[seat]) for seat in taken)
    return Roster(problem, {problem.requests[r].id: problem.groups[g].id for r, g in pairs})


def values_of(columns: Columns, taken: list[int]) -> IntArray:
    """The seats taken, and every other column as it is meant."""
    problem = columns.tables.problem
    values = np.zeros(columns.count, dtype=np.int64)
    values[taken] = 1
    for group, column in zip(columns.opening, columns.open[columns.opening], strict=True):
        values[column] = any(columns.group[seat] == group for seat in taken)
    for plan in columns.completing:
        seats = [seat for seat in taken if columns.plan_of[columns.request[seat]] == plan]
        values[columns.complete[plan]] = any(columns.new[seat] for seat in seats)
        for seat in seats:
            person = problem.participants[columns.owner[seat]]
            meetings = problem.groups[columns.group[seat]].meetings
            for day in minutes_by_day(meetings, problem.week_minutes, person.day_offset_minutes):
                if (int(plan), day) in columns.plan_days:
                    values[columns.plan_days[int(plan), day]] = 1
    for (group, limit), column in columns.exceeded.items():
        for seat in taken:
            person = problem.participants[columns.owner[seat]]
            carries = limit.value in person.attributes.get(limit.attribute, ())
            values[column] |= bool(columns.group[seat] == group and columns.new[seat] and carries)
    return values


@SMALL
@given(case=assignments())
def test_the_rows_of_each_rule_admit_exactly_what_does_not_violate_it(
    case: tuple[Columns, list[int]],
) -> None:
    columns, taken = case
    roster, values = roster_of(columns, taken), values_of(columns, taken)
    seatless = set(columns.request[columns.seats - len(columns.seated) :]) - set(
        columns.request[taken]
    )
    for rule in constraints.ALL:
        if seatless and rule is constraints.plans:
            continue  # A plan counts on the rule that a seated request never ends without a seat.
        found = rule.violations(roster)
        violated = any(v.rule == rule.NAME and not v.standing for v in found)
        admitted = Model(columns.count, rule.rows(columns)).admits(values)
        assert admitted != violated, rule.NAME


@SMALL
@given(case=assignments())
def test_the_weights_of_each_tier_add_up_to_its_value(case: tuple[Columns, list[int]]) -> None:
    columns, taken = case
    roster, values = roster_of(columns, taken), values_of(columns, taken)
    for tier in objectives.ALL:
        assert int(tier.coefficients(columns) @ values) == tier.value(roster), tier.NAME


@SMALL
@given(document=problems())
def test_the_candidates_are_the_pairs_that_break_no_rule(document: Any) -> None:
    problem = parse_problem(document)
    found = find_candidates(Tables(problem))
    pairs = {
        (request.id, group.id): seat_cost(problem.participant[request.participant], request, group)
        for request in problem.requests
        for group in problem.groups
        if not failing_rules(problem, request.id, group.id)
    }
    assert pairs == {
        (problem.requests[request].id, problem.groups[group].id): cost
        for request, group, cost in zip(found.request, found.group, found.cost, strict=True)
    }


@SMALL
@given(document=problems())
def test_keeping_every_seat_satisfies_every_row(document: Any) -> None:
    formulation = Formulation(parse_problem(document))
    assert formulation.model.admits(formulation.keep_every_seat())
