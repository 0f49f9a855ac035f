"""Closes the gap between the best solution and a loose relaxation, from three sides.

A rounding improves the solution, branching lowers the bound, and searches ever farther from the
relaxation settle what they leave.
"""

import numpy as np

from solver.ragged import BoolArray, IntArray
from solver.search.branching import FEW_COLUMNS
from solver.search.dividing import Division, Leaf
from solver.search.probe import Probe
from solver.search.region import Region
from solver.search.relaxation import Relaxation, is_tight

#: A row of larger coefficients would blur what is feasible in floating point.
_LARGEST_COEFFICIENT = 10**5
#: Each radius is so many times the one before; the first is one unit.
_RADIUS_STEP = 4


def fits_row(objective: IntArray) -> bool:
    """Whether an objective may become a row of a model."""
    return int(np.abs(objective).max(initial=0)) <= _LARGEST_COEFFICIENT


def _is_large(region: Region) -> bool:
    return region.part.model.columns > FEW_COLUMNS


class Closing:
    """One objective in a region, of which the relaxation is known.

    No solution of the region exceeds `bound`.
    """

    def __init__(
        self, probe: Probe, region: Region, objective: IntArray, relaxed: Relaxation
    ) -> None:
        self._probe, self._region = probe, region
        self._objective, self.relaxed = objective, relaxed
        self._part, self._fixed = region.part, int(objective @ region.part.fixed)
        self._division: Division | None = None
        self.bound = self._fixed + relaxed.whole_bound

    def run(self, among: BoolArray) -> None:
        """Lower the bound to the best solution if it can be.

        Branching is by those columns of the region's model that are `among` these.
        """
        if not self.closed:
            # It gets ready while a solution is looked for.
            division = self._prepared() if _is_large(self._region) else None
            self._round()
            if division and not self.closed and _is_large(self.as_good_ones()):
                self._divide(division, among)
        self._close_in()

    @property
    def closed(self) -> bool:
        """Whether no solution of the region is better than the best one known."""
        return self.bound <= self._fixed + self._value

    @property
    def loss(self) -> int:
        """How far the best solution is below what the region's relaxation allows."""
        return self.relaxed.loss(self._value)

    def as_good_ones(self) -> Region:
        """A region that holds all solutions as good as the best."""
        if self._division is not None and self._division.proved:
            return self._division.hull
        return self._region.narrowed(self.relaxed, self.loss)

    def leaves(self) -> list[Leaf]:
        """Regions that together hold all solutions as good as the best."""
        if self.bound < self._fixed + self._value:
            return []
        if self._division is None or not self._division.proved:
            return [Leaf(self.as_good_ones(), is_tight(self.relaxed, self.loss))]
        return self._division.leaves()

    @property
    def _value(self) -> int:
        return int(self._objective @ self._probe.incumbent.best) - self._fixed

    @property
    def _ended(self) -> bool:
        return self.closed or self._probe.clock.stopped()

    def _round(self) -> None:
        """Look for a good solution among those that take all that the relaxation takes whole.

        Like Berthold's RENS (The optimal rounding, 2014), which keeps what it leaves out as well.
        """
        near = self._region.taking(self._part.columns[self.relaxed.taken])
        self._probe.maximize(near.part, self._objective, self._probe.trial_seconds)

    def _prepared(self) -> Division:
        return Division(self._probe, self._region, self._objective, self.relaxed.optimum)

    def _divide(self, division: Division, among: BoolArray) -> None:
        """Divide what the relaxation leaves divided."""
        division.run(among, self.bound)
        self._learn(division.bound)
        self._division = division

    def _close_in(self) -> None:
        """Search near the relaxation, ever farther out, until nothing better lies outside.

        Within a radius lies every solution that loses no more than it. Small ones are searched
        quickly and often hold the best; the last holds all that is as good as the best found.
        """
        radius = self.relaxed.scale
        while radius * _RADIUS_STEP < self.loss and not self._ended:
            outside = self._fixed + self.relaxed.value_beyond(radius)
            near = self._region.narrowed(self.relaxed, radius)
            if fits_row(self._objective):
                most = self._fixed + self.relaxed.whole_bound
                near = near.between(self._objective, outside + 1, most)
            seconds = self._probe.trial_seconds
            self._learn(self._probe.most(near.part, self._objective, outside, seconds))
            radius *= _RADIUS_STEP
        if not self._ended:
            near = self._region.narrowed(self.relaxed, self.loss)
            worse = self._fixed + self._value - 1
            self._learn(self._probe.most(near.part, self._objective, worse))

    def _learn(self, bound: int | None) -> None:
        if bound is not None:
            self.bound = min(self.bound, bound)
