"""A region divided by a tree, and searches in the leaves that the tree leaves open."""

from typing import NamedTuple

from solver.clock import Clock
from solver.engines import Optimum
from solver.ragged import BoolArray, IntArray
from solver.search.aside import AT_ONCE
from solver.search.branching import Node, branch, prepared
from solver.search.probe import Probe
from solver.search.region import Region
from solver.search.relaxation import is_tight

#: A tree may take as long as so many trials: what follows without its proof takes longer.
_TREE_TRIALS = 3


class Leaf(NamedTuple):
    """A region that holds all solutions of a node that are as good as the best.

    If it is `tight` it holds no others.
    """

    region: Region
    tight: bool


class Division:
    """What is as good as the best solution in a region, divided by `solver.search.branching`.

    `start` is the optimum of the relaxation of the region's part. From the beginning on the engines
    get ready in the background. Once it is run no solution of
    the region exceeds `bound`, and each that is as good as the best is in one of the leaves.
    """

    def __init__(
        self, probe: Probe, region: Region, objective: IntArray, start: Optimum | None
    ) -> None:
        self._probe, self.region, self._objective = probe, region, objective
        self._part, self._start = region.part, start
        self._fixed = int(objective @ region.part.fixed)
        self._warm = prepared(self._part.model, objective[self._part.columns])

    def run(self, among: BoolArray, bound: int) -> None:
        """Divide by the columns `among` what is divided, as long as that ends soon.

        No solution exceeds the `bound` that is known before.
        """
        clock = self._probe.clock
        until = clock.elapsed + _TREE_TRIALS * self._probe.trial_seconds
        self._tree = branch(
            self._part.model,
            self._objective[self._part.columns],
            self._start,
            self._value,
            bound - self._fixed,
            among=among[self._part.columns],
            warm=self._warm,
            seconds=lambda: min(until - clock.elapsed, clock.left),
            rounded=self._rounded,
        )
        if self._tree.values is not None:
            self._probe.incumbent.adopt(self._part.values(self._tree.values))
        self._search_leaves(clock, until)
        self._probe.repeatable = self._probe.repeatable and self._tree.in_time

    @property
    def bound(self) -> int:
        return self._fixed + self._tree.bound

    @property
    def proved(self) -> bool:
        """Whether the best solution known is the best of the region."""
        return self._tree.proved

    def leaves(self) -> list[Leaf]:
        """Regions that together hold all solutions as good as the best."""
        return [Leaf(self._inside(node), self._is_tight(node)) for node in self._tree.leaves]

    @property
    def hull(self) -> Region:
        """A region around all leaves."""
        return self.region.within(self._part.columns, *self._tree.hull())

    def _inside(self, leaf: Node) -> Region:
        """What is as good as the best in a leaf."""
        region = self.region
        if leaf.relaxed is not None:
            region = region.narrowed(leaf.relaxed, leaf.relaxed.loss(self._value))
        return region.within(self._part.columns, leaf.least, leaf.most)

    def _is_tight(self, leaf: Node) -> bool:
        # What is off a cut loses something too, but the region does not know of that.
        relaxed = None if leaf.cut else leaf.relaxed
        return relaxed is not None and is_tight(relaxed, relaxed.loss(self._value))

    @property
    def _value(self) -> int:
        return int(self._objective @ self._probe.incumbent.best) - self._fixed

    def _rounded(self, least: IntArray, most: IntArray) -> IntArray | None:
        """The best solution between bounds that leave little open, if a search finds it."""
        part = self.region.within(self._part.columns, least, most).part
        outcome = self._probe.maximize(part, self._objective, self._probe.trial_seconds)
        if outcome.values is None:
            return None
        values: IntArray = part.values(outcome.values)[self._part.columns]
        return values

    def _search_leaves(self, clock: Clock, until: float) -> None:
        tree = self._tree
        waiting = sorted(tree.leaves)
        while tree.in_time:
            waiting = [leaf for leaf in waiting if leaf.bound > tree.value]
            now, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            if not now:
                break
            tree.in_time = clock.elapsed < until
            for leaf, known in zip(now, self._searched(now), strict=True):
                tree.replace(leaf, known)
            tree.prune(self._value)

    def _searched(self, leaves: list[Node]) -> list[Node | None]:
        """The leaves with the bounds that searches in them prove; None for those without any."""
        parts = [self._inside(leaf).part for leaf in leaves]
        seconds = self._probe.trial_seconds
        known = list[Node | None]()
        for leaf, part, outcome in zip(
            leaves, parts, self._probe.maximize_each(parts, self._objective, seconds), strict=True
        ):
            bound = leaf.bound
            if outcome.bound is not None:
                own = outcome.bound + int(self._objective @ part.fixed) - self._fixed
                bound = max(self._value, min(bound, own))
            known.append(None if outcome.empty else leaf._replace(below=-bound))
        return known
