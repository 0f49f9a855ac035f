"""Objectives that are several tiers at once: `Σ weight · tier`, each tier in its own unit.

The unit of a tier is what all its weights are a multiple of. Tiers are signed so that more is
always better.
"""

from collections.abc import Sequence

import numpy as np

from solver.formulation import Formulation
from solver.ragged import IntArray
from solver.search.reduction import Reduction
from solver.search.region import Part

#: Beyond this the floating-point engine may round a blend; exact rows take over.
LARGEST_BLEND = 10**12


class Blends:
    """The tiers of a formulation over the columns of its reduction."""

    def __init__(self, formulation: Formulation, reduction: Reduction) -> None:
        self._decision = reduction.decision
        self.tiers = [reduction.weights(tier) for tier in formulation.tiers]
        self.units = [max(1, int(np.gcd.reduce(tier))) for tier in formulation.tiers]

    def __len__(self) -> int:
        return len(self.tiers)

    def values(self, columns: IntArray) -> list[int]:
        """What the values of the columns are worth in each tier."""
        return [int(tier @ columns) for tier in self.tiers]

    def unit(self, tier: int) -> IntArray:
        """The weights of a tier in its own unit."""
        return self.tiers[tier] // self.units[tier]

    def blend(self, weights: Sequence[int]) -> IntArray:
        blend = np.zeros(len(self.tiers[0]), dtype=np.int64)
        for tier, weight in enumerate(weights):
            blend += weight * self.unit(tier)
        return blend

    def size(self, part: Part, weights: Sequence[int]) -> int:
        """How far apart two solutions of a part can at most be in a blend."""
        return sum(weight * self._span(part, tier) for tier, weight in enumerate(weights) if weight)

    def _span(self, part: Part, tier: int) -> int:
        lowest, highest = self._ends(part, tier)
        return highest - lowest

    def _ends(self, part: Part, tier: int) -> tuple[int, int]:
        """The lowest and the highest that free columns can add to a tier, in its unit.

        A decision takes one column at most.
        """
        own, decision = self.unit(tier)[part.columns], self._decision[part.columns]
        best = np.zeros(int(self._decision.max(initial=0)) + 1, dtype=np.int64)
        worst = best.copy()
        np.maximum.at(best, decision, own)
        np.minimum.at(worst, decision, own)
        return int(worst.sum()), int(best.sum())

    def safe(self, part: Part, first: int, end: int | None = None) -> list[int]:
        """Weights of the tiers from `first` up to `end`, 0 for those before.

        Within the part, no gain in a tier makes up for one unit of a tier before it.
        """
        weights: list[int] = []
        behind = 0
        for tier in reversed(range(first, len(self) if end is None else end)):
            weights.insert(0, behind + 1)
            behind += weights[0] * self._span(part, tier)
        return [0] * first + weights

    def stage(self, part: Part, first: int, largest: int) -> list[int]:
        """Safe weights of as many tiers from `first` on as make no blend above the largest."""
        stages = [self.safe(part, first, end) for end in range(first + 1, len(self) + 1)]
        small = [weights for weights in stages if self.size(part, weights) <= largest]
        return max(small, key=len, default=stages[0])

    def targets(
        self, part: Part, weights: Sequence[int], values: Sequence[int], bound: int
    ) -> list[int]:
        """What no solution exceeds in a tier that attains the targets of all tiers before.

        `bound` is that of a blend with safe weights; tiers of weight 0 have their `values`.
        """
        found, left = list[int](), bound
        for tier, weight in enumerate(weights):
            if weight:
                behind = range(tier + 1, len(weights))
                least = sum(weights[other] * self._least(part, other) for other in behind)
                own = (left - least) // weight
                left -= weight * own
                found.append(own * self.units[tier])
            else:
                found.append(values[tier])
        return found

    def _least(self, part: Part, tier: int) -> int:
        """What no solution of a part falls below in a tier, in its unit."""
        return int(self.unit(tier) @ part.fixed) + self._ends(part, tier)[0]

    def spread(self, gains: Sequence[int], factor: int) -> list[int]:
        """Weights of as many tiers: `factor` apart, or less where that is safe.

        A weight is safe if the `gains` that the tiers behind could still make do not outweigh it.
        """
        weights, gain = [1], gains[-1]
        for earlier in reversed(gains[:-1]):
            weights.insert(0, min(factor * weights[0], gain + 1))
            gain += weights[0] * earlier
        return weights
