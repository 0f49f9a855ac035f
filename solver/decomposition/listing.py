"""Schedules listed one by one, where few are left."""

from collections.abc import Sequence

import numpy as np

from solver.decomposition.prices import Prices
from solver.decomposition.pricing import Best
from solver.decomposition.structure import Schedule, Structure


class Listed:
    """The schedules of a list, which holds at least one of every kind, in the order of kinds."""

    def __init__(self, structure: Structure, schedules: Sequence[Schedule]) -> None:
        self._schedules = sorted(set(schedules))
        chosen = [options for _, options in self._schedules]
        self.worths = structure.worths.together(chosen)
        self._kind = np.array([kind for kind, _ in self._schedules], dtype=np.int64)
        self._first = np.searchsorted(self._kind, np.arange(len(structure.kinds)))

    def best(self, prices: Prices, kinds: Sequence[int]) -> list[Best]:
        """The best schedule of each of these kinds."""
        values = self.worths.values(prices)
        order = np.lexsort((-values, self._kind))[self._first[np.asarray(kinds, dtype=np.int64)]]
        return [
            Best(self._schedules[place][1], value, value)
            for place, value in zip(order.tolist(), values[order].tolist(), strict=True)
        ]

    def within(self, prices: Prices, loss: int, most: int) -> list[Schedule] | None:
        """Every schedule less than `loss` + 1 below the best of its kind; None if above `most`."""
        values = self.worths.values(prices)
        highest = np.maximum.reduceat(values, self._first)
        near = np.flatnonzero(values >= highest[self._kind] - loss)
        return [self._schedules[place] for place in near.tolist()] if len(near) <= most else None
