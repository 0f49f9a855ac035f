"""Branch and bound over a model whose relaxation divides a few columns only.

A node bounds some columns more tightly. Its relaxation starts from its parent's basis, which costs
a small part of what the first one did. The node of the best bound comes next ("best first"), so
that no node is divided whose bound is not above the optimum. Bounds are worked out in whole
numbers from the prices of each node (`solver.search.relaxation`), with y ≥ 0 or ≤ 0 by the side of
a row and d = c − yA the reduced costs:

    c·x ≤ Σ y·side + Σ max(d·least, d·most)
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from solver.engines import Basis, Optimum
from solver.engines.math_opt import proto
from solver.engines.warm import Nothing, Warm
from solver.formulation import Model
from solver.ragged import BoolArray, IntArray
from solver.rows import stacked
from solver.search.aside import AT_ONCE, Aside, side_by_side
from solver.search.cuts import cuts
from solver.search.relaxation import Relaxation, relaxation

#: Looks for a solution of the model between two bounds.
Rounding = Callable[[IntArray, IntArray], IntArray | None]

_ALMOST = 1e-6
_MOST_NODES = 300
#: More rounds of cuts in one node hardly bring anything.
_MOST_ROUNDS = 8
#: So many free columns are searched as fast as they are divided.
FEW_COLUMNS = 10_000


class Node(NamedTuple):
    """Solutions between `least` and `most`, of which none exceeds `bound`; a basis to start from.

    `relaxed` is what its own relaxation proves between these bounds, once that is known, and
    `rounds` how often cuts were added since it was divided last; it is `cut` if they have a part in
    what is proved. Ordered by what comes next: the best bound, then the latest.
    """

    below: int
    number: int
    least: IntArray
    most: IntArray
    basis: Basis | None
    relaxed: Relaxation | None = None
    rounds: int = 0
    cut: bool = False

    @property
    def bound(self) -> int:
        return -self.below


@dataclass
class Tree:
    """What is known: the value of the best solution, and what none exceeds.

    `values` is the best solution found, if it is better than the one known before. Every solution
    that is as good is in one of the `leaves`.
    """

    value: int
    bound: int
    values: IntArray | None = None
    leaves: list[Node] = field(default_factory=list)
    #: Whether the clock had no part in it.
    in_time: bool = True

    @property
    def proved(self) -> bool:
        return self.value == self.bound

    def replace(self, leaf: Node, known: Node | None) -> None:
        """Put what is known by now in a leaf's place; None where it holds nothing."""
        self.leaves = [other for other in self.leaves if other is not leaf]
        self.leaves += [] if known is None else [known]

    def prune(self, value: int) -> None:
        """Keep the leaves that may hold a solution of this value, which is known by now."""
        self.value = max(self.value, value)
        self.leaves = [leaf for leaf in self.leaves if leaf.bound >= self.value]
        self.bound = max((leaf.bound for leaf in self.leaves), default=self.value)

    def hull(self) -> tuple[IntArray, IntArray]:
        """Bounds of each column between which every solution of the best value lies."""
        least = np.min([leaf.least for leaf in self.leaves], axis=0)
        most = np.max([leaf.most for leaf in self.leaves], axis=0)
        return least, most


def prepared(model: Model, objective: IntArray) -> list[Aside[Warm]]:
    """Engines that hold the relaxation of a model, as many as work side by side.

    They get ready while something else is done.
    """
    message = Aside(partial(proto, model, objective, whole=False))
    return [Aside(lambda: Warm(message.result)) for _ in range(AT_ONCE)]


def branch(
    model: Model,
    objective: IntArray,
    start: Optimum | None,
    value: int,
    bound: int,
    *,
    among: BoolArray,
    warm: Sequence[Aside[Warm]],
    seconds: Callable[[], float],
    rounded: Rounding,
) -> Tree:
    """Look for solutions better than a known one, of `value`, where none exceeds `bound`.

    The optimum of its relaxation, if that is known, is where the tree starts. Nodes are divided by
    the columns `among` only; where these are whole, a leaf may still hold better solutions, of
    which one may be `rounded`. The engines that are `warm` were `prepared` for this model and
    objective. `seconds` is what is left of the time.
    """
    branching = _Branching(model, objective, among, warm, rounded, Tree(value, bound))
    branching.begin(bound, start)
    return branching.run(seconds)


class _Branching:
    """Solves the relaxations of the two best nodes side by side, and looks at them in order."""

    def __init__(
        self,
        model: Model,
        objective: IntArray,
        among: BoolArray,
        warm: Sequence[Aside[Warm]],
        rounded: Rounding,
        tree: Tree,
    ) -> None:
        self._model, self._objective, self._among = model, objective, among
        self._warm, self._rounded, self._tree = warm, rounded, tree
        self._rows = len(model.rows)
        self._open: list[Node] = []
        self._count = 0

    def begin(self, bound: int, start: Optimum | None) -> None:
        """Look at the first node, or leave it to be solved."""
        least = np.zeros(self._model.columns, dtype=np.int64)
        node = Node(-bound, 0, least, np.ones_like(least), None)
        if start is None:
            self._open.append(node)
        else:
            self._look(node, start)

    def run(self, seconds: Callable[[], float]) -> Tree:
        tree = self._tree
        while tree.in_time and self._count < _MOST_NODES:
            nodes = self._next()
            if not nodes:
                break
            for node, found in zip(nodes, self._optima(nodes, seconds()), strict=True):
                if found is Nothing.UNKNOWN:
                    tree.in_time = False
                    heapq.heappush(self._open, node)
                elif not isinstance(found, Nothing):
                    self._look(node, found)
        tree.leaves += self._open
        tree.prune(tree.value)
        return tree

    def _next(self) -> list[Node]:
        """The best nodes that may hold a solution as good as the best."""
        best = heapq.nsmallest(AT_ONCE, self._open)
        nodes = [node for node in best if node.bound >= self._tree.value]
        for _ in nodes:
            heapq.heappop(self._open)
        return nodes

    def _optima(self, nodes: list[Node], seconds: float) -> list[Optimum | Nothing]:
        """The relaxation of each node; what the first one shows comes too late for the others."""
        if seconds <= 0:
            return [Nothing.UNKNOWN for _ in nodes]
        return side_by_side(
            [partial(self._optimum, place, node, seconds) for place, node in enumerate(nodes)]
        )

    def _optimum(self, place: int, node: Node, seconds: float) -> Optimum | Nothing:
        warm = self._warm[place].result
        warm.extend(self._model.rows)
        return warm.optimum(node.least, node.most, node.basis, seconds)

    def _look(self, node: Node, found: Optimum) -> None:
        """Take a node's optimum if it is whole, and divide the node if it may hold a better one."""
        tree = self._tree
        # Cuts may have come since, which have no price in it.
        prices = np.zeros(len(self._model.rows))
        prices[: len(found.prices)] = found.prices
        relaxed = relaxation(self._model, self._objective, prices)
        bound = node.bound
        if relaxed is not None:
            own, more = np.split(relaxed.price, [self._rows])
            relaxed = replace(relaxed, bound=_bound(relaxed, node), price=own)
            bound = min(bound, relaxed.whole_bound)
            node = _narrowed(node, relaxed, relaxed.loss(tree.value))._replace(cut=bool(more.any()))
        whole = np.rint(found.values).astype(np.int64)
        divided = np.flatnonzero(np.abs(found.values - whole) > _ALMOST)
        among = divided[self._among[divided]] if _is_large(node) else divided[:0]
        if not len(divided):
            self._take(whole)
        elif bound > tree.value and not len(among) and not node.rounds:
            self._take(self._rounded(np.maximum(node.least, found.values > 1 - _ALMOST), node.most))
        if bound > tree.value and len(among):
            self._divide(node, bound, found, among)
        elif bound > tree.value and len(divided) and self._cut(node, found):
            again = node._replace(below=-bound, basis=found.basis, rounds=node.rounds + 1)
            heapq.heappush(self._open, again)
        elif bound >= tree.value:
            tree.leaves.append(node._replace(below=-bound))

    def _cut(self, node: Node, found: Optimum) -> bool:
        """Whether there are cuts for a node's optimum; from now on they are rows of the model."""
        if node.rounds == _MOST_ROUNDS:
            return False
        more = cuts(self._model, found.values)
        if len(more):
            self._model = replace(self._model, rows=stacked([self._model.rows, more]))
        return bool(len(more))

    def _take(self, values: IntArray | None) -> None:
        value = self._tree.value if values is None else int(self._objective @ values)
        if values is not None and value > self._tree.value and self._model.admits(values):
            self._tree.value, self._tree.values = value, values

    def _divide(self, node: Node, bound: int, found: Optimum, among: IntArray) -> None:
        # Of those that are nearest to 1 the last: a way of a plan decides more than an opening.
        nearest = np.flatnonzero(found.values[among] > found.values[among].max() - _ALMOST)
        column = among[nearest[-1]]
        for taken in (0, 1):
            least, most = node.least.copy(), node.most.copy()
            least[column] = most[column] = taken
            self._count += 1
            heapq.heappush(self._open, Node(-bound, -self._count, least, most, found.basis))


def _is_large(node: Node) -> bool:
    return int((node.least < node.most).sum()) > FEW_COLUMNS


def _bound(relaxed: Relaxation, node: Node) -> int:
    """What no solution of the node exceeds, in units of 1/scale."""
    cost = relaxed.reduced_cost
    own = np.maximum(cost * node.least, cost * node.most)
    return relaxed.bound + int((own - np.maximum(cost, 0)).sum())


def _narrowed(node: Node, relaxed: Relaxation, loss: int) -> Node:
    """The node without what loses more than `loss` against its bound."""
    cost = relaxed.reduced_cost
    least = np.where(cost > loss, node.most, node.least)
    most = np.where(cost < -loss, node.least, node.most)
    own = replace(relaxed, reduced_cost=np.where(least < most, cost, 0))
    return node._replace(least=least, most=most, relaxed=own)
