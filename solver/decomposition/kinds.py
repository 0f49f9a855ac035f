"""Participants of one *kind*: their requests differ in nothing but their ids.

They compete for the same seats and are worth the same, so that only the number of those who get
a schedule counts, not who. Two participants are of a kind if their columns can be paired such
that paired ones stand for the same group, weigh the same in every tier and stand in the same
rows. This is found by comparing marks of 64 bits that sum up all this.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.decomposition.blocks import Blocks
from solver.ragged import IntArray
from solver.tables import NOWHERE

Marks = npt.NDArray[np.uint64]
#: Columns that are no seats stand behind those of every request.
_LAST = np.uint64(2**64 - 1)


class Span(NamedTuple):
    """Where the columns of a unit stand in the order of its kind, and the unit's mark.

    Its seats end before `seats`, its other columns before `last`.
    """

    first: int
    seats: int
    last: int
    mark: int


class Kind(NamedTuple):
    """Row m of `members` holds the columns of the m-th participant, in the same order for all."""

    members: IntArray
    spans: tuple[Span, ...]


def kinds(blocks: Blocks, tiers: Sequence[IntArray]) -> Iterator[Kind]:
    """The kinds of all participants that have something to decide."""
    column = _column_marks(blocks, tiers)
    unit, request = _unit_and_request_marks(blocks, column)
    order = _order(blocks, column, unit, request)
    if not len(order):
        return
    first = np.flatnonzero(np.diff(blocks.owner[order], prepend=NOWHERE))
    width = np.diff(np.append(first, len(order)))
    place = np.repeat(np.arange(len(first)), width)
    whole = _sums(place, _mixed(unit[blocks.unit[order]]), len(first))
    for same in _equal(whole, width):
        members = order[first[same][:, None] + np.arange(width[same[0]])]
        yield Kind(members, tuple(_spans(blocks, members[0], unit)))


def _order(blocks: Blocks, column: Marks, unit: Marks, request: Marks) -> IntArray:
    """The columns by participant, and those of a participant in an order that ids do not change.

    Ids decide only between units and requests that are alike.
    """
    asked = np.full(len(column), len(blocks.columns.plan_of))
    asked[: blocks.columns.seats] = blocks.columns.request
    keys = (column, asked, request[asked], blocks.unit, unit[blocks.unit], blocks.owner)
    owned = np.flatnonzero(blocks.owner != NOWHERE)
    return owned[np.lexsort([key[owned] for key in keys])]


def _equal(mark: Marks, width: IntArray) -> Iterator[IntArray]:
    """The places of equal pairs, those of each pair together."""
    pairs = np.stack([mark, width.astype(np.uint64)])
    _, pair = np.unique(pairs, axis=1, return_inverse=True)
    order = np.argsort(pair, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(pair[order])) + 1)


def _spans(blocks: Blocks, columns: IntArray, marks: Marks) -> Iterator[Span]:
    unit, seat = blocks.unit[columns], columns < blocks.columns.seats
    starts = np.flatnonzero(np.diff(unit, prepend=NOWHERE)).tolist()
    for first, last in pairwise([*starts, len(unit)]):
        seats = first + int(seat[first:last].sum())
        yield Span(first, seats, last, int(marks[unit[first]]))


def _column_marks(blocks: Blocks, tiers: Sequence[IntArray]) -> Marks:
    """What a column stands for: its group or day, its weights, its place in rows between."""
    columns, rows = blocks.columns, blocks.between
    meaning = np.full(columns.count, NOWHERE)
    meaning[: columns.seats] = columns.group * 2 + columns.new
    for (_, day), column in columns.plan_days.items():
        meaning[column] = NOWHERE - 1 - day
    terms = _sums(rows.column, _mixed(rows.row, rows.coefficient), columns.count)
    return _mixed(meaning, terms, *tiers)


def _unit_and_request_marks(blocks: Blocks, column: Marks) -> tuple[Marks, Marks]:
    """A unit is the sum of its rows, a request is the row that says it has one seat."""
    rows, requests = blocks.within, len(blocks.columns.plan_of)
    terms = _sums(rows.row, _mixed(column[rows.column], rows.coefficient), len(rows))
    row = _mixed(rows.lower, rows.upper, terms)
    any_term = np.zeros(len(rows), dtype=np.int64)
    any_term[rows.row] = rows.column
    count = requests + len(blocks.columns.complete)
    unit = _sums(blocks.unit[any_term], _mixed(row), count)
    request = np.full(requests + 1, _LAST)
    seats = np.arange(blocks.columns.seats)
    request[:requests] = _sums(blocks.columns.request, column[seats], requests)
    return unit, request


def _sums(place: IntArray, marks: Marks, count: int) -> Marks:
    sums = np.zeros(count, dtype=np.uint64)
    np.add.at(sums, place, marks)
    return sums


def _mixed(*parts: IntArray | Marks) -> Marks:
    """One mark of all parts, by the multiplications of SplitMix64."""
    mark = np.full(len(parts[0]), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for part in parts:
        mark = (mark ^ part.astype(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
        mark = (mark ^ (mark >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mark ^= mark >> np.uint64(31)
    return mark
