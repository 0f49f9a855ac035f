"""Each request holds at most one seat, and a seated request never ends without one.

For each request r, with x over its kept and new seats:

    [r is seated] ≤ Σ x ≤ 1
"""

from collections.abc import Iterator

import numpy as np

from solver.columns import Columns
from solver.roster import Roster, Violation
from solver.rows import Rows
from solver.rows import rows as linear

NAME = "one_seat"


def rows(columns: Columns) -> Rows:
    requests, row = np.unique(columns.request, return_inverse=True)
    seated = ~columns.tables.waiting[requests]
    seats = np.arange(columns.seats)
    return linear(row, seats, count=len(requests), lower=seated.astype(np.int64), upper=1)


def violations(roster: Roster) -> Iterator[Violation]:
    for request in roster.problem.requests:
        if request.seat is not None and request.id not in roster.assignment:
            detail = f"loses its seat in {request.seat}"
            yield Violation(NAME, detail, requests=(request.id,), groups=(request.seat,))
