"""Linear rows in bulk: `lower ≤ Σ coefficient · column ≤ upper`, all in whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.ragged import IntArray

#: Stands for a side without a bound.
UNBOUNDED = 2**62


@dataclass(frozen=True)
class Rows:
    """One entry of `row`, `column` and `coefficient` a term; one of `lower` and `upper` a row."""

    row: IntArray
    column: IntArray
    coefficient: IntArray
    lower: IntArray
    upper: IntArray

    def __len__(self) -> int:
        return len(self.lower)


def rows(
    row: IntArray,
    column: IntArray,
    coefficient: IntArray | int = 1,
    *,
    count: int,
    lower: IntArray | int = -UNBOUNDED,
    upper: IntArray | int = UNBOUNDED,
) -> Rows:
    """`count` rows from their terms; a single number stands for every term or row."""
    return Rows(
        row,
        column,
        np.broadcast_to(np.asarray(coefficient, dtype=np.int64), len(row)),
        np.broadcast_to(np.asarray(lower, dtype=np.int64), count),
        np.broadcast_to(np.asarray(upper, dtype=np.int64), count),
    )


def stacked(blocks: Sequence[Rows]) -> Rows:
    """All blocks, one below the other."""
    if not blocks:
        nothing = np.zeros(0, dtype=np.int64)
        return Rows(nothing, nothing, nothing, nothing, nothing)
    above = np.cumsum([0, *map(len, blocks)])
    return Rows(
        np.concatenate([block.row + top for block, top in zip(blocks, above, strict=False)]),
        np.concatenate([block.column for block in blocks]),
        np.concatenate([block.coefficient for block in blocks]),
        np.concatenate([block.lower for block in blocks]),
        np.concatenate([block.upper for block in blocks]),
    )


def added_up(rows: Rows) -> Rows:
    """The same rows with one term a column, whose coefficient is the sum of all."""
    width = int(rows.column.max(initial=0)) + 1
    key, term = np.unique(rows.row * width + rows.column, return_inverse=True)
    coefficient = np.zeros(len(key), dtype=np.int64)
    np.add.at(coefficient, term, rows.coefficient)
    row, column = np.divmod(key, width)
    return Rows(row, column, coefficient, rows.lower, rows.upper)


def distinct(rows: Rows) -> Rows:
    """Rows of the same terms as one row, with the tightest bounds of all."""
    mark = np.random.default_rng(0).integers(1 << 62, size=int(rows.column.max(initial=0)) + 1)
    signature = np.zeros(len(rows), dtype=np.int64)
    np.add.at(signature, rows.row, rows.coefficient * mark[rows.column])
    _, first, number = np.unique(signature, return_index=True, return_inverse=True)
    lower, upper = rows.lower[first], rows.upper[first]
    np.maximum.at(lower, number, rows.lower)
    np.minimum.at(upper, number, rows.upper)
    kept = first[number[rows.row]] == rows.row
    return Rows(number[rows.row[kept]], rows.column[kept], rows.coefficient[kept], lower, upper)


def exclusive(clique: IntArray, column: IntArray, kept: IntArray) -> Rows:
    """At most one seat of each clique, where two kept seats do not disturb each other.

    `clique` numbers the clique of each term, `kept` is 1 for a kept seat. A clique with several
    kept seats becomes one row for each of them, together with all new seats.
    """
    _, clique = np.unique(clique, return_inverse=True)
    kept_here = np.bincount(clique, weights=kept).astype(np.int64)
    copies = np.maximum(kept_here, 1)
    first = np.cumsum(copies) - copies
    new = np.flatnonzero(kept == 0)
    spread = copies[clique[new]]
    owner = np.repeat(np.arange(len(new)), spread)
    copy = np.arange(len(owner)) - (np.cumsum(spread) - spread)[owner]
    old = np.flatnonzero(kept)
    old = old[np.argsort(clique[old], kind="stable")]
    rank = np.arange(len(old)) - np.searchsorted(clique[old], clique[old])
    return rows(
        np.concatenate([first[clique[new]][owner] + copy, first[clique[old]] + rank]),
        np.concatenate([column[new][owner], column[old]]),
        count=int(copies.sum()),
        upper=1,
    )
