"""Closes the gap between the best solution and a loose relaxation, from three sides.

A rounding improves the solution, branching lowers the bound, and searches ever farther from the
relaxation settle what they leave.
"""

from typing import NamedTuple

import numpy as np

from solver.branching import FEW_COLUMNS, Node, Tree, branch
from solver.probe import Probe
from solver.ragged import BoolArray, IntArray
from solver.region import Region
from solver.relaxation import Relaxation

#: A row of larger coefficients would blur what is feasible in floating point.
_LARGEST_COEFFICIENT = 10**5
#: Each radius is so many times the one before; the first is one unit.
_RADIUS_STEP = 4
#: A tree may take as long as so many trials: what follows without its proof takes longer.
_TREE_TRIALS = 3
#: A relaxation is tight if rounding its bound down loses less than this part of a unit.
_TIGHT = 0.01


def is_tight(relaxed: Relaxation, loss: int) -> bool:
    """Whether what is lost against a relaxation is next to nothing."""
    return loss <= _TIGHT * relaxed.scale


def fits_row(objective: IntArray) -> bool:
    """Whether an objective may become a row of a model."""
    return int(np.abs(objective).max(initial=0)) <= _LARGEST_COEFFICIENT


class Leaf(NamedTuple):
    """A region that holds all solutions of a node that are as good as the best.

    If it is `tight` it holds no others.
    """

    region: Region
    tight: bool


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
        self._tree: Tree | None = None
        self.bound = self._fixed + relaxed.whole_bound

    def run(self, among: BoolArray) -> None:
        """Lower the bound to the best solution if it can be.

        Branching is by those columns of the region's model that are `among` these.
        """
        if not self.closed:
            self._round()
        if not self.closed and self.as_good_ones().part.model.columns > FEW_COLUMNS:
            self._branch(among[self._part.columns])
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
        region = self._region.narrowed(self.relaxed, self.loss)
        if self._tree is None or not self._tree.proved:
            return region
        return region.within(self._part.columns, *self._tree.hull())

    def leaves(self) -> list[Leaf]:
        """Regions that together hold all solutions as good as the best."""
        if self.bound < self._fixed + self._value:
            return []
        if self._tree is None or not self._tree.proved:
            return [Leaf(self.as_good_ones(), is_tight(self.relaxed, self.loss))]
        return [self._leaf(node) for node in self._tree.leaves]

    def _leaf(self, node: Node) -> Leaf:
        """What is as good as the best in a node."""
        region, tight = self._region, False
        if node.relaxed is not None:
            loss = node.relaxed.loss(self._value)
            region, tight = region.narrowed(node.relaxed, loss), is_tight(node.relaxed, loss)
        return Leaf(region.within(self._part.columns, node.least, node.most), tight)

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
        self._rounded(self.relaxed.taken.astype(np.int64), np.ones_like(self._part.columns))

    def _rounded(self, least: IntArray, most: IntArray) -> IntArray | None:
        """The best solution between bounds that leave little open, if a search finds it."""
        part = self._region.within(self._part.columns, least, most).part
        outcome = self._probe.maximize(part, self._objective, self._probe.trial_seconds)
        if outcome.values is None:
            return None
        values: IntArray = part.values(outcome.values)[self._part.columns]
        return values

    def _branch(self, among: BoolArray) -> None:
        """Divide what the relaxation leaves divided, as long as that ends soon."""
        clock = self._probe.clock
        until = clock.elapsed + _TREE_TRIALS * self._probe.trial_seconds
        tree = branch(
            self._part.model,
            self._objective[self._part.columns],
            self.relaxed.basis,
            self._value,
            self.relaxed.whole_bound,
            among=among,
            seconds=lambda: min(until - clock.elapsed, clock.left),
            rounded=self._rounded,
        )
        if tree.values is not None:
            self._probe.incumbent.adopt(self._part.values(tree.values))
        for leaf in sorted(tree.leaves):
            if leaf.bound > tree.value and tree.in_time:
                tree.in_time = clock.elapsed < until
                tree.replace(leaf, self._searched(leaf))
                tree.prune(self._value)
        self._learn(self._fixed + tree.bound)
        self._probe.repeatable = self._probe.repeatable and tree.in_time
        self._tree = tree

    def _searched(self, leaf: Node) -> Node | None:
        """The leaf with the bound that a search in it proves; None if it holds nothing."""
        inside = self._leaf(leaf).region.part
        outcome = self._probe.maximize(inside, self._objective, self._probe.trial_seconds)
        if outcome.empty:
            return None
        if outcome.bound is None:
            return leaf
        bound = outcome.bound + int(self._objective @ inside.fixed) - self._fixed
        return leaf._replace(below=-max(self._value, min(leaf.bound, bound)))

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
