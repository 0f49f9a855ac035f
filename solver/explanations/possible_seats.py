"""The model of the first tier with every seat in it that a single change could make possible.

Such seats are columns like all others, so that every rule states its rows for them as well; but
they are shut until a change opens them. So is one more seat in each group, and for each proposed
group that it runs, however few join. A change thereby is other bounds of a few columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from solver.candidates import Candidates
from solver.changes import AddSeat, Change, MoveOne, OpenGroup
from solver.columns import Columns
from solver.constraints import capacity, opening
from solver.explanations.host import Bounds
from solver.explanations.moves import suited
from solver.explanations.prices import places
from solver.formulation import Formulation, Model
from solver.objectives import placed
from solver.ragged import BoolArray, IntArray, Ragged
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.tables import Tables
from solver.ways import Ways

if TYPE_CHECKING:
    from solver.explanations.reach import Reach
    from solver.explanations.solved import Solved


@dataclass(frozen=True)
class _Wider(Formulation):
    """A formulation with candidates that changes make possible."""

    wider: Columns = field(kw_only=True)

    @cached_property
    def columns(self) -> Columns:
        return self.wider


class PossibleSeats:
    """The model, and `placed`, what its columns add to the first tier.

    After the columns of a formulation and of ways come one more seat for each group, one running
    group for each proposed one, and for each request that waits its `wish`, which is granted only
    if it has a seat. Those who have one in the solution wish to keep one: their wishes are `kept`.
    """

    def __init__(self, solved: "Solved") -> None:
        self._solved = solved
        problem = replace(solved.problem, max_moves=1)
        self.columns = columns = Columns(Tables(problem), _possible(solved))
        self._ways = Ways(columns)
        self._taken = Ragged(self._ways.seats).spread(np.arange(len(self._ways.seats)))
        stated = self._ways.model(_Wider(problem, wider=columns))
        self._gaining = np.unique(columns.group[columns.new])
        self._waiting = np.unique(columns.request[columns.tables.waiting[columns.request]])
        self._more = stated.columns
        self._runs = self._more + len(self._gaining)
        self._wish = self._runs + len(columns.opening)
        rows = stacked([self._relieved(stated.rows), self._granting()])
        self.model = Model(self._wish + len(self._waiting), rows)
        self.placed = np.zeros(self.model.columns, dtype=np.int64)
        self.placed[: columns.count] = placed.coefficients(columns)
        seats = zip(columns.request.tolist(), columns.group.tolist(), strict=True)
        self._seat = {seat: column for column, seat in enumerate(seats)}
        self.wish = {request: self._wish + n for n, request in enumerate(self._waiting.tolist())}
        self.kept = [wish for request, wish in self.wish.items() if not solved.unplaced(request)]

    def after(self, change: Change, reach: "Reach") -> Bounds | None:
        """The bounds after a change; None if it makes seats possible that are not in the model."""
        least, most = (bounds.copy() for bounds in self.today)
        groups = self._solved.tables.group_place
        pairs = [(request, group) for request, groups in reach.pairs.items() for group in groups]
        if not all(pair in self._seat for pair in pairs):
            return None
        most[[self._seat[pair] for pair in pairs]] = 1
        match change:
            case AddSeat():
                more = np.flatnonzero(self._gaining == groups[change.group])
                if not len(more):
                    return None
                most[self._more + more] = 1
            case OpenGroup():
                group = groups[change.group]
                runs = self._runs + np.searchsorted(self.columns.opening, group)
                most[self.columns.open[group]], least[runs], most[runs] = 0, 1, 1
            case MoveOne():
                member = self._solved.tables.request_place[change.request]
                kept, taken = (self._seat[member, groups[g]] for g in (change.origin, change.to))
                least[kept], most[kept], least[taken] = 0, 0, 1
        self._open_ways(most)
        return Bounds(least, most)

    @cached_property
    def today(self) -> Bounds:
        """The bounds before any change; settled members stay."""
        columns, known = self.columns, self._solved.columns.candidates
        most = np.zeros(self.model.columns, dtype=np.int64)
        most[: columns.seats] = ~columns.new
        seats = zip(known.request.tolist(), known.group.tolist(), strict=True)
        most[[self._seat[seat] for seat in seats]] = 1
        most[columns.seats : columns.count] = 1
        most[self.kept] = 1
        self._open_ways(most)
        least = np.zeros_like(most)
        least[: columns.seats] = ~columns.new & columns.tables.settled[columns.request]
        return Bounds(least, most)

    def _open_ways(self, most: IntArray) -> None:
        """Open the ways whose seats are all open."""
        way, seat = self._taken
        shut = np.bincount(way[most[seat] == 0], minlength=len(self._ways.seats))
        most[self.columns.count : self._more] = shut == 0

    def _relieved(self, rows: Rows) -> Rows:
        """The rows, with what one more seat and a group that runs take or give in them."""
        columns, place = self.columns, places(self.columns)
        more = np.arange(len(self._gaining))
        term = np.flatnonzero(self._of_opening(rows, place[opening.NAME].start))
        # A running group takes no more of a row than there is.
        taken = np.minimum(rows.coefficient[term], rows.upper[rows.row[term]])
        runs = self._runs + rows.column[term] - columns.seats
        return Rows(
            np.concatenate([rows.row, place[capacity.NAME].start + more, rows.row[term]]),
            np.concatenate([rows.column, self._more + more, runs]),
            np.concatenate([rows.coefficient, np.full_like(more, -1), taken]),
            rows.lower,
            rows.upper,
        )

    def _of_opening(self, rows: Rows, minimum: int) -> BoolArray:
        """The terms of opening columns, but for those in the rows of minimum sizes."""
        count, first = len(self.columns.opening), self.columns.seats
        opens = (rows.column >= first) & (rows.column < first + count)
        return opens & ((rows.row < minimum) | (rows.row >= minimum + count))

    def _granting(self) -> Rows:
        """A wish is granted only with a new seat."""
        columns, each = self.columns, np.arange(len(self._waiting))
        new = np.flatnonzero(columns.new & columns.tables.waiting[columns.request])
        return linear(
            np.concatenate([np.searchsorted(self._waiting, columns.request[new]), each]),
            np.concatenate([new, self._wish + each]),
            np.concatenate([np.ones_like(new), np.full_like(each, -1)]),
            count=len(each),
            lower=0,
        )


def _possible(solved: "Solved") -> Candidates:
    """The candidates, and the pairs that a change could add."""
    known = solved.columns.candidates
    pairs = np.array([*_added(solved)], dtype=np.int64).reshape(-1, 2)
    request = np.concatenate([known.request, pairs[:, 0]])
    group = np.concatenate([known.group, pairs[:, 1]])
    order = np.lexsort((group, request))
    return Candidates(request[order], group[order], np.zeros_like(order))


def _added(solved: "Solved") -> Iterator[tuple[int, int]]:
    """Pairs that fail one rule which a change can waive, and where settled members could move.

    The hours of those who lack no seat are left out, as nobody asks for them.
    """
    free = [r for r, changes in enumerate(solved.free) if changes]
    lacking = {solved.owner[r] for r in free if solved.waiting[r] and solved.unplaced(r)}
    near = solved.nearness.of_requests(free)
    hours = near.only("availability")
    yield from (pair for pair in hours if solved.owner[pair[0]] in lacking)
    for rule in ("request_requires", "group_requires", "admits"):
        yield from near.only(rule)
    settled = [r for r, changes in enumerate(solved.free) if not changes]
    yield from suited(solved, settled).items()
