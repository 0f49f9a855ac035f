"""A plan is all or nothing, and its week keeps its bounds.

For each plan that could get a new seat, with `complete` for "it is complete and has a new seat",
x over the new seats of one of its requests, and s over all its seats, kept ones too:

    Σ x = complete          for each waiting request
    Σ x ≤ complete          for each seated request
    Σ minutes · s ≥ min_minutes · weeks · complete
    Σ minutes · s ≤ max_minutes · weeks               if complete
    Σ minutes on the day · s ≤ max_minutes_per_day    if complete, for each day
    meets(day) ≤ Σ s that meet on the day             for each day
    Σ meets(day) ≥ min_days · complete

"If complete" is written with today's minutes, which may already lie beyond the bound:
`Σ minutes · s + (today − bound) · complete ≤ today`.
"""

from collections.abc import Iterator

import numpy as np

from solver.columns import Columns
from solver.problem import Plan, Problem
from solver.ragged import IntArray, Ragged, integers
from solver.roster import Roster, Seat, Violation
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.tables import NOWHERE
from solver.timeline import minutes_by_day

NAME = "plans"


def rows(columns: Columns) -> Rows:
    seats = np.flatnonzero(columns.plan_of[columns.request] != NOWHERE)
    seats = seats[columns.complete[columns.plan_of[columns.request[seats]]] != NOWHERE]
    plan = columns.plan_of[columns.request[seats]]
    return stacked(
        [
            _all_or_nothing(columns),
            *_minute_rows(columns, plan, seats),
            *_day_rows(columns, plan, seats),
        ]
    )


def _all_or_nothing(columns: Columns) -> Rows:
    """One row a request: its new seats and whether its plan is complete."""
    plan_of = columns.plan_of
    requests = np.flatnonzero(np.isin(plan_of, columns.completing) & (plan_of != NOWHERE))
    new = np.flatnonzero(columns.new & (plan_of[columns.request] != NOWHERE))
    each = np.arange(len(requests))
    waiting = columns.tables.waiting[requests]
    return linear(
        np.concatenate([np.searchsorted(requests, columns.request[new]), each]),
        np.concatenate([new, columns.complete[plan_of[requests]]]),
        np.repeat([1, -1], [len(new), len(requests)]),
        count=len(requests),
        lower=np.where(waiting, 0, -1),
        upper=0,
    )


def _minute_rows(columns: Columns, plan: IntArray, seats: IntArray) -> list[Rows]:
    minutes, weeks = columns.tables.minutes[columns.group[seats]], columns.tables.problem.weeks
    least, most = _bounds(columns, "min_minutes"), _bounds(columns, "max_minutes")
    low, high = least[plan] > 0, most[plan] != NOWHERE
    complete = columns.complete
    return [
        _at_least(plan[low], seats[low], minutes[low], complete, least * weeks),
        _at_most(columns, plan[high], seats[high], minutes[high], complete, most * weeks),
    ]


def _day_rows(columns: Columns, plan: IntArray, seats: IntArray) -> list[Rows]:
    """A plan and one of its days are one number: plan · days a week + day."""
    days = columns.days
    term, day, minutes = days_met(columns, seats)
    seats, key = seats[term], plan[term] * days + day
    most = np.repeat(_bounds(columns, "max_minutes_per_day"), days)
    complete = np.repeat(columns.complete, days)
    high, spread = most[key] != NOWHERE, columns.meets[key] != NOWHERE
    met, one, least = np.unique(key[spread]), np.ones_like(key), _bounds(columns, "min_days")
    return [
        _at_most(columns, key[high], seats[high], minutes[high], complete, most),
        _at_least(key[spread], seats[spread], one[spread], columns.meets, np.ones_like(most)),
        _at_least(met // days, columns.meets[met], one[: len(met)], columns.complete, least),
    ]


def days_met(columns: Columns, seats: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """For each seat and each day on which it meets: the seat's place, the day, the minutes."""
    tables, problem = columns.tables, columns.tables.problem
    offset = integers(person.day_offset_minutes for person in problem.participants)
    kind = np.stack([tables.pattern[columns.group[seats]], offset[columns.owner[seats]]])
    kinds, which = np.unique(kind, axis=1, return_inverse=True)
    patterns = list(tables.patterns)
    weeks = [
        minutes_by_day(patterns[pattern], problem.week_minutes, ahead)
        for pattern, ahead in kinds.T.tolist()
    ]
    place, day = Ragged([list(week) for week in weeks]).spread(which)
    _, minutes = Ragged([list(week.values()) for week in weeks]).spread(which)
    return place, day, minutes


def days_taken(columns: Columns, seats: IntArray) -> IntArray:
    """The columns of the days on which plans meet that take these seats."""
    seats = seats[columns.plan_of[columns.request[seats]] != NOWHERE]
    place, day, _ = days_met(columns, seats)
    meets = columns.meets[columns.plan_of[columns.request[seats[place]]] * columns.days + day]
    decided: IntArray = meets[meets != NOWHERE]
    return decided


def _bounds(columns: Columns, name: str) -> IntArray:
    """A bound of every plan, or NOWHERE."""
    bounds = (getattr(plan, name) for plan in columns.tables.problem.plans)
    return integers(NOWHERE if bound is None else bound for bound in bounds)


def _at_least(
    key: IntArray, terms: IntArray, weight: IntArray, condition: IntArray, bound: IntArray
) -> Rows:
    """Σ weight · term ≥ bound · condition, over the terms of each key.

    Conditions and bounds are those of key 0, 1, 2, …
    """
    keys, row = np.unique(key, return_inverse=True)
    return linear(
        np.concatenate([row, np.arange(len(keys))]),
        np.concatenate([terms, condition[keys]]),
        np.concatenate([weight, -bound[keys]]),
        count=len(keys),
        lower=0,
    )


def _at_most(
    columns: Columns,
    key: IntArray,
    terms: IntArray,
    weight: IntArray,
    condition: IntArray,
    bound: IntArray,
) -> Rows:
    """Σ weight · term ≤ bound if the condition holds; ≤ the larger of bound and today anyway."""
    keys, row = np.unique(key, return_inverse=True)
    today = np.zeros(len(keys), dtype=np.int64)
    np.add.at(today, row, np.where(columns.new[terms], 0, weight))
    without = np.maximum(bound[keys], today)
    return linear(
        np.concatenate([row, np.arange(len(keys))]),
        np.concatenate([terms, condition[keys]]),
        np.concatenate([weight, without - bound[keys]]),
        count=len(keys),
        upper=without,
    )


def violations(roster: Roster) -> Iterator[Violation]:
    for plan in roster.problem.plans:
        found = (roster.by_request.get(request) for request in plan.requests)
        seats = [seat for seat in found if seat is not None]
        some_new = any(seat.new for seat in seats)
        if len(seats) == len(plan.requests):
            details = list(broken_bounds(roster.problem, plan, seats))
        else:
            details = [f"{len(seats)} of {len(plan.requests)} requests have a seat"] * some_new
        for detail in details:
            yield Violation(
                NAME, detail, requests=plan.requests, plan=plan.id, standing=not some_new
            )


def broken_bounds(problem: Problem, plan: Plan, seats: list[Seat]) -> Iterator[str]:
    """What is wrong with the week of a plan that is complete with these seats."""
    minutes, weeks = sum(seat.group.minutes for seat in seats), problem.weeks
    if plan.min_minutes is not None and minutes < plan.min_minutes * weeks:
        yield f"{minutes / weeks:g} minutes a week, fewer than {plan.min_minutes}"
    if plan.max_minutes is not None and minutes > plan.max_minutes * weeks:
        yield f"{minutes / weeks:g} minutes a week, more than {plan.max_minutes}"
    by_day: dict[int, int] = {}
    for seat in seats:
        offset = problem.participant[seat.request.participant].day_offset_minutes
        week = minutes_by_day(seat.group.meetings, problem.week_minutes, offset)
        for day, met in week.items():
            by_day[day] = by_day.get(day, 0) + met
    if plan.min_days is not None and len(by_day) < plan.min_days:
        yield f"{len(by_day)} days, fewer than {plan.min_days}"
    if plan.max_minutes_per_day is not None:
        for day in sorted(by_day):
            if by_day[day] > plan.max_minutes_per_day:
                yield f"{by_day[day]} minutes on day {day}, more than {plan.max_minutes_per_day}"
