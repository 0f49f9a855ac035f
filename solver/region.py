"""A part of a model's solutions: those between tighter bounds of its columns and rows.

A relaxation of the region (`solver.relaxation`) says which bounds no solution leaves without
losing more than a given amount; a region narrowed by it still holds every solution that is at
least so good, and is often far smaller.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from solver.formulation import Model
from solver.ragged import BoolArray, IntArray
from solver.relaxation import Relaxation
from solver.rows import UNBOUNDED, Rows, stacked
from solver.rows import rows as linear

#: So often what follows from the rows may follow from what followed before.
_ROUNDS = 10


@dataclass(frozen=True)
class Region:
    """`least` and `most` bound each column (0 or 1), `lower` and `upper` each row of the model."""

    model: Model
    least: IntArray
    most: IntArray
    lower: IntArray
    upper: IntArray

    @classmethod
    def whole(cls, model: Model) -> "Region":
        """All solutions of the model; a column in none of its rows stays at 0."""
        most = np.zeros(model.columns, dtype=np.int64)
        most[model.rows.column] = 1
        least = np.zeros(model.columns, dtype=np.int64)
        return _tightened(cls(model, least, most, model.rows.lower, model.rows.upper))

    @cached_property
    def part(self) -> "Part":
        return _part(self)

    @property
    def free(self) -> BoolArray:
        """The columns that are not fixed."""
        return self.most > self.least

    @cached_property
    def activity(self) -> "Activity":
        return _activity(self)

    def holds(self, values: IntArray) -> bool:
        """Whether a solution of the model lies in the region."""
        rows = self.model.rows
        activity = np.zeros(len(rows), dtype=np.int64)
        np.add.at(activity, rows.row, rows.coefficient * values[rows.column])
        within = np.all((self.lower <= activity) & (activity <= self.upper))
        return bool(within and np.all((self.least <= values) & (values <= self.most)))

    def between(self, weights: IntArray, least: int, most: int) -> "Region":
        """The part of the region in which the weighted columns add up to `least` … `most`."""
        terms = np.flatnonzero(weights)
        zeros = np.zeros_like(terms)
        row = linear(zeros, terms, weights[terms], count=1, lower=least, upper=most)
        model = replace(self.model, rows=stacked([self.model.rows, row]))
        lower, upper = np.append(self.lower, row.lower), np.append(self.upper, row.upper)
        return _tightened(replace(self, model=model, lower=lower, upper=upper))

    def taking(self, columns: IntArray) -> "Region":
        """The part of the region in which these columns are 1."""
        return self.within(columns, np.ones_like(columns), np.ones_like(columns))

    def within(self, columns: IntArray, lower: IntArray, upper: IntArray) -> "Region":
        """The part of the region in which these columns lie between bounds."""
        least, most = self.least.copy(), self.most.copy()
        least[columns] = np.maximum(least[columns], lower)
        most[columns] = np.minimum(most[columns], upper)
        return _tightened(replace(self, least=least, most=most))

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
        return _tightened(replace(self, least=least, most=most, lower=lower, upper=upper))


@dataclass(frozen=True)
class Activity:
    """Of each row what its fixed columns add up to, and the least and the most in the region."""

    held: IntArray
    lowest: IntArray
    highest: IntArray


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


def _activity(region: Region) -> Activity:
    rows, free = region.model.rows, region.free
    fixed, count = np.where(free, 0, region.least), len(rows)
    held = _sums(rows.row, rows.coefficient * fixed[rows.column], count)
    term = free[rows.column]
    row, coefficient = rows.row[term], rows.coefficient[term]
    lowest = held + _sums(row, np.minimum(coefficient, 0), count)
    highest = held + _sums(row, np.maximum(coefficient, 0), count)
    return Activity(held, lowest, highest)


def _tightened(region: Region) -> Region:
    """The same solutions, with the columns fixed that a row leaves only one value."""
    for _ in range(_ROUNDS):
        rows, activity = region.model.rows, region.activity
        term = np.flatnonzero(region.free[rows.column])
        row, column, coefficient = rows.row[term], rows.column[term], rows.coefficient[term]
        below = region.upper[row] - activity.lowest[row]
        above = activity.highest[row] - region.lower[row]
        least, most = region.least.copy(), region.most.copy()
        most[column[(coefficient > below) | (-coefficient > above)]] = 0
        least[column[(-coefficient > below) | (coefficient > above)]] = 1
        tighter = replace(region, least=least, most=most)
        if np.array_equal(tighter.free, region.free):
            break
        region = tighter
    return region


def _part(region: Region) -> Part:
    activity, free = region.activity, region.free
    fixed = np.where(free, 0, region.least)
    binding = (activity.highest > region.upper) | (activity.lowest < region.lower)
    reachable = (activity.lowest <= region.upper) & (activity.highest >= region.lower)
    possible = bool(np.all(reachable) and np.all(region.least <= region.most))
    model = _renumbered(region, free, binding, activity.held)
    return Part(model, np.flatnonzero(free), np.flatnonzero(binding), fixed, possible)


def _renumbered(region: Region, free: BoolArray, binding: BoolArray, held: IntArray) -> Model:
    rows = region.model.rows
    kept = np.flatnonzero(free[rows.column] & binding[rows.row])
    column, row = np.cumsum(free) - 1, np.cumsum(binding) - 1
    lower, upper = region.lower[binding], region.upper[binding]
    return Model(
        int(free.sum()),
        Rows(
            row[rows.row[kept]],
            column[rows.column[kept]],
            rows.coefficient[kept],
            np.where(lower <= -UNBOUNDED, lower, lower - held[binding]),
            np.where(upper >= UNBOUNDED, upper, upper - held[binding]),
        ),
    )


def _sums(place: IntArray, amount: IntArray, count: int) -> IntArray:
    """The sum of the amounts at each place."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, place, amount)
    return sums
