"""At most `max_moves` settled requests end in another group than their current one.

With x over the new seats of settled requests:

    Σ x ≤ max_moves
"""

from collections.abc import Iterator

import numpy as np

from solver.columns import Columns
from solver.roster import Roster, Violation
from solver.rows import Rows, stacked
from solver.rows import rows as linear

NAME = "moves"


def rows(columns: Columns) -> Rows:
    most = columns.tables.problem.max_moves
    if most is None:
        return stacked([])
    moves = np.flatnonzero(columns.new & columns.tables.settled[columns.request])
    return linear(np.zeros_like(moves), moves, count=1, upper=most)


def violations(roster: Roster) -> Iterator[Violation]:
    moved = tuple(seat.request.id for seat in roster.seats if seat.new and seat.request.settled)
    most = roster.problem.max_moves
    if most is not None and len(moved) > most:
        yield Violation(NAME, f"{len(moved)} of {most}", requests=moved)
