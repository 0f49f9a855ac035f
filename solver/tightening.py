"""Rows that every solution satisfies anyway and that make the relaxation much tighter.

For each participant whose waiting requests do not all fit beside each other, even if every group
were empty, with x over the seats of these requests:

    Σ priority · x ≤ the worth of the participant's best schedule
"""

from collections.abc import Callable, Sequence

import numpy as np

from solver.columns import Columns
from solver.ragged import integers
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.schedules import Choice, Unit, best_schedule, choice, moments_of, units_by_participant


def rows(columns: Columns, pause: Callable[[], None]) -> Rows:
    bits, group = moments_of(columns), columns.group.tolist()
    blocks = []
    for units in units_by_participant(columns).values():
        pause()
        if len(units) == 1 and len(units[0].seats) == 1:
            continue
        choices = [
            choice(unit, lambda seat: bits[group[seat]], lambda seat: 1, busy=0) for unit in units
        ]
        if _all_fit(choices):
            continue
        schedule = best_schedule(list(map(_shortest, choices)))
        if schedule.exact and schedule.worth < sum(unit.worth for unit in units):
            blocks.append(_row(columns, units, schedule.worth))
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


def _row(columns: Columns, units: list[Unit], most: int) -> Rows:
    seats = integers(seat for unit in units for ways in unit.seats for seat in ways)
    worth = columns.tables.priority[columns.request[seats]]
    step = int(np.gcd.reduce(worth))
    return linear(np.zeros_like(seats), seats, worth // step, count=1, upper=most // step)
