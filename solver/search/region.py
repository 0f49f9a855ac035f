"""A part of a model's solutions: those between tighter bounds of its columns and rows.

A relaxation of the region (`solver.search.relaxation`) says which bounds no solution leaves without
losing more than a given amount; a region narrowed by it still holds every solution that is at
least so good, and is often far smaller.

What follows from a bound is followed from row to row: a column is fixed where its other value would
take one of its rows beyond a side (e.g. Savelsbergh, Preprocessing and probing techniques for mixed
integer programming problems, 1994). Only rows are looked at that a change has touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from solver.formulation import Model
from solver.ragged import BoolArray, IntArray, integers
from solver.rows import UNBOUNDED, Rows, stacked
from solver.rows import rows as linear
from solver.search.relaxation import Relaxation


class Activity(NamedTuple):
    """The least and the most that each row can add up to in a region."""

    lowest: IntArray
    highest: IntArray


@dataclass(frozen=True)
class Region:
    """`least` and `most` bound each column (0 or 1), `lower` and `upper` each row of the model."""

    model: Model
    least: IntArray
    most: IntArray
    lower: IntArray
    upper: IntArray
    activity: Activity

    @classmethod
    def whole(cls, model: Model) -> "Region":
        """All solutions of the model; a column in none of its rows stays at 0."""
        rows = model.rows
        most = np.zeros(model.columns, dtype=np.int64)
        most[rows.column] = 1
        activity = Activity(
            _sums(rows.row, np.minimum(rows.coefficient, 0), len(rows)),
            _sums(rows.row, np.maximum(rows.coefficient, 0), len(rows)),
        )
        region = cls(model, np.zeros_like(most), most, rows.lower, rows.upper, activity)
        return _tightened(region, np.arange(len(rows)))

    @cached_property
    def part(self) -> "Part":
        return _part(self)

    @property
    def free(self) -> BoolArray:
        """The columns that are not fixed."""
        return self.most > self.least

    def holds(self, values: IntArray) -> bool:
        """Whether a solution of the model lies in the region."""
        rows = self.model.rows
        activity = np.zeros(len(rows), dtype=np.int64)
        np.add.at(activity, rows.row, rows.coefficient * values[rows.column])
        within = np.all((self.lower <= activity) & (activity <= self.upper))
        return bool(within and np.all((self.least <= values) & (values <= self.most)))

    def stating(self, sums: Sequence[IntArray]) -> "Region":
        """The same region with further rows at the end that bound weighted sums, as yet nowhere."""
        terms = [np.flatnonzero(weights) for weights in sums]
        more = stacked(
            [
                linear(np.zeros_like(places), places, weights[places], count=1)
                for places, weights in zip(terms, sums, strict=True)
            ]
        )
        ends = [(weights * self.least, weights * self.most) for weights in sums]
        lowest = integers(int(np.minimum(*pair).sum()) for pair in ends)
        highest = integers(int(np.maximum(*pair).sum()) for pair in ends)
        return replace(
            self,
            model=replace(self.model, rows=stacked([self.model.rows, more])),
            lower=np.append(self.lower, more.lower),
            upper=np.append(self.upper, more.upper),
            activity=Activity(
                np.append(self.activity.lowest, lowest), np.append(self.activity.highest, highest)
            ),
        )

    def bounding(self, row: int, least: int, most: int) -> "Region":
        """The part of the region in which a row adds up to `least` … `most`."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[row], upper[row] = max(lower[row], least), min(upper[row], most)
        return self._bounded(self.least, self.most, lower, upper)

    def between(self, weights: IntArray, least: int, most: int) -> "Region":
        """The part of the region in which the weighted columns add up to `least` … `most`."""
        return self.stating([weights]).bounding(len(self.lower), least, most)

    def taking(self, columns: IntArray) -> "Region":
        """The part of the region in which these columns are 1."""
        return self.within(columns, np.ones_like(columns), np.ones_like(columns))

    def within(self, columns: IntArray, lower: IntArray, upper: IntArray) -> "Region":
        """The part of the region in which these columns lie between bounds."""
        least, most = self.least.copy(), self.most.copy()
        least[columns] = np.maximum(least[columns], lower)
        most[columns] = np.minimum(most[columns], upper)
        return self._bounded(least, most, self.lower, self.upper)

    def narrowed(self, relaxation: Relaxation, loss: int) -> "Region":
        """The region without what loses more than `loss` against the relaxation's bound.

        `loss` is in the relaxation's own units. A step of a column off its better end loses its
        reduced cost, a step of a row off its priced side the price.
        """
        part, gain, price = self.part, relaxation.reduced_cost, relaxation.price
        least, most = self.least.copy(), self.most.copy()
        most[part.columns[gain < -loss]] = 0
        least[part.columns[gain > loss]] = 1
        lower, upper = self.lower.copy(), self.upper.copy()
        above, below = part.rows[price > 0], part.rows[price < 0]
        room = loss // np.abs(price[price != 0])
        lower[above] = np.maximum(lower[above], upper[above] - room[price[price != 0] > 0])
        upper[below] = np.minimum(upper[below], lower[below] + room[price[price != 0] < 0])
        return self._bounded(least, most, lower, upper)

    def _bounded(
        self, least: IntArray, most: IntArray, lower: IntArray, upper: IntArray
    ) -> "Region":
        """The part of the region within tighter bounds."""
        sided = (lower != self.lower) | (upper != self.upper)
        region, touched = _moved(replace(self, lower=lower, upper=upper), least, most)
        return _tightened(region, np.flatnonzero(sided | touched))


@dataclass(frozen=True)
class Part:
    """What is left to decide in a region: its free columns and the rows that bind them.

    `model` numbers both anew, in the same order; `columns` and `rows` are their places in the
    region's model, `fixed` the values of all other columns.
    """

    model: Model
    columns: IntArray
    rows: IntArray
    fixed: IntArray
    possible: bool

    def values(self, free: IntArray) -> IntArray:
        """Values of all columns from those of the free ones."""
        values = self.fixed.copy()
        values[self.columns] = free
        return values


def _moved(region: Region, least: IntArray, most: IntArray) -> tuple[Region, BoolArray]:
    """The region between other bounds of the columns, and the rows that these touch."""
    rows, before = region.model.rows, region.activity
    columns = np.flatnonzero((least != region.least) | (most != region.most))
    _, term = region.model.terms_of_column.spread(columns)
    row, column, coefficient = rows.row[term], rows.column[term], rows.coefficient[term]
    old = coefficient * region.least[column], coefficient * region.most[column]
    new = coefficient * least[column], coefficient * most[column]
    lowest, highest = before.lowest.copy(), before.highest.copy()
    np.add.at(lowest, row, np.minimum(*new) - np.minimum(*old))
    np.add.at(highest, row, np.maximum(*new) - np.maximum(*old))
    touched = np.zeros(len(rows), dtype=np.bool_)
    touched[row] = True
    activity = Activity(lowest, highest)
    return replace(region, least=least, most=most, activity=activity), touched


def _tightened(region: Region, touched: IntArray) -> Region:
    """The same solutions, with the columns fixed that a row leaves only one value.

    What is not known yet can only follow from the rows that are touched.
    """
    rows = region.model.rows
    while len(touched):
        _, term = region.model.terms_of_row.spread(touched[_forcing(region, touched)])
        term = term[region.free[rows.column[term]]]
        row, column, coefficient = rows.row[term], rows.column[term], rows.coefficient[term]
        below = region.upper[row] - region.activity.lowest[row]
        above = region.activity.highest[row] - region.lower[row]
        least, most = region.least.copy(), region.most.copy()
        most[column[(coefficient > below) | (-coefficient > above)]] = 0
        least[column[(-coefficient > below) | (coefficient > above)]] = 1
        region, follows = _moved(region, least, most)
        touched = np.flatnonzero(follows)
    return region


def _forcing(region: Region, rows: IntArray) -> BoolArray:
    """Which of the rows are so near a side that their heaviest column could not move freely."""
    heaviest = region.model.heaviest[rows]
    below = region.upper[rows] - region.activity.lowest[rows]
    above = region.activity.highest[rows] - region.lower[rows]
    forcing: BoolArray = (heaviest > below) | (heaviest > above)
    return forcing


def _part(region: Region) -> Part:
    (lowest, highest), free = region.activity, region.free
    fixed = np.where(free, 0, region.least)
    binding = (highest > region.upper) | (lowest < region.lower)
    reachable = (lowest <= region.upper) & (highest >= region.lower)
    possible = bool(np.all(reachable) and np.all(region.least <= region.most))
    model = _renumbered(region, free, binding, fixed)
    return Part(model, np.flatnonzero(free), np.flatnonzero(binding), fixed, possible)


def _renumbered(region: Region, free: BoolArray, binding: BoolArray, fixed: IntArray) -> Model:
    rows = region.model.rows
    term = np.flatnonzero(fixed[rows.column])
    held = _sums(rows.row[term], rows.coefficient[term], len(rows))[binding]
    kept = np.flatnonzero(free[rows.column] & binding[rows.row])
    column, row = np.cumsum(free) - 1, np.cumsum(binding) - 1
    lower, upper = region.lower[binding], region.upper[binding]
    return Model(
        int(free.sum()),
        Rows(
            row[rows.row[kept]],
            column[rows.column[kept]],
            rows.coefficient[kept],
            np.where(lower <= -UNBOUNDED, lower, lower - held),
            np.where(upper >= UNBOUNDED, upper, upper - held),
        ),
    )


def _sums(place: IntArray, amount: IntArray, count: int) -> IntArray:
    """The sum of the amounts at each place."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, place, amount)
    return sums
