"""Rows that every solution satisfies anyway and that make the relaxation much tighter.

For each participant whose waiting requests do not all fit beside each other, even if every group
were empty, with x over the seats of these requests:

    Σ x            ≤ the most of them that fit
    Σ priority · x ≤ the worth of the participant's best schedule
"""

from collections.abc import Callable, Sequence

import numpy as np

from solver.columns import Columns
from solver.ragged import IntArray, integers
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.schedules import Choice, Unit, best_schedule, choice, moments_of, units_by_participant


def rows(columns: Columns, pause: Callable[[], None]) -> Rows:
    bits, group = moments_of(columns), columns.group.tolist()
    priority, blocks = columns.tables.priority, list[Rows]()
    for units in units_by_participant(columns).values():
        pause()
        if len(units) == 1 and len(units[0].seats) == 1:
            continue
        choices = [
            choice(unit, lambda seat: bits[group[seat]], lambda seat: 1, busy=0) for unit in units
        ]
        if _all_fit(choices):
            continue
        shortest = list(map(_shortest, choices))
        blocks.append(_row(columns, units, shortest, np.ones_like(priority)))
        if not any(blocks[-1].upper == 1):
            blocks.append(_row(columns, units, shortest, priority))
    return stacked(blocks)


def _all_fit(choices: Sequence[Choice]) -> bool:
    """Whether taking the first free option of each choice, those with few first, serves all."""
    taken = 0
    for asked in sorted(choices, key=lambda asked: len(asked.options)):
        free = (option.moments for option in asked.options if not option.moments & taken)
        moments = next(free, None)
        if moments is None:
            return False
        taken |= moments
    return True


def _shortest(asked: Choice) -> Choice:
    """Without the options that take all the moments of another one, and more."""
    kept: list[int] = []
    options = []
    for option in sorted(asked.options, key=lambda option: option.moments.bit_count()):
        if not any(moments & option.moments == moments for moments in kept):
            kept.append(option.moments)
            options.append(option)
    return asked._replace(options=options)


def _row(columns: Columns, units: list[Unit], choices: list[Choice], weight: IntArray) -> Rows:
    """No more weight of requests than the best schedule has; no row where that says nothing."""
    requests = [columns.request[[seats[0] for seats in unit.seats]] for unit in units]
    worths = [int(weight[own].sum()) for own in requests]
    schedule = best_schedule(
        [asked._replace(worth=worth) for asked, worth in zip(choices, worths, strict=True)]
    )
    if not schedule.exact or schedule.worth == sum(worths):
        return stacked([])
    seats = integers(seat for unit in units for ways in unit.seats for seat in ways)
    own = weight[columns.request[seats]]
    step = int(np.gcd.reduce(own))
    return linear(np.zeros_like(seats), seats, own // step, count=1, upper=schedule.worth // step)
