"""The best solution known so far, and what is proved about it."""

from collections.abc import Sequence

from solver.ragged import IntArray
from solver.search.blends import Blends


class Incumbent:
    """`best` holds the column values; `values` and `bounds` its tiers, signed: more is better.

    A bound holds for the solutions that equal the incumbent in the tiers before.
    """

    def __init__(self, blends: Blends, best: IntArray, ceilings: Sequence[int]) -> None:
        self._blends = blends
        self.best, self.values = best, blends.values(best)
        self.bounds, self._ceilings = list(ceilings), tuple(ceilings)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def proved(self) -> bool:
        return self.values == self.bounds

    def closed(self, tier: int) -> bool:
        """Whether nothing better is possible in a tier."""
        return self.values[tier] == self.bounds[tier]

    def adopt(self, columns: IntArray) -> None:
        """Take another solution if it is better in the first tier in which they differ."""
        found = self._blends.values(columns)
        if found > self.values:
            self.best, self.values = columns, found

    def limit(self, targets: Sequence[int]) -> None:
        """Take as bounds what no solution exceeds that attains all targets before."""
        for tier, target in enumerate(targets):
            if self.values[:tier] == list(targets[:tier]):
                self._lower(tier, target)

    def learn(self, weights: Sequence[int], bound: int) -> None:
        """What the bound of a blend says of its last tier."""
        tier, units = len(weights) - 1, self._blends.units
        before = sum(
            weight * self.values[earlier] // units[earlier]
            for earlier, weight in enumerate(weights[:-1])
        )
        self._lower(tier, (bound - before) * units[tier])

    def gains(self) -> list[int]:
        """What each tier could gain if the tiers before did not matter, in its unit."""
        tiers = zip(self._ceilings, self.values, self._blends.units, strict=True)
        return [(ceiling - value) // unit for ceiling, value, unit in tiers]

    def _lower(self, tier: int, bound: int) -> None:
        self.bounds[tier] = max(self.values[tier], min(self.bounds[tier], bound))
