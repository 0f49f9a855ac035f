"""Tier after tier: a bound by column generation, then the best solution near it.

Every participant's schedule in a solution of some value loses at most the bound less that value.
So the few schedules that lose less than that make all solutions that are better, and a small
program in whole numbers over them finds and proves the best. What is left near the best value of
a tier is all that the tiers behind have to look at.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from solver.clock import Clock, OutOfTime
from solver.decomposition.diving import dive
from solver.decomposition.generation import generate
from solver.decomposition.lagrangian import Proof
from solver.decomposition.listing import Listed
from solver.decomposition.master import Master
from solver.decomposition.pricing import Schedules, Searched
from solver.decomposition.structure import Schedule, Structure
from solver.engines import Allowance, Engine
from solver.engines.cp_sat import CpSat
from solver.engines.mip import Mip
from solver.formulation import Formulation
from solver.ragged import IntArray

#: How many schedules a program in whole numbers has, first and where that was not enough.
_SIZES = (2000, 5000, 12_000, 30_000)
#: So many schedules are listed for the tiers behind.
_MOST_LISTED = 60_000
#: Dives round fractions of at least this up at once; those after the first come last, and each
#: leaves schedules for the next.
_LIKELY = (0.85, 0.6, 0.95)
#: What a search that proves nothing may take of the time left.
_LAST_SHARE = 0.5
#: With so many participants of a kind it is rather a matter of counting than of choosing.
_ALIKE = 2


@dataclass(frozen=True)
class Found:
    """A solution, and the bound of each tier up to the first that is not proved.

    A bound is signed as the tier's weights are: no solution that equals this one in the tiers
    before exceeds it.
    """

    values: IntArray
    bounds: tuple[int, ...]


def by_schedules(
    formulation: Formulation, incumbent: IntArray, clock: Clock, allowance: Allowance
) -> Found:
    """The best solution of as many tiers as can be proved, from a known solution on."""
    descent = _Descent(formulation, incumbent, clock, allowance)
    bounds: list[int] = []
    for tier in range(len(formulation.tiers)):
        bounds.append(descent.bound(tier))
        if bounds[-1] > descent.value(tier):
            break
    return Found(descent.best, tuple(bounds))


class _Descent:
    """The best solution so far, the tiers kept at their best values, the schedules left."""

    def __init__(
        self, formulation: Formulation, incumbent: IntArray, clock: Clock, allowance: Allowance
    ) -> None:
        self.best = incumbent
        self._formulation, self._clock, self._allowance = formulation, clock, allowance
        self._left: Schedules | None = None
        self._kept: dict[int, int] = {}
        self._bound = 0

    @cached_property
    def _structure(self) -> Structure:
        return Structure(self._formulation, self._clock)

    @property
    def _schedules(self) -> Schedules:
        """Those that solutions with the values kept can have, and perhaps others."""
        if self._left is None:
            self._left = Searched(self._structure, self._clock)
        return self._left

    def value(self, tier: int) -> int:
        return int(self._formulation.tiers[tier] @ self.best)

    def bound(self, tier: int) -> int:
        """What no solution with the best values of the tiers before exceeds; keep the tier."""
        self._bound = self._formulation.ceilings[tier]
        if not self._settled(tier):
            with suppress(OutOfTime):
                self._prove(tier)
        if self._formulation.tiers[tier].any():
            self._kept[tier] = self.value(tier)
        return self._bound

    def _prove(self, tier: int) -> None:
        master = self._master(tier)
        proof = generate(master, self._schedules, self.value(tier), self._clock)
        self._bound = max(self.value(tier), proof.whole)
        self._dive(master, proof, _LIKELY[0])
        self._search(tier, proof)
        for likely in _LIKELY[1:]:
            self._dive(master, proof, likely)
        if not self._settled(tier):
            self._best_of(master, self._clock.left * _LAST_SHARE)
        if self.value(tier) == self._bound and self._open_behind(tier):
            self._list(proof, self._bound)

    def _dive(self, master: Master, proof: Proof, likely: float) -> None:
        if not self._settled(master.tier):
            found = dive(master, self._schedules, proof.whole, likely, self._clock)
            self._adopt(master.tier, found)

    def _search(self, tier: int, proof: Proof) -> None:
        """Search among ever more schedules near the bound, unless there are too many."""
        for size in _SIZES:
            if self._settled(tier):
                break
            near, lowest = self._near(proof, self.value(tier), size)
            if near:
                master = self._master(tier)
                master.add(near)
                found = self._best_of(master, self._clock.left)
                if found is not None:
                    most = max(found, lowest - proof.step)
                    self._bound = max(self.value(tier), min(self._bound, most))

    def _settled(self, tier: int) -> bool:
        return self.value(tier) == self._bound or self._clock.stopped()

    def _open_behind(self, tier: int) -> bool:
        """Whether a tier behind this one could be better."""
        ceilings = self._formulation.ceilings
        return any(self.value(later) < ceilings[later] for later in range(tier + 1, len(ceilings)))

    def _master(self, tier: int) -> Master:
        """A master that knows the schedules of the best solution."""
        master = Master(self._structure, tier, self._kept)
        master.add(self._structure.schedules(self.best))
        return master

    def _near(self, proof: Proof, value: int, most: int) -> tuple[list[Schedule], int]:
        """All schedules of solutions of some value or more, and the lowest such value.

        As low as `most` schedules allow, but above the value that is attained already.
        """
        schedules: list[Schedule] = []
        gap, lowest, steps = (proof.whole - value) // proof.step, proof.whole + proof.step, 1
        whole_gap = self._schedules.within(proof.prices, proof.loss(value + proof.step), most)
        if whole_gap is not None:
            return whole_gap, value + proof.step
        while steps < gap:
            reached = proof.whole - (steps - 1) * proof.step
            found = self._schedules.within(proof.prices, proof.loss(reached), most)
            if found is None:
                break
            schedules, lowest, steps = found, reached, 2 * steps
        return schedules, lowest

    def _best_of(self, master: Master, seconds: float) -> int | None:
        """Take the best solution of the master's schedules; what none of them exceeds."""
        model, objective = master.whole()
        allowance = replace(self._allowance, seconds=seconds)
        start = np.zeros(model.columns, dtype=np.int64)
        outcome = self._engine.maximize(model, objective, start, allowance)
        if outcome.values is not None:
            self._adopt(master.tier, master.values(outcome.values))
        return outcome.bound

    def _adopt(self, tier: int, values: IntArray | None) -> None:
        """Take a solution if it is better, worked out in whole numbers."""
        if values is not None:
            better = self._rank(values, tier) > self._rank(self.best, tier)
            if better and self._formulation.model.admits(values):
                self.best = values

    def _rank(self, values: IntArray, tier: int) -> list[int]:
        return [int(weights @ values) for weights in self._formulation.tiers[: tier + 1]]

    @property
    def _engine(self) -> Engine:
        alike = self._structure.members.sum() >= _ALIKE * len(self._structure.members)
        return CpSat() if alike else Mip()

    def _list(self, proof: Proof, value: int) -> None:
        """List the schedules of all solutions that attain the value, if they are not too many."""
        left = self._schedules.within(proof.prices, proof.loss(value), _MOST_LISTED)
        if left is not None:
            own = self._structure.schedules(self.best)
            self._left = Listed(self._structure, [*own, *left])
