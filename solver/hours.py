"""Who can come when, and at what cost: many participants against many meeting patterns."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from solver.problem import Available
from solver.ragged import BoolArray, IntArray, Ragged, integers
from solver.tables import Tables
from solver.timeline import merged


class Hours:
    """The hours of all participants on one axis.

    Each distinct availability gets its own stretch of the axis, longer than the horizon, so that
    one binary search answers for all participants at once.
    """

    def __init__(self, tables: Tables) -> None:
        people = tables.problem.participants
        distinct = {hours: number for number, hours in enumerate({p.available: 0 for p in people})}
        self.availability = integers(distinct[person.available] for person in people)
        self.stretch = tables.problem.horizon_minutes + 1
        unions = [merged((start, end) for start, end, _ in hours) for hours in distinct]
        self.open_start, self.open_end, _ = self._on_axis(
            [(start, end, 0) for start, end in union] for union in unions
        )
        self.cost_start, self.cost_end, self.cost = self._on_axis(map(_priced, distinct))
        patterns = list(tables.patterns)
        self.pattern_count = len(patterns)
        self.meetings = Ragged(_numbered(patterns))
        self.meeting_start = integers(start for pattern in patterns for start, _ in pattern)
        self.meeting_end = integers(end for pattern in patterns for _, end in pattern)

    def fit(self, participant: IntArray, pattern: IntArray) -> tuple[BoolArray, IntArray]:
        """For each pair whether every meeting is inside the hours; the time cost of those."""
        asked = self.availability[participant] * self.pattern_count + pattern
        distinct, which = np.unique(asked, return_inverse=True)
        pair, meeting = self.meetings.spread(distinct % self.pattern_count)
        shift = (distinct // self.pattern_count)[pair] * self.stretch
        start, end = self.meeting_start[meeting] + shift, self.meeting_end[meeting] + shift
        covering = np.searchsorted(self.open_start, start, side="right") - 1
        covered = self.open_end[covering] >= end
        fits = np.ones(len(distinct), dtype=np.bool_)
        fits[pair[~covered]] = False
        kept = fits[pair]
        cost = np.zeros(len(distinct), dtype=np.int64)
        np.add.at(cost, pair[kept], self._highest(start[kept], end[kept]))
        passing = fits[which]
        return passing, cost[which[passing]]

    def _highest(self, start: IntArray, end: IntArray) -> IntArray:
        """The highest cost within each interval."""
        first = np.searchsorted(self.cost_end, start, side="right")
        last = np.searchsorted(self.cost_start, end, side="left") - 1
        highest = self.cost[first]
        for step in range(1, int(np.max(last - first, initial=0)) + 1):
            here = np.minimum(first + step, last)
            np.maximum(highest, self.cost[here], out=highest)
        return highest

    def _on_axis(
        self, hours: Iterable[Sequence[tuple[int, int, int]]]
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Start, end and cost of all intervals, shifted to their stretch of the axis.

        An empty interval stands before them all, so that every search finds one.
        """
        shifted = [(-1, -1, 0)]
        shifted += [
            (start + number * self.stretch, end + number * self.stretch, cost)
            for number, intervals in enumerate(hours)
            for start, end, cost in intervals
        ]
        start, end, cost = np.array(shifted, dtype=np.int64).reshape(-1, 3).T
        return start, end, cost


def _numbered(lists: Iterable[Sequence[object]]) -> list[range]:
    """The running numbers of the items of each list."""
    numbered, first = [], 0
    for items in lists:
        numbered.append(range(first, first + len(items)))
        first += len(items)
    return numbered


def _priced(available: Sequence[Available]) -> list[tuple[int, int, int]]:
    """The hours cut where the highest cost changes, as disjoint intervals in order."""
    cuts = sorted({moment for start, end, _ in available for moment in (start, end)})
    priced = []
    for start, end in pairwise(cuts):
        costs = [cost for since, until, cost in available if since <= start and end <= until]
        if costs:
            priced.append((start, end, max(costs)))
    return priced
