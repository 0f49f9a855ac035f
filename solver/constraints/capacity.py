"""A group with a new seat holds at most `max_size − held_seats` seats.

For each group g that could get a new seat, with x over its kept and new seats:

    Σ x ≤ capacity(g)              if g is running
    Σ x ≤ capacity(g) · open(g)    if g is proposed

The first may stand without a condition: an over-full group has no candidates, and in any other
one the kept seats alone satisfy it.
"""

from collections.abc import Iterator

import numpy as np

from solver.columns import Columns
from solver.roster import Roster, Violation
from solver.rows import Rows
from solver.rows import rows as linear

NAME = "capacity"


def rows(columns: Columns) -> Rows:
    gaining = np.zeros(len(columns.tables.capacity), dtype=np.bool_)
    gaining[columns.group[columns.new]] = True
    groups = np.flatnonzero(gaining)
    seats = np.flatnonzero(gaining[columns.group])
    row = np.searchsorted(groups, columns.group[seats])
    capacity, proposed = columns.tables.capacity[groups], columns.tables.proposed[groups]
    opening = np.flatnonzero(proposed)
    return linear(
        np.concatenate([row, opening]),
        np.concatenate([seats, columns.open[groups[opening]]]),
        np.concatenate([np.ones_like(seats), -capacity[opening]]),
        count=len(groups),
        upper=np.where(proposed, 0, capacity),
    )


def violations(roster: Roster) -> Iterator[Violation]:
    for group in roster.problem.groups:
        seats = roster.by_group[group.id]
        if len(seats) > group.capacity:
            detail = f"{len(seats)} of {group.capacity}"
            standing = not any(seat.new for seat in seats)
            yield Violation(NAME, detail, groups=(group.id,), standing=standing)
