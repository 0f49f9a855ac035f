"""Rows that every solution satisfies and an optimum of a relaxation does not.

With rows a·x ≤ b, x ≥ 0 and whole, and multipliers u ≥ 0 that are whole multiples of 1/k,

    Σ ⌊u·a⌋ x ≤ ⌊u·b⌋

(Chvátal 1973). The optimum breaks this by up to (k − 1)/k where its rows are tight, u·a is whole
for every column that it divides, and u·b is not: such u are the solutions of a linear system
modulo k (Caprara, Fischetti & Letchford, On the separation of maximally violated mod-k cuts, 2000).
Columns that it takes whole count from 1 down, and lower sides as upper sides of the negative row.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from solver.formulation import Model
from solver.ragged import BoolArray, IntArray
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.search.relaxation import FloatArray

#: The determinants of what is divided rarely have other factors.
_PRIMES = (2, 3, 5)
_ALMOST = 1e-6
#: What is broken by less would change hardly anything.
_BROKEN = 0.05

#: Row → its multiplier, or column → its coefficient, all between 0 and k.
Sparse = dict[int, int]


def cuts(model: Model, values: FloatArray) -> Rows:
    """The cuts that some multiples of the tight rows give; none if there are none."""
    tight = _tight(model, values)
    found = [
        tight.cut(multipliers, prime)
        for prime in _PRIMES
        for multipliers in _vanishing(tight.divided(prime), tight.side, prime)
    ]
    return stacked([cut for cut in found if _excess(cut, values) > _BROKEN])


class _Tight(NamedTuple):
    """The tight rows that hold a divided column: the terms of each, and its upper side.

    Columns that are `down` count from 1 down.
    """

    row: IntArray
    column: IntArray
    coefficient: IntArray
    side: IntArray
    is_divided: BoolArray
    down: BoolArray

    def divided(self, prime: int) -> list[Sparse]:
        """For each row its coefficients of divided columns, modulo a prime."""
        lists: list[Sparse] = [{} for _ in self.side]
        terms = np.flatnonzero(self.is_divided[self.column] & (self.coefficient % prime != 0))
        table = np.stack([self.row, self.column, self.coefficient % prime], axis=1)[terms]
        for row, column, coefficient in table.tolist():
            lists[row][column] = coefficient
        return lists

    def cut(self, multipliers: Mapping[int, int], prime: int) -> Rows:
        """The row that the multiples of these rows give, rounded down."""
        weight = np.zeros(len(self.side), dtype=np.int64)
        weight[list(multipliers)] = list(multipliers.values())
        terms = np.flatnonzero(weight[self.row])
        columns, place = np.unique(self.column[terms], return_inverse=True)
        sums = np.zeros(len(columns), dtype=np.int64)
        np.add.at(sums, place, weight[self.row[terms]] * self.coefficient[terms])
        sums, side = sums // prime, int(weight @ self.side) // prime
        down = self.down[columns]
        side -= int(sums[down].sum())
        sums[down] = -sums[down]
        kept = np.flatnonzero(sums)
        return linear(np.zeros_like(kept), columns[kept], sums[kept], count=1, upper=side)


def _tight(model: Model, values: FloatArray) -> _Tight:
    rows, whole = model.rows, np.rint(values)
    is_divided = np.abs(values - whole) > _ALMOST
    down = ~is_divided & (whole > 0)
    activity = np.zeros(len(rows))
    np.add.at(activity, rows.row, rows.coefficient * values[rows.column])
    above, below = activity > rows.upper - _ALMOST, activity < rows.lower + _ALMOST
    holding = np.zeros(len(rows), dtype=np.bool_)
    holding[rows.row[is_divided[rows.column]]] = True
    chosen = np.flatnonzero(holding & (above | below))
    sign = np.where(above[chosen], 1, -1)
    row, term = model.terms_of_row.spread(chosen)
    column, coefficient = rows.column[term], sign[row] * rows.coefficient[term]
    side = sign * np.where(above[chosen], rows.upper[chosen], rows.lower[chosen])
    np.subtract.at(side, row, coefficient * down[column])
    coefficient = np.where(down[column], -coefficient, coefficient)
    return _Tight(row, column, coefficient, side, is_divided, down)


def _vanishing(rows: list[Sparse], sides: IntArray, prime: int) -> Iterator[Sparse]:
    """Multiples of the rows that add up to nothing modulo the prime, and their sides to −1."""
    pivots: dict[int, tuple[Sparse, int, Sparse]] = {}
    for place in sorted(range(len(rows)), key=lambda place: len(rows[place])):
        row, side, made = dict(rows[place]), int(sides[place]) % prime, {place: 1}
        while row and min(row) in pivots:
            pivot, pivot_side, pivot_made = pivots[min(row)]
            times = -row[min(row)]
            row, made = _sum(row, pivot, times, prime), _sum(made, pivot_made, times, prime)
            side = (side + times * pivot_side) % prime
        if row:
            inverse = pow(row[min(row)], -1, prime)
            pivots[min(row)] = (
                _sum({}, row, inverse, prime),
                side * inverse % prime,
                _sum({}, made, inverse, prime),
            )
        elif side:
            yield _sum({}, made, -pow(side, -1, prime), prime)


def _sum(one: Sparse, other: Sparse, times: int, prime: int) -> Sparse:
    """One and so many times the other, modulo a prime."""
    total = dict(one)
    for key, number in other.items():
        total[key] = (total.get(key, 0) + times * number) % prime
    return {key: number for key, number in total.items() if number}


def _excess(cut: Rows, values: FloatArray) -> float:
    """How far the values are beyond the upper side of a row."""
    return float(cut.coefficient @ values[cut.column] - cut.upper[0])
