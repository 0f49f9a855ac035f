"""The two participants of a `keep_apart` pair never share a group.

For each pair and each group g, with x a seat of the one and y a seat of the other in g, not both
kept:

    x + y ≤ 1          if g is running
    x + y ≤ open(g)    if g is proposed
"""

from collections.abc import Iterator
from itertools import product

import numpy as np

from solver.columns import Columns
from solver.ragged import IntArray
from solver.roster import Roster, Violation
from solver.rows import Rows
from solver.rows import rows as linear

NAME = "keep_apart"


def rows(columns: Columns) -> Rows:
    one, other = _meeting(columns)
    count = len(one)
    opens = columns.open[columns.group[one]]
    proposed = np.flatnonzero(columns.tables.proposed[columns.group[one]])
    each = np.arange(count)
    return linear(
        np.concatenate([each, each, proposed]),
        np.concatenate([one, other, opens[proposed]]),
        np.concatenate([np.ones(2 * count, dtype=np.int64), np.full(len(proposed), -1)]),
        count=count,
        upper=np.where(columns.tables.proposed[columns.group[one]], 0, 1),
    )


def _meeting(columns: Columns) -> tuple[IntArray, IntArray]:
    """The pairs of seats, not both kept, in which a pair would meet."""
    place = columns.tables.participant_place
    pairs = np.array(
        [(place[one], place[other]) for one, other in columns.tables.problem.keep_apart],
        dtype=np.int64,
    ).reshape(-1, 2)
    pair, one = _seats_of(columns, pairs[:, 0])
    other_pair, other = _seats_of(columns, pairs[:, 1])
    width = len(columns.tables.capacity)
    key = pair * width + columns.group[one]
    other_key = other_pair * width + columns.group[other]
    order = np.argsort(other_key, kind="stable")
    first = np.searchsorted(other_key[order], key, side="left")
    count = np.searchsorted(other_key[order], key, side="right") - first
    owner = np.repeat(np.arange(len(one)), count)
    within = np.arange(len(owner)) - (np.cumsum(count) - count)[owner]
    one, other = one[owner], other[order][first[owner] + within]
    free = columns.new[one] | columns.new[other]
    return one[free], other[free]


def _seats_of(columns: Columns, people: IntArray) -> tuple[IntArray, IntArray]:
    """The position in `people` and the seat, for every seat of each of them."""
    order = np.argsort(columns.owner, kind="stable")
    owners = columns.owner[order]
    first = np.searchsorted(owners, people, side="left")
    count = np.searchsorted(owners, people, side="right") - first
    position = np.repeat(np.arange(len(people)), count)
    within = np.arange(len(position)) - (np.cumsum(count) - count)[position]
    return position, order[first[position] + within]


def violations(roster: Roster) -> Iterator[Violation]:
    for pair in roster.problem.keep_apart:
        for one, other in product(*(roster.by_participant[person] for person in pair)):
            if one.group.id == other.group.id:
                yield Violation(
                    NAME,
                    f"{pair[0]} and {pair[1]} share {one.group.id}",
                    requests=(one.request.id, other.request.id),
                    groups=(one.group.id,),
                    participants=pair,
                    standing=not (one.new or other.new),
                )
