"""Two seats of one participant never overlap in time, nor are they in the same group.

For each participant p and each moment at which groups meet, with x over the seats of p in them:

    Σ x ≤ 1

Two groups overlap exactly if both meet at the start of a meeting of one of them; a group always
overlaps itself. Seats kept from today may overlap each other.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, combinations, pairwise

import numpy as np

from solver.columns import Columns
from solver.ragged import BoolArray, IntArray
from solver.roster import Roster, Seat, Violation
from solver.rows import Rows, exclusive
from solver.timeline import overlap

NAME = "one_place"


def rows(columns: Columns) -> Rows:
    requests_of = np.bincount(columns.tables.owner, minlength=1)
    seats = np.flatnonzero(requests_of[columns.owner] > 1)
    term, moment = columns.tables.starts_met.spread(columns.group[seats])
    clique = columns.owner[seats[term]] * (int(moment.max(initial=0)) + 1) + moment
    order = np.argsort(clique, kind="stable")
    clique, seat = clique[order], seats[term[order]]
    needed = _needed(columns, clique, seat)
    return exclusive(clique[needed], seat[needed], (~columns.new[seat[needed]]).astype(np.int64))


def _needed(columns: Columns, clique: IntArray, seat: IntArray) -> BoolArray:
    """The terms, in the order of their cliques, of those cliques that forbid something.

    They hold two requests and a new seat, and not exactly the seats of another one.
    """
    first = np.flatnonzero(np.diff(clique, prepend=-1))
    request = columns.request[seat]
    several = np.minimum.reduceat(request, first) < np.maximum.reduceat(request, first)
    binding = np.flatnonzero(several & np.logical_or.reduceat(columns.new[seat], first))
    mark = np.random.default_rng(0).integers(1 << 62, size=columns.seats)
    signature = np.add.reduceat(mark[seat], first)[binding]
    _, distinct = np.unique(signature, return_index=True)
    needed = np.zeros(len(first), dtype=np.bool_)
    needed[binding[distinct]] = True
    return np.repeat(needed, np.diff(first, append=len(clique)))


def violations(roster: Roster) -> Iterator[Violation]:
    groups = roster.problem.group

    @cache
    def overlapping(one: str, other: str) -> bool:
        return overlap(groups[one].meetings, groups[other].meetings)

    for person, seats in roster.by_participant.items():
        if len(seats) < 2 or _apart(seats):
            continue
        for one, other in combinations(seats, 2):
            if overlapping(one.group.id, other.group.id):
                yield Violation(
                    NAME,
                    f"{one.group.id} and {other.group.id} overlap",
                    requests=(one.request.id, other.request.id),
                    groups=(one.group.id, other.group.id),
                    participants=(person,),
                    standing=not (one.new or other.new),
                )


def _apart(seats: Sequence[Seat]) -> bool:
    """Whether no two of all their meetings overlap, which shows sooner than for each pair."""
    meetings = sorted(chain.from_iterable(seat.group.meetings for seat in seats))
    return all(end <= start for (_, end), (start, _) in pairwise(meetings))
