"""The lexicographic search of large problems: some tiers at once, in ever fewer solutions.

The *front* is a list of regions that together hold every solution that is as good as the best one
in the tiers settled so far, and no others. One relaxation of each region bounds the next tiers
together, weighted so that no gain in one makes up for a unit of one before. Where it divides
something, a tree divides the region (`solver.search.closing`); the leaves of the trees are the next
front.
"""

from collections.abc import Callable
from functools import reduce

import numpy as np

from solver.ragged import BoolArray, IntArray
from solver.search.blends import Blends
from solver.search.closing import Closing, fits_row
from solver.search.dividing import Leaf
from solver.search.probe import Probe
from solver.search.region import Region

#: A blend that is larger is relaxed slowly, and blurred in floating point.
_LARGEST_BLEND = 10**10
#: More regions than this are held together by bounds and rows.
_MOST_REGIONS = 4


class Front:
    """Settles tiers from the first on; trees divide by the columns `among`."""

    def __init__(self, probe: Probe, blends: Blends, region: Region, among: BoolArray) -> None:
        self._probe, self._blends, self._among = probe, blends, among
        units = {tier: blends.unit(tier) for tier in range(len(blends))}
        summed = [tier for tier, unit in units.items() if fits_row(unit)]
        #: Tier → the row that adds it up, where its numbers are small enough for one.
        self._row = {tier: len(region.lower) + place for place, tier in enumerate(summed)}
        self._whole = region.stating([units[tier] for tier in summed])
        self._regions, self.settled = [self._whole], 0

    def run(self, report: Callable[[int], None]) -> None:
        """Settle tiers until all are, or a search does not end."""
        while self.settled < len(self._blends) and self._advance():
            report(self.settled - 1)

    @property
    def region(self) -> Region:
        """One region that holds every solution that is as good in the tiers settled so far."""
        return self._regions[0] if len(self._regions) == 1 else self._hull()

    def _advance(self) -> bool:
        """Whether the next tiers could be settled."""
        weights = self._blends.stage(self._whole.part, self.settled, _LARGEST_BLEND)
        objective = self._blends.blend(weights)
        closings = self._closings(objective)
        if closings is None:
            return False
        for closing in closings:
            closing.run(self._among)
        bound = max(closing.bound for closing in closings)
        best, part = self._probe.incumbent, self._whole.part
        best.limit(self._blends.targets(part, weights, best.values, bound))
        if not all(closing.closed for closing in closings):
            return False
        leaves = [leaf for closing in closings for leaf in closing.leaves()]
        return self._settle(leaves, range(self.settled, len(weights)))

    def _closings(self, objective: IntArray) -> list[Closing] | None:
        """The objective in each region, the best bound first; None if time does not suffice."""
        parts = [region.part for region in self._regions]
        closings = []
        for region, relaxed in zip(
            self._regions, self._probe.relaxed_each(parts, objective), strict=True
        ):
            if relaxed is None:
                return None
            closings.append(Closing(self._probe, region, objective, relaxed))
        return sorted(closings, key=lambda closing: -closing.bound)

    def _settle(self, leaves: list[Leaf], tiers: range) -> bool:
        """Make the leaves the next front, if they can be kept from holding anything worse."""
        if not all(leaf.tight for leaf in leaves) and not self._fits_rows(tiers):
            return False
        self.settled = tiers.stop
        self._regions = [
            leaf.region if leaf.tight else self._kept(leaf.region, tiers) for leaf in leaves
        ]
        if len(leaves) > _MOST_REGIONS and self._fits_rows(range(self.settled)):
            self._regions = [self._hull()]
        return True

    def _fits_rows(self, tiers: range) -> bool:
        return all(tier in self._row for tier in tiers)

    def _kept(self, region: Region, tiers: range) -> Region:
        """The part of a region that is as good as the best in some tiers."""
        for tier in tiers:
            value = int(self._blends.unit(tier) @ self._probe.incumbent.best)
            region = region.bounding(self._row[tier], value, value)
        return region

    def _hull(self) -> Region:
        """All regions of the front in one, with a row for each tier that is settled."""
        columns = np.arange(self._whole.model.columns)
        least = reduce(np.minimum, [region.least for region in self._regions])
        most = reduce(np.maximum, [region.most for region in self._regions])
        return self._kept(self._whole.within(columns, least, most), range(self.settled))
