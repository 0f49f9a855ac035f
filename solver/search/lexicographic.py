"""The lexicographic search: tier after tier, with a solution and true bounds at every moment.

First it follows the relaxations, with a front of regions in large problems
(`solver.search.front`), down one region in others (`solver.search.descent`).

A tier that stays open is proved by blended objectives `Σ weight · tier` over itself and the tiers
before it, whose best values are known by then. If the optimum of the blend attains those values,
no solution that has them is better in the tier, whatever the weights: the difference would show
in the blend. If it does not attain them the weights were too small, and larger ones follow.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from solver import objectives
from solver.clock import Clock, OutOfTime
from solver.decomposition import by_schedules, leading, promising
from solver.formulation import Formulation
from solver.progress import Progress
from solver.ragged import IntArray
from solver.rows import UNBOUNDED
from solver.search.aside import Aside
from solver.search.blends import LARGEST_BLEND, Blends
from solver.search.closing import Closing, fits_row
from solver.search.construction import first_solution, opened_solution
from solver.search.descent import Descent
from solver.search.front import Front
from solver.search.incumbent import Incumbent
from solver.search.probe import Method, Probe
from solver.search.reduction import Reduction
from solver.search.region import Part, Region
from solver.search.relaxation import is_tight

_WEIGHTS = (30, 10**3, 10**5, 10**7)
#: Where nothing is to be proved any more, only what fits into 64 bits is the limit.
_LARGEST_CHOICE = 10**17
#: From so many columns on a front of regions goes from tiers to tiers.
_LARGE = 8000
_CHOICE_SECONDS = 10.0


class Search:
    """Improves an incumbent and proves tier after tier of it.

    It starts from an assignment that is known to be valid, or else from today's seats filled up.
    Raises `OutOfTime` if the clock stops before it can begin.
    What is to be done `beside` the first call of an engine is begun then.
    `_region` holds every solution that is as good as the incumbent in the tiers proved so far;
    the `_settled` tiers have one value all over it.
    """

    def __init__(
        self,
        formulation: Formulation,
        method: Method,
        clock: Clock,
        tell: Callable[[Progress], None],
        *,
        start: Mapping[str, str] | None = None,
        beside: Sequence[Aside[Any]] = (),
        workers: int,
        seed: int,
    ) -> None:
        self.formulation, self.clock, self._tell = formulation, clock, tell
        self._seed = seed
        self._probe = Probe(
            method, clock, lambda: self.incumbent, self._begin, workers=workers, seed=seed
        )
        self._reduction = Reduction(formulation)
        self._blends = Blends(formulation, self._reduction)
        formulation.pause()
        self._first = Aside(partial(_first, formulation, start), at_once=False)
        self._beside = (self._first, *beside)
        self._start = self._reduction.reduced(formulation.keep_every_seat())
        self._region = Region.whole(self._reduction.model)
        self._settled: set[int] = set()
        #: Trees divide by what decides much: openings, and ways of plans.
        self._among = np.arange(self._reduction.count) >= formulation.columns.seats

    @cached_property
    def incumbent(self) -> Incumbent:
        """The best solution so far; the first one is built beside the first relaxation."""
        best = self._reduction.reduced(self._first.result)
        return Incumbent(self._blends, best, self.formulation.ceilings)

    def _begin(self) -> None:
        """Begin what is done beside the first call of an engine, which needs no interpreter."""
        for work in self._beside:
            work.start()

    def run(self) -> None:
        """Prove tier after tier until all are, or the clock stops."""
        if self._probe.method.relax is not None:
            self._relax()
        for tier in range(len(self.incumbent)):
            self._report("search", tier)
            if not self._prove(tier):
                return
        if not self._probe.repeatable:
            self._choose()

    @property
    def assignment(self) -> dict[str, str]:
        """Request → group of the best solution."""
        return self._reduction.assignment(self.incumbent.best)

    def _relax(self) -> None:
        """Prove what relaxations can: of schedules, of single seats, or of both in turn."""
        planned = promising(self.formulation)
        if planned and leading(self.formulation):
            self._by_schedules()
        else:
            self._settle_first()
            if planned and not self.incumbent.proved and not self.clock.stopped():
                self._by_schedules()

    def _settle_first(self) -> None:
        """Settle tiers from the first on, as far as relaxations lead."""
        settling: Front | Descent
        if self._region.part.model.columns > _LARGE:
            settling = Front(self._probe, self._blends, self._region, self._among)
            settling.run(partial(self._report, "settle"))
        else:
            settling = Descent(self._probe, self._blends, self._region)
            settling.run(partial(self._report, "relax"))
        self._settled, self._region = set(range(settling.settled)), settling.region

    def _by_schedules(self) -> None:
        """Prove as many tiers as the schedules of whole participants can."""
        if len(self.formulation.columns.opening):
            with suppress(OutOfTime):
                opened = opened_solution(self.formulation)
                self.incumbent.adopt(self._reduction.reduced(opened))
        best = self.formulation.values(self.assignment)
        asked = replace(self._probe.allowance(math.inf, 1), under_way=self._begin)
        found = by_schedules(self.formulation, best, self.clock, asked)
        self.incumbent.adopt(self._reduction.reduced(found.values))
        self.incumbent.limit(found.bounds)

    def _prove(self, tier: int) -> bool:
        """Whether the tier could be proved."""
        for weights in self._weights(tier):
            if self._ended(tier):
                break
            self._attempt(weights)
            self._report("search", tier)
        if tier and not self._ended(tier):
            self._attempt_with_rows(tier)
        return self.incumbent.closed(tier)

    def _ended(self, tier: int) -> bool:
        return self.incumbent.closed(tier) or self.clock.stopped()

    def _attempt(self, weights: Sequence[int]) -> None:
        """Learn about the last tier of a blend, and keep of the region what is as good."""
        objective, part = self._blends.blend(weights), self._region.part
        relaxed = self._probe.relaxed(part, objective)
        if relaxed is None:
            self._learn(part, objective, weights)
            return
        closing = Closing(self._probe, self._region, objective, relaxed)
        closing.run(self._among)
        self.incumbent.learn(weights, closing.bound)
        if self.incumbent.closed(len(weights) - 1):
            self._settle(closing, objective, weights)

    def _settle(self, closing: Closing, objective: IntArray, weights: Sequence[int]) -> None:
        """Keep of the region what is as good as the best in a tier that is proved.

        Where the relaxation is not tight, the tier becomes a row, if all before are settled.
        """
        tier, settled = len(weights) - 1, is_tight(closing.relaxed, closing.loss)
        self._region = closing.as_good_ones()
        if not settled and not any(weights[:-1]) and fits_row(objective):
            value = int(objective @ self.incumbent.best)
            self._region, settled = self._region.between(objective, value, value), True
        if settled:
            self._settled.add(tier)

    def _attempt_with_rows(self, tier: int) -> None:
        """Learn about a tier where the tiers before are kept by rows."""
        region = self._region
        for earlier in range(tier):
            least = self.incumbent.values[earlier]
            region = region.between(self._blends.tiers[earlier], least, UNBOUNDED)
        self._learn(region.part, self._blends.unit(tier), [0] * tier + [1])
        self._report("search", tier)

    def _learn(self, part: Part, objective: IntArray, weights: Sequence[int]) -> None:
        """Learn about a blend from a search in all of a part."""
        bound = self._probe.most(part, objective)
        if bound is not None:
            self.incumbent.learn(weights, bound)

    def _choose(self) -> None:
        """Replace the best solution by one of the same values that a repetition finds too.

        Only single searches are repeatable. They get as long as the proof took; if that is not
        enough, the solution stays.
        """
        seconds = max(_CHOICE_SECONDS, self.clock.elapsed)
        last = len(self.incumbent) - 1
        part = self._best_ones().part
        for engine in self._probe.method.single:
            for weights in self._weights(last, _LARGEST_CHOICE):
                self._report("choose", last)
                allowance = self._probe.allowance(seconds, workers=1)
                blend = self._blends.blend(weights)[part.columns]
                outcome = engine.maximize(part.model, blend, self._start[part.columns], allowance)
                if outcome.values is None or outcome.bound is None:
                    break
                if self._blends.values(part.values(outcome.values)) == self.incumbent.values:
                    self.incumbent.best = part.values(outcome.values)
                    return

    def _best_ones(self) -> Region:
        """A region that holds all solutions of the best values, and depends on nothing else."""
        region = Region.whole(self._reduction.model)
        for tier, value in enumerate(self.incumbent.values):
            unit = self._blends.unit(tier)
            relaxed = self._probe.relaxed(region.part, unit)
            if relaxed is None:
                break
            own = value // self._blends.units[tier] - int(unit @ region.part.fixed)
            region = region.narrowed(relaxed, relaxed.loss(own))
        return region

    def _weights(self, tier: int, limit: int = LARGEST_BLEND) -> Iterator[list[int]]:
        """The weights to try for the tiers up to this one, from the smallest on.

        Tiers that are settled in the region need none.
        """
        tried: list[list[int]] = []
        part, gains = self._region.part, self.incumbent.gains()[: tier + 1]
        for factor in _WEIGHTS:
            weights = self._blends.spread(gains, factor)
            weights = [
                0 if earlier < tier and earlier in self._settled else weight
                for earlier, weight in enumerate(weights)
            ]
            if weights not in tried and self._blends.size(part, weights) <= limit:
                tried.append(weights)
                yield weights

    def _report(self, stage: str, tier: int) -> None:
        name, sign = objectives.ALL[tier].NAME, 1 if objectives.ALL[tier].MAXIMIZED else -1
        value, bound = sign * self.incumbent.values[tier], sign * self.incumbent.bounds[tier]
        self._tell(Progress(stage, name, value, bound, self.clock.elapsed))


def _first(formulation: Formulation, start: Mapping[str, str] | None) -> IntArray:
    return formulation.values(start) if start else first_solution(formulation)
