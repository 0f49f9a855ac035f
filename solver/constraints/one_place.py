"""Two seats of one participant never overlap in time, nor are they in the same group.

For each participant p and each moment at which groups meet, with x over the seats of p in them:

    Σ x ≤ 1

Two groups overlap exactly if both meet at the start of a meeting of one of them; a group always
overlaps itself. Seats kept from today may overlap each other.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from solver.columns import Columns
from solver.ragged import IntArray
from solver.roster import Roster, Violation
from solver.rows import Rows, exclusive
from solver.timeline import overlap

NAME = "one_place"


def rows(columns: Columns) -> Rows:
    requests_of = np.bincount(columns.tables.owner, minlength=1)
    seats = np.flatnonzero(requests_of[columns.owner] > 1)
    term, moment = columns.tables.starts_met.spread(columns.group[seats])
    seat = seats[term]
    clique = columns.owner[seat] * (int(moment.max(initial=0)) + 1) + moment
    binding = _binding(columns, clique, seat)
    clique, seat = _distinct(clique[binding], seat[binding])
    return exclusive(clique, seat, (~columns.new[seat]).astype(np.int64))


def _binding(columns: Columns, clique: IntArray, seat: IntArray) -> IntArray:
    """The terms of the cliques that hold two requests and a new seat."""
    cliques, number = np.unique(clique, return_inverse=True)
    count = len(columns.tables.owner)
    members = np.unique(number * count + columns.request[seat]) // count
    several = np.bincount(members, minlength=len(cliques)) > 1
    some_new = np.bincount(number, weights=columns.new[seat], minlength=len(cliques)) > 0
    return np.flatnonzero((several & some_new)[number])


def _distinct(clique: IntArray, seat: IntArray) -> tuple[IntArray, IntArray]:
    """Leave out the cliques that hold exactly the seats of another one."""
    cliques, number = np.unique(clique, return_inverse=True)
    mark = np.random.default_rng(0).integers(1 << 62, size=int(seat.max(initial=0)) + 1)
    signature = np.zeros(len(cliques), dtype=np.int64)
    np.add.at(signature, number, mark[seat])
    _, first = np.unique(signature, return_index=True)
    chosen = np.zeros(len(cliques), dtype=np.bool_)
    chosen[first] = True
    kept = chosen[number]
    return clique[kept], seat[kept]


def violations(roster: Roster) -> Iterator[Violation]:
    for person, seats in roster.by_participant.items():
        for one, other in combinations(seats, 2):
            if overlap(one.group.meetings, other.group.meetings):
                yield Violation(
                    NAME,
                    f"{one.group.id} and {other.group.id} overlap",
                    requests=(one.request.id, other.request.id),
                    groups=(one.group.id, other.group.id),
                    participants=(person,),
                    standing=not (one.new or other.new),
                )
