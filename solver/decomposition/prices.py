"""Prices, and what things are worth under them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from solver import objectives
from solver.decomposition.options import Term
from solver.ragged import IntArray, integers, ranges


@dataclass(frozen=True)
class Prices:
    """What a unit of each tier is worth and a unit of each row between costs, in whole numbers."""

    tiers: IntArray
    rows: IntArray


class Worths:
    """Options or schedules as arrays: their weights in the tiers and terms of the rows between."""

    def __init__(
        self, weights: IntArray, place: IntArray, row: IntArray, coefficient: IntArray
    ) -> None:
        self.weights, self.place = weights, place
        self.row, self.coefficient = row, coefficient

    @classmethod
    def of(cls, stated: Sequence[tuple[tuple[int, ...], tuple[Term, ...]]]) -> "Worths":
        """Of things that have these weights and terms."""
        weights = np.array([weights for weights, _ in stated], dtype=np.int64)
        weights = weights.reshape(len(stated), len(objectives.ALL))
        terms = [(place, *term) for place, (_, terms) in enumerate(stated) for term in terms]
        return cls(weights, *np.array(terms, dtype=np.int64).reshape(-1, 3).T)

    def together(self, chosen: Sequence[Sequence[int]]) -> "Worths":
        """Of things that each consist of some of these."""
        counts = integers(map(len, chosen))
        parts = integers(chain.from_iterable(chosen))
        whole = np.repeat(np.arange(len(counts)), counts)
        weights = np.zeros((len(counts), self.weights.shape[1]), dtype=np.int64)
        np.add.at(weights, whole, self.weights[parts])
        order = np.argsort(self.place, kind="stable")
        own = np.bincount(self.place, minlength=len(self.weights))
        at, term = ranges((np.cumsum(own) - own)[parts], own[parts])
        term = order[term]
        return Worths(weights, whole[at], self.row[term], self.coefficient[term])

    def values(self, prices: Prices) -> IntArray:
        """Weights at the worth of the tiers, less terms at the cost of the rows."""
        values: IntArray = self.weights @ prices.tiers
        np.subtract.at(values, self.place, self.coefficient * prices.rows[self.row])
        return values
