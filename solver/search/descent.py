"""The descent: relaxation by relaxation to a small region, and one exact search in it.

The relaxation of each tier bounds it, and the solutions that attain the bound are a region in which
the next tier is relaxed. Where the relaxations are tight, what is left in the end is small, and
one search for all remaining tiers at once proves every tier.
"""

from collections.abc import Callable

from solver.ragged import IntArray
from solver.rows import UNBOUNDED
from solver.search.blends import LARGEST_BLEND, Blends
from solver.search.probe import Probe
from solver.search.region import Region
from solver.search.relaxation import is_tight

#: A blend of this size is searched at once, without relaxing its tiers one by one.
_SMALL_BLEND = 10**8
#: Where all remaining tiers are searched at once: radii in units of the last one.
_RADII = (1, 8, 64)


class Descent:
    """Settles tiers from the first on; `region` holds all that is as good in the settled ones."""

    def __init__(self, probe: Probe, blends: Blends, region: Region) -> None:
        self._probe, self._blends = probe, blends
        self.region, self.settled = region, 0

    def run(self, report: Callable[[int], None]) -> None:
        """Follow the relaxations down as long as they are tight, and search what they leave."""
        regions, targets = [self.region], list[int]()
        while len(regions) > len(targets) and not self._is_small(regions[-1], len(targets)):
            part, tier = regions[-1].part, len(targets)
            relaxed = self._probe.relaxed(part, self._blends.unit(tier))
            if relaxed is None:
                break
            whole = int(self._blends.unit(tier) @ part.fixed) + relaxed.whole_bound
            targets.append(whole * self._blends.units[tier])
            self._probe.incumbent.limit(targets)
            report(tier)
            loss = relaxed.loss(relaxed.whole_bound)
            if is_tight(relaxed, loss):
                regions.append(regions[-1].narrowed(relaxed, loss))
        if len(regions) > 1:
            self._search_rest(regions[-1], targets, settled=len(regions) - 1)
        values = self._probe.incumbent.values
        attained = [values[:tier] == targets[:tier] for tier in range(len(regions))]
        self.settled = sum(attained) - 1
        self.region = regions[self.settled]

    def _is_small(self, region: Region, settled: int) -> bool:
        """Whether the tiers that are not settled yet fit into one small blend."""
        weights = self._blends.safe(region.part, settled)
        return settled > 0 and self._blends.size(region.part, weights) <= _SMALL_BLEND

    def _search_rest(self, region: Region, targets: list[int], settled: int) -> None:
        """Search a region in which the first tiers are settled for the best of all the others.

        It holds every solution that attains their targets.
        """
        weights = self._blends.safe(region.part, settled)
        if self._blends.size(region.part, weights) > LARGEST_BLEND:
            return
        found = self._found_near(self._capped(region, settled), self._blends.blend(weights))
        best = self._probe.incumbent
        best.limit(targets)
        if found and best.values[:settled] == targets[:settled]:
            best.bounds = list(best.values)

    def _capped(self, region: Region, first: int) -> Region:
        """The same solutions: none is above the rounded bound of the first tier that is open.

        The relaxation does not know this by itself; the tiers behind would gain by its fractions.
        """
        units = map(self._blends.unit, range(first, len(self._probe.incumbent) - 1))
        unit = next((unit for unit in units if unit[region.part.columns].any()), None)
        if unit is None:
            return region
        relaxed = self._probe.relaxed(region.part, unit)
        if relaxed is None or is_tight(relaxed, relaxed.loss(relaxed.whole_bound)):
            return region
        most = int(unit @ region.part.fixed) + relaxed.whole_bound
        return region.between(unit, -UNBOUNDED, most)

    def _found_near(self, region: Region, objective: IntArray) -> bool:
        """Whether the best solution of a region is found, mostly close to its relaxation."""
        part, fixed = region.part, int(objective @ region.part.fixed)
        relaxed = self._probe.relaxed(part, objective)
        if relaxed is not None:
            for radius in (steps * relaxed.scale for steps in _RADII):
                near = region.narrowed(relaxed, radius).part
                outcome = self._probe.maximize(near, objective, self._probe.trial_seconds)
                if not outcome.settles(objective[near.columns]):
                    break
                if outcome.values is not None:
                    value = int(objective @ near.values(outcome.values)) - fixed
                    if relaxed.loss(value) <= radius:
                        return True
        outcome = self._probe.maximize(part, objective, self._probe.trial_seconds)
        return outcome.proves(objective[part.columns])
