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
from solver.ragged import IntArray, integers
from solver.roster import Roster, Seat, Violation
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.tables import NOWHERE
from solver.timeline import minutes_by_day

NAME = "plans"


def rows(columns: Columns) -> Rows:
    in_plan = np.flatnonzero(columns.plan_of[columns.request] != NOWHERE)
    plan = columns.plan_of[columns.request[in_plan]]
    order = np.argsort(plan, kind="stable")
    seats, plan = in_plan[order], plan[order]
    first = np.searchsorted(plan, columns.completing, side="left")
    last = np.searchsorted(plan, columns.completing, side="right")
    blocks = [_all_or_nothing(columns)]
    for place, start, end in zip(columns.completing, first, last, strict=True):
        bounded = columns.tables.problem.plans[place]
        blocks += _minute_rows(columns, int(place), bounded, seats[start:end])
        blocks += _day_rows(columns, int(place), bounded, seats[start:end])
    return stacked(blocks)


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


def _minute_rows(columns: Columns, place: int, plan: Plan, seats: IntArray) -> list[Rows]:
    minutes = columns.tables.minutes[columns.group[seats]]
    complete, weeks = int(columns.complete[place]), columns.tables.problem.weeks
    blocks = []
    if plan.min_minutes:
        blocks.append(_at_least(seats, minutes, complete, plan.min_minutes * weeks))
    if plan.max_minutes is not None:
        today = int(minutes[~columns.new[seats]].sum())
        blocks.append(_at_most(seats, minutes, complete, plan.max_minutes * weeks, today))
    return blocks


def _day_rows(columns: Columns, place: int, plan: Plan, seats: IntArray) -> list[Rows]:
    if plan.max_minutes_per_day is None and not plan.min_days:
        return []
    complete, meets = int(columns.complete[place]), columns.plan_days
    week = [_week(columns, int(seat)) for seat in seats]
    days = sorted({day for met in week for day in met})
    blocks = []
    for day in days:
        minutes = integers(met.get(day, 0) for met in week)
        here = minutes > 0
        if plan.max_minutes_per_day is not None:
            today = int(minutes[~columns.new[seats]].sum())
            most = plan.max_minutes_per_day
            blocks.append(_at_most(seats[here], minutes[here], complete, most, today))
        if plan.min_days:
            met_then = np.ones(int(here.sum()), dtype=np.int64)
            blocks.append(_at_least(seats[here], met_then, meets[place, day], 1))
    if plan.min_days:
        met_on = integers(meets[place, day] for day in days)
        blocks.append(_at_least(met_on, np.ones_like(met_on), complete, plan.min_days))
    return blocks


def _week(columns: Columns, seat: int) -> dict[int, int]:
    problem = columns.tables.problem
    person = problem.participants[columns.owner[seat]]
    meetings = problem.groups[columns.group[seat]].meetings
    return minutes_by_day(meetings, problem.week_minutes, person.day_offset_minutes)


def _at_least(terms: IntArray, weight: IntArray, condition: int, bound: int) -> Rows:
    """Σ weight · term ≥ bound · condition."""
    return linear(
        np.zeros(len(terms) + 1, dtype=np.int64),
        np.append(terms, condition),
        np.append(weight, -bound),
        count=1,
        lower=0,
    )


def _at_most(terms: IntArray, weight: IntArray, condition: int, bound: int, today: int) -> Rows:
    """Σ weight · term ≤ bound if the condition holds; ≤ the larger of bound and today anyway."""
    without = max(bound, today)
    return linear(
        np.zeros(len(terms) + 1, dtype=np.int64),
        np.append(terms, condition),
        np.append(weight, without - bound),
        count=1,
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
