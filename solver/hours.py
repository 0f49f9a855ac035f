"""Who can come when, and at what cost: many participants against many meeting patterns."""

from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np

from solver.problem import Available
from solver.ragged import BoolArray, IntArray, Ragged, integers, ranges
from solver.tables import NOWHERE, Tables

Hour = tuple[int, int, int]


class Hours:
    """The hours of all participants as disjoint pieces in order, each of one cost.

    The piece NOWHERE, which is the last one, is empty: it stands for "not available".
    """

    def __init__(self, tables: Tables) -> None:
        hours = _disjoint([person.available for person in tables.problem.participants])
        self._pieces = integers(map(len, hours))
        self._first_piece = np.cumsum(self._pieces) - self._pieces
        pieces = np.append(_table(hours), [(-1, -1, 0)], axis=0)
        start, self._end, self._cost = np.ascontiguousarray(pieces.T)
        self._until = _until(start, self._end, np.append(_owner(hours), NOWHERE))
        distinct = sorted({meeting for pattern in tables.patterns for meeting in pattern})
        number = {meeting: place for place, meeting in enumerate(distinct)}
        self._meetings = Ragged([[number[met] for met in pattern] for pattern in tables.patterns])
        self._meeting_end = integers(end for _, end in distinct)
        meeting_start = integers(start for start, _ in distinct)
        starts, self._start = np.unique(meeting_start, return_inverse=True)
        self._first_start = np.searchsorted(starts, start)
        self._starts = np.searchsorted(starts, self._end) - self._first_start

    @property
    def meetings(self) -> int:
        """How many different meetings there are."""
        return len(self._meeting_end)

    def fit(self, participant: IntArray, pattern: IntArray) -> tuple[BoolArray, IntArray]:
        """For each pair whether every meeting is inside the hours; the time cost of those."""
        asked = np.bincount(participant, minlength=len(self._pieces)) > 0
        column = (np.cumsum(asked) - 1)[participant]
        piece = self._piece_at_start(np.flatnonzero(asked))
        inside = self._until[piece][self._start] >= self._meeting_end[:, np.newaxis]
        passing = self._all_inside(inside)[pattern, column]
        return passing, self._time_cost(piece, column[passing], pattern[passing])

    def _piece_at_start(self, people: IntArray) -> IntArray:
        """For each start of meetings (a row) and each of the people the piece of hours then."""
        found = np.full((int(self._start.max(initial=-1)) + 1, len(people)), NOWHERE)
        column, piece = ranges(self._first_piece[people], self._pieces[people])
        place, start = ranges(self._first_start[piece], self._starts[piece])
        found[start, column[place]] = piece[place]
        return found

    def _all_inside(self, inside: BoolArray) -> BoolArray:
        """For each pattern (a row) whether all its meetings are inside, from that of meetings."""
        first, counts = self._meetings.starts, self._meetings.counts
        whole: BoolArray = inside[self._meetings.values[first]]
        for number in range(1, int(counts.max(initial=0))):
            longer = np.flatnonzero(counts > number)
            whole[longer] &= inside[self._meetings.values[first[longer] + number]]
        return whole

    def _time_cost(self, piece: IntArray, column: IntArray, pattern: IntArray) -> IntArray:
        """Σ over the meetings of the highest cost of a piece that each overlaps."""
        pair, meeting = self._meetings.spread(pattern)
        here, end = piece[self._start[meeting], column[pair]], self._meeting_end[meeting]
        highest = self._cost[here]
        beyond = np.flatnonzero(self._end[here] < end)
        while len(beyond):
            here[beyond] += 1
            highest[beyond] = np.maximum(highest[beyond], self._cost[here[beyond]])
            beyond = beyond[self._end[here[beyond]] < end[beyond]]
        counts = self._meetings.counts[pattern]
        cost: IntArray = np.add.reduceat(highest, np.cumsum(counts) - counts)
        return cost


def _disjoint(hours: Sequence[Sequence[Available]]) -> Sequence[Sequence[Hour]]:
    """The hours of everybody, cut into pieces of one cost where some overlap."""
    owner, (start, end, _) = _owner(hours), _table(hours).T
    overlapping = (owner[1:] == owner[:-1]) & (start[1:] < end[:-1])
    cut = set(owner[1:][overlapping].tolist())
    return [
        _priced(available) if place in cut else available for place, available in enumerate(hours)
    ]


def _table(hours: Sequence[Sequence[Hour]]) -> IntArray:
    """Start, end and cost of the hours of everybody, one below the other."""
    numbers = chain.from_iterable(chain.from_iterable(hours))
    return integers(numbers).reshape(-1, 3)


def _owner(hours: Sequence[Sequence[Hour]]) -> IntArray:
    return np.repeat(np.arange(len(hours)), integers(map(len, hours)))


def _until(start: IntArray, end: IntArray, owner: IntArray) -> IntArray:
    """The end of the hours that go on without a gap from each piece."""
    touching = (owner[1:] == owner[:-1]) & (start[1:] == end[:-1])
    stretch = np.cumsum(np.append(0, ~touching))
    last = np.append(np.flatnonzero(~touching), len(start) - 1)
    until: IntArray = end[last[stretch]]
    return until


def _priced(available: Sequence[Available]) -> list[Hour]:
    """The hours cut where the highest cost changes, as disjoint intervals in order."""
    cuts = sorted({moment for start, end, _ in available for moment in (start, end)})
    priced = []
    for start, end in pairwise(cuts):
        costs = [cost for since, until, cost in available if since <= start and end <= until]
        if costs:
            priced.append((start, end, max(costs)))
    return priced
