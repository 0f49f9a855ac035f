"""The master program: how many participants of each kind get which schedule.

    maximize    Σ worth · schedules + Σ worth · columns of nobody
    subject to  Σ schedules of a kind = its members         (for each kind)
                every row between                           (for each such row)
                Σ weight of a tier ≥ what is kept of it     (for each tier before)

over the schedules known so far.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from solver.decomposition.options import Term
from solver.decomposition.structure import Schedule, Structure
from solver.formulation import Model
from solver.ragged import IntArray
from solver.rows import UNBOUNDED
from solver.rows import rows as linear

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Column:
    """What a column is worth, and its terms of the master's rows."""

    worth: int
    terms: tuple[Term, ...]


class Master:
    """The columns of nobody, and after them the schedules in the order in which they came.

    `kept` are the tiers before and their values. `lower` and `upper` are the sides of all rows:
    those of the kinds, those between, those of the kept tiers.
    """

    def __init__(self, structure: Structure, tier: int, kept: dict[int, int]) -> None:
        self.structure, self.tier, self.kept = structure, tier, kept
        between, values = structure.between, np.array([*kept.values()], dtype=np.int64)
        free = np.full(len(kept), UNBOUNDED)
        self.lower = np.concatenate([structure.members, between.lower, values])
        self.upper = np.concatenate([structure.members, between.upper, free])
        self.schedules: list[Schedule] = []
        self.columns = [self._of_nobody(*stated) for stated in structure.of_nobody]
        self.most_of_nobody = np.ones(len(self.columns), dtype=np.int64)
        self.step = max(1, int(np.gcd.reduce(structure.tiers[tier])))
        self._known: set[Schedule | Column] = set()

    def add(self, schedules: Iterable[Schedule]) -> int:
        """Learn schedules; how many of them are like none before."""
        before = len(self.columns)
        for schedule in schedules:
            if schedule in self._known:
                continue
            self._known.add(schedule)
            weights, terms = self.structure.stated(schedule)
            column = self._column(weights, ((schedule[0], 1), *self._between(terms)))
            if column not in self._known:
                self._known.add(column)
                self.columns.append(column)
                self.schedules.append(schedule)
        return len(self.columns) - before

    def _of_nobody(self, weights: tuple[int, ...], terms: tuple[Term, ...]) -> Column:
        return self._column(weights, self._between(terms))

    def _between(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        first = len(self.structure.kinds)
        return tuple((first + row, coefficient) for row, coefficient in terms)

    def _column(self, weights: tuple[int, ...], terms: tuple[Term, ...]) -> Column:
        first = len(self.lower) - len(self.kept)
        kept = [(first + place, weights[tier]) for place, tier in enumerate(self.kept)]
        return Column(weights[self.tier], (*terms, *(term for term in kept if term[1])))

    def whole_below(self, value: float) -> int:
        """The greatest value of the tier up to this, but for what may be rounding."""
        return math.floor(value / self.step + _TOLERANCE) * self.step

    def whole(self) -> tuple[Model, IntArray]:
        """The program in whole numbers, and its objective."""
        count = len(self.columns)
        terms = [(row, at, c) for at, column in enumerate(self.columns) for row, c in column.terms]
        row, column, coefficient = np.array(terms, dtype=np.int64).reshape(-1, 3).T
        rows = linear(
            row, column, coefficient, count=len(self.lower), lower=self.lower, upper=self.upper
        )
        members = self.members[[kind for kind, _ in self.schedules]]
        most = np.concatenate([self.most_of_nobody, members])
        return Model(count, rows, most), np.array([column.worth for column in self.columns])

    @property
    def members(self) -> IntArray:
        """How many participants of each kind have no schedule yet."""
        return self.lower[: len(self.structure.kinds)]

    def beside(self, taken: IntArray) -> "Master":
        """What is left of the program beside columns that are taken so many times."""
        rest = Master(self.structure, self.tier, self.kept)
        used = np.zeros_like(self.lower)
        for column in np.flatnonzero(taken).tolist():
            for row, coefficient in self.columns[column].terms:
                used[row] += coefficient * taken[column]
        rest.lower = np.where(self.lower <= -UNBOUNDED, self.lower, self.lower - used)
        rest.upper = np.where(self.upper >= UNBOUNDED, self.upper, self.upper - used)
        rest.most_of_nobody = self.most_of_nobody - taken[: len(self.most_of_nobody)]
        rest.add(schedule for schedule in self.schedules if rest.members[schedule[0]])
        return rest

    def worth(self, taken: IntArray) -> int:
        """What columns are worth that are taken so many times."""
        return sum(self.columns[at].worth * int(taken[at]) for at in np.flatnonzero(taken).tolist())

    def values(self, taken: IntArray) -> IntArray:
        """The values of the problem's columns from those of the master's."""
        return self.structure.values(self.chosen(taken), taken[: len(self.structure.nobody)])

    def chosen(self, taken: IntArray) -> Counter[Schedule]:
        """How many participants have which schedule, from the values of the master's columns."""
        counts = taken[len(self.structure.nobody) :].tolist()
        return +Counter(dict(zip(self.schedules, counts, strict=False)))
