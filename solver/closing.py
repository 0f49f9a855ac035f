"""Closes the gap between the best solution and a loose relaxation, from three sides.

A rounding improves the solution, branching lowers the bound, and searches ever farther from the
relaxation settle what they leave.
"""

from collections.abc import Sequence

import numpy as np

from solver.branching import Node, Tree, branch
from solver.probe import Probe
from solver.ragged import BoolArray, IntArray
from solver.region import Region
from solver.relaxation import Relaxation

#: A row of larger coefficients would blur what is feasible in floating point.
_LARGEST_COEFFICIENT = 10**5
#: Less than this is searched as fast as it is divided.
_FEW_COLUMNS = 8000
#: Each radius is so many times the one before; the first is one unit.
_RADIUS_STEP = 4
#: A relaxation is tight if rounding its bound down loses less than this part of a unit.
_TIGHT = 0.01


def is_tight(relaxed: Relaxation, loss: int) -> bool:
    """Whether what is lost against a relaxation is next to nothing."""
    return loss <= _TIGHT * relaxed.scale


def fits_row(objective: IntArray) -> bool:
    """Whether an objective may become a row of a model."""
    return int(np.abs(objective).max()) <= _LARGEST_COEFFICIENT


class Closing:
    """One blended objective in a region, of which the relaxation is known."""

    def __init__(
        self,
        probe: Probe,
        region: Region,
        objective: IntArray,
        weights: Sequence[int],
        relaxed: Relaxation,
    ) -> None:
        self._probe, self._incumbent, self._region = probe, probe.incumbent, region
        self._objective, self._weights, self.relaxed = objective, weights, relaxed
        self._part, self._fixed = region.part, int(objective @ region.part.fixed)
        self._tree: Tree | None = None

    def run(self, among: BoolArray) -> None:
        """Prove the last tier of the blend if it can be; branching is `among` these columns."""
        if self.loss >= self.relaxed.scale:
            self._round()
        if self.loss >= self.relaxed.scale and self._part.model.columns > _FEW_COLUMNS:
            self._branch(among)
        self._close_in()

    def as_good_ones(self) -> Region:
        """A region that holds all solutions as good as the best."""
        region = self._region.narrowed(self.relaxed, self.loss)
        if self._tree is None or not self._tree.proved:
            return region
        return region.within(self._part.columns, *self._tree.hull())

    @property
    def loss(self) -> int:
        """How far the best solution is below what the region's relaxation allows."""
        return self.relaxed.loss(self._value)

    @property
    def _value(self) -> int:
        return int(self._objective @ self._incumbent.best) - self._fixed

    @property
    def _ended(self) -> bool:
        return self._incumbent.closed(len(self._weights) - 1) or self._probe.clock.stopped()

    def _round(self) -> None:
        """Look for a good solution among those that take all that the relaxation takes whole.

        Like Berthold's RENS (The optimal rounding, 2014), which keeps what it leaves out as well.
        """
        region = self._region.taking(self._part.columns[self.relaxed.taken])
        self._probe.maximize(region.part, self._objective, self._probe.trial_seconds)

    def _branch(self, among: BoolArray) -> None:
        """Divide what the relaxation leaves divided, as long as that ends soon."""
        clock = self._probe.clock
        until = clock.elapsed + self._probe.trial_seconds
        tree = branch(
            self._part.model,
            self._objective[self._part.columns],
            self._probe.basis,
            self._value,
            self.relaxed.whole_bound,
            among=among,
            seconds=lambda: min(until - clock.elapsed, clock.left),
        )
        if tree.values is not None:
            self._incumbent.adopt(self._part.values(tree.values))
        for leaf in sorted(tree.leaves):
            if leaf.bound > tree.value and tree.in_time:
                tree.in_time = clock.elapsed < until
                tree.replace(leaf, self._searched(leaf))
                tree.prune(self._value)
        self._incumbent.learn(self._weights, self._fixed + tree.bound)
        self._probe.repeatable = self._probe.repeatable and tree.in_time
        self._tree = tree

    def _searched(self, leaf: Node) -> Node | None:
        """The leaf with the bound that a search in it proves; None if it holds nothing."""
        inside = self._region.within(self._part.columns, leaf.least, leaf.most).part
        outcome = self._probe.maximize(inside, self._objective, self._probe.trial_seconds)
        if outcome.empty:
            return None
        if outcome.bound is None:
            return leaf
        bound = outcome.bound + int(self._objective @ inside.fixed) - self._fixed
        return leaf._replace(below=-min(leaf.bound, bound))

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
            self._learn(self._probe.most(near.part, self._objective))

    def _learn(self, bound: int | None) -> None:
        if bound is not None:
            self._incumbent.learn(self._weights, bound)
