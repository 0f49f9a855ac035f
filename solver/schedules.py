"""What one participant could have: which waiting requests fit beside each other in a week.

A participant's requests make *units* that are placed whole or not at all: a plan, or a request
of no plan. A unit has *options*, ways to seat it; two options go together if they share no moment.
Moments are bits of an integer, so that this is one operation. Finding the best schedule of one
participant is a small search; the number of its steps is limited, and hence the same every time.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from solver.columns import Columns
from solver.tables import NOWHERE

_MOST_STEPS = 3000
_MOST_OPTIONS = 2000


class Unit(NamedTuple):
    """The seat columns of each of its requests, and what placing it is worth in tier 1."""

    plan: int
    worth: int
    seats: tuple[tuple[int, ...], ...]


class Option(NamedTuple):
    """One way to seat a unit: when it meets, its seats, and how much room the tightest one has."""

    moments: int
    seats: tuple[int, ...]
    room: float


class Choice(NamedTuple):
    """A unit's worth and its options; `complete` if none was left out for their number."""

    worth: int
    options: list[Option]
    complete: bool = True


def moments_of(columns: Columns) -> list[int]:
    """Group → the moments at which it meets, as bits."""
    met = columns.tables.starts_met
    groups, moments = met.spread(np.arange(len(met.counts)))
    bits = [0] * len(met.counts)
    for group, moment in zip(groups.tolist(), moments.tolist(), strict=True):
        bits[group] |= 1 << moment
    return bits


def units_by_participant(columns: Columns) -> dict[int, list[Unit]]:
    """Participant → the units of its waiting requests that could be placed."""
    seats, plan_of = _seats_of_waiting(columns), columns.plan_of.tolist()
    priority, owner = columns.tables.priority.tolist(), columns.tables.owner.tolist()
    members: dict[tuple[int, int], list[int]] = {}
    for request in seats:
        plan = plan_of[request]
        members.setdefault((plan, request if plan == NOWHERE else NOWHERE), []).append(request)
    units: dict[int, list[Unit]] = {}
    for (plan, _), requests in members.items():
        if plan == NOWHERE or len(requests) == _waiting_in(columns, plan):
            worth = sum(priority[request] for request in requests)
            unit = Unit(plan, worth, tuple(seats[request] for request in requests))
            units.setdefault(owner[requests[0]], []).append(unit)
    return units


def _seats_of_waiting(columns: Columns) -> dict[int, tuple[int, ...]]:
    """The waiting requests that could be placed, with their seat columns."""
    waiting = np.flatnonzero(columns.new & columns.tables.waiting[columns.request])
    requests, first = np.unique(columns.request[waiting], return_index=True)
    bounds = pairwise([*first.tolist(), len(waiting)])
    seats = waiting.tolist()
    return {
        request: tuple(seats[start:end])
        for request, (start, end) in zip(requests.tolist(), bounds, strict=True)
    }


def _waiting_in(columns: Columns, plan: int) -> int:
    place, waiting = columns.tables.request_place, columns.tables.waiting
    return sum(bool(waiting[place[name]]) for name in columns.tables.problem.plans[plan].requests)


def choice(
    unit: Unit, moments: Callable[[int], int], room: Callable[[int], float], busy: int
) -> Choice:
    """The ways to seat a unit outside the busy moments, the roomiest first.

    Of those at the same moments only the roomiest is listed.
    """
    found, complete = {0: Option(0, (), float("inf"))}, True
    for seats in sorted(unit.seats, key=len):
        roomiest: dict[int, tuple[int, float]] = {}
        for seat in seats:
            when, left = moments(seat), room(seat)
            if not when & busy and left > roomiest.get(when, (NOWHERE, 0))[1]:
                roomiest[when] = seat, left
        extended: dict[int, Option] = {}
        for before in found.values():
            for when, (seat, left) in roomiest.items():
                if not when & before.moments:
                    option = Option(
                        before.moments | when, (*before.seats, seat), min(before.room, left)
                    )
                    known = extended.get(option.moments)
                    if known is None or known.room < option.room:
                        extended[option.moments] = option
        complete = complete and len(extended) <= _MOST_OPTIONS
        found = dict(list(extended.items())[:_MOST_OPTIONS])
    ways = sorted(found.values(), key=lambda option: (-option.room, option.seats))
    return Choice(unit.worth, ways, complete)


class Schedule(NamedTuple):
    """The best options that go together; `exact` if no better ones do."""

    worth: int
    options: tuple[Option, ...]
    exact: bool


def best_schedule(choices: Sequence[Choice]) -> Schedule:
    """The worthiest options that go together, one of each choice at most."""
    best, steps = Schedule(0, (), exact=True), 0
    total = sum(choice.worth for choice in choices if choice.options)

    def search(left: list[Choice], worth: int, chosen: tuple[Option, ...]) -> None:
        nonlocal best, steps
        steps += 1
        if worth > best.worth:
            best = Schedule(worth, chosen, exact=True)
        if steps > _MOST_STEPS or worth + sum(choice.worth for choice in left) <= best.worth:
            return
        place = min(range(len(left)), key=lambda number: len(left[number].options))
        tightest, rest = left[place], left[:place] + left[place + 1 :]
        for option in tightest.options:
            search(_beside(option, rest), worth + tightest.worth, (*chosen, option))
            if best.worth == total:
                return
        search(rest, worth, chosen)

    search([choice for choice in choices if choice.options], 0, ())
    exact = best.worth == total or steps <= _MOST_STEPS
    return best._replace(exact=exact and all(choice.complete for choice in choices))


def _beside(taken: Option, choices: Iterable[Choice]) -> list[Choice]:
    """What is left of the choices beside an option; those without an option drop out."""
    left = []
    for worth, ways, complete in choices:
        free = [way for way in ways if not way.moments & taken.moments]
        if free:
            left.append(Choice(worth, free, complete))
    return left
