"""The lexicographic search: tier after tier, with a solution and true bounds at every moment.

First it descends: the relaxation of each tier bounds it, and the solutions that attain the bound
are a region in which the next tier is relaxed. Where the relaxations are tight, what is left in
the end is small, and one exact search in it proves every tier.

A tier that stays open is proved by blended objectives `Σ weight · tier` over itself and the tiers
before it, whose best values are known by then. If the optimum of the blend attains those values,
no solution that has them is better in the tier, whatever the weights: the difference would show
in the blend. If it does not attain them the weights were too small, and larger ones follow.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver import objectives
from solver.clock import Clock
from solver.construction import first_solution
from solver.engines import Allowance, Engine
from solver.formulation import Formulation, Model
from solver.progress import Progress
from solver.ragged import IntArray
from solver.region import Part, Region
from solver.relaxation import FloatArray, Relaxation, relaxation
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.ways import Ways

_WEIGHTS = (30, 10**3, 10**5, 10**7)
#: Beyond this the floating-point engine may round a blend; exact rows take over.
_LARGEST_BLEND = 10**12
#: Where nothing is to be proved any more, only what fits into 64 bits is the limit.
_LARGEST_CHOICE = 10**17
_CHOICE_SECONDS = 10.0
#: A relaxation is tight if rounding its bound down loses less than this part of a unit.
_TIGHT = 0.01
_RADIUS_STEP = 2
_TRIAL_SECONDS = 5.0
_NOTHING = -(2**62)

Prices = Callable[[Model, IntArray, Allowance], FloatArray | None]


@dataclass(frozen=True)
class Method:
    """The engine that searches, those whose answers repeat, and what prices a relaxation."""

    engine: Engine
    single: tuple[Engine, ...]
    prices: Prices | None = None


class Search:
    """The best solution so far and what is proved about it.

    `best` holds the column values; `values` and `bounds` its tiers, signed so that more is better.
    """

    def __init__(
        self,
        formulation: Formulation,
        method: Method,
        clock: Clock,
        tell: Callable[[Progress], None],
        *,
        workers: int,
        seed: int,
    ) -> None:
        self.formulation, self.method = formulation, method
        self.clock, self.tell = clock, tell
        self.workers, self.seed = workers, seed
        ways = Ways(formulation.columns)
        self._model = ways.model(formulation)
        self._tiers = [
            np.append(tier, np.zeros(len(ways.seats), int)) for tier in formulation.tiers
        ]
        self.units = [max(1, int(np.gcd.reduce(weights))) for weights in formulation.tiers]
        self._region = Region.whole(self._model)
        self.best = ways.extended(first_solution(formulation))
        self._start = ways.extended(formulation.keep_every_seat())
        self.values = self._tier_values(self.best)
        self.bounds = list(formulation.ceilings)
        self.repeatable = True
        #: The tiers that have one value all over the region.
        self._settled: set[int] = set()

    def run(self) -> None:
        """Prove tier after tier until all are, or the clock stops."""
        self._descend()
        for tier in range(len(self._tiers)):
            self._report("search", tier)
            if not self._prove(tier):
                return
        if not self.repeatable:
            self._choose()

    @property
    def proved(self) -> bool:
        return self.values == self.bounds

    @property
    def assignment(self) -> dict[str, str]:
        """Request → group of the best solution."""
        return self.formulation.assignment(self.best)

    def _descend(self) -> None:
        """Follow the relaxations down as long as they are tight, and search what they leave."""
        regions, targets = [self._region], list[int]()
        while len(regions) > len(targets) and len(targets) < len(self._tiers):
            part, tier = regions[-1].part, len(targets)
            relaxed = self._relaxed(part, self._unit(tier))
            if relaxed is None:
                break
            whole = int(self._unit(tier) @ part.fixed) + relaxed.whole_bound
            targets.append(whole * self.units[tier])
            self._limit(targets)
            self._report("relax", tier)
            loss = relaxed.loss(relaxed.whole_bound)
            if _tight(relaxed, loss):
                regions.append(regions[-1].narrowed(relaxed, loss))
        self._search_rest(regions[-1], targets, settled=len(regions) - 1)
        attained = [self.values[:tier] == targets[:tier] for tier in range(len(regions))]
        self._settled = set(range(sum(attained) - 1))
        self._region = regions[len(self._settled)]

    def _search_rest(self, region: Region, targets: list[int], settled: int) -> None:
        """Search a region in which the first tiers are settled for the best of all the others.

        It holds every solution that attains their targets.
        """
        if not settled:
            return
        weights = [0] * settled + self._safe_weights(region.part, settled)
        objective = self._blend(weights)
        if self._size(region.part, objective) <= _LARGEST_BLEND:
            proved = self._maximize(region.part, objective, seconds=self._trial_seconds)
            self._limit(targets)
            if proved and self.values[:settled] == targets[:settled]:
                self.bounds = list(self.values)

    def _limit(self, targets: list[int]) -> None:
        """Take each target as a bound whose tiers before are attained."""
        for tier, target in enumerate(targets):
            if self.values[:tier] == targets[:tier]:
                self.bounds[tier] = max(self.values[tier], min(self.bounds[tier], target))

    def _prove(self, tier: int) -> bool:
        """Whether the tier could be proved."""
        for weights in self._weights(tier):
            if self._closed(tier):
                break
            self._attempt(tier, weights)
            self._report("search", tier)
        if tier and not self._closed(tier):
            self._attempt_with_rows(tier)
        return self.values[tier] == self.bounds[tier]

    def _attempt(self, tier: int, weights: Sequence[int]) -> None:
        """Learn about a tier from one blend, in the region of what is as good as the best."""
        objective, part = self._blend(weights), self._region.part
        relaxed = self._relaxed(part, objective)
        if relaxed is None:
            self._maximize(part, objective, tier, weights)
            return
        self._learn(tier, weights, int(objective @ part.fixed) + relaxed.whole_bound)
        self._close_in(relaxed, objective, tier, weights)
        if self.values[tier] == self.bounds[tier]:
            loss = self._loss(relaxed, objective)
            self._region = self._region.narrowed(relaxed, loss)
            if _tight(relaxed, loss):
                self._settled.add(tier)

    def _close_in(
        self, relaxed: Relaxation, objective: IntArray, tier: int, weights: Sequence[int]
    ) -> None:
        """Search near the relaxation, ever farther out, until nothing better lies outside.

        Within a radius lies every solution that loses no more than it. Small ones are searched
        quickly and often hold the best; the last holds all that is as good as the best found.
        """
        fixed = int(objective @ self._region.part.fixed)
        radius, loss = relaxed.scale, self._loss(relaxed, objective)
        while radius < loss and not self._closed(tier):
            part = self._region.narrowed(relaxed, radius).part
            outside = fixed + relaxed.value_beyond(radius)
            self._maximize(part, objective, tier, weights, outside, self._trial_seconds)
            radius, loss = radius * _RADIUS_STEP, self._loss(relaxed, objective)
        if not self._closed(tier):
            part = self._region.narrowed(relaxed, loss).part
            self._maximize(part, objective, tier, weights)

    def _closed(self, tier: int) -> bool:
        return self.values[tier] == self.bounds[tier] or self.clock.stopped()

    @property
    def _trial_seconds(self) -> float:
        return max(_TRIAL_SECONDS, self.clock.elapsed)

    def _loss(self, relaxed: Relaxation, objective: IntArray) -> int:
        """How far the best solution is below what the region's relaxation allows."""
        fixed = int(objective @ self._region.part.fixed)
        return relaxed.loss(int(objective @ self.best) - fixed)

    def _attempt_with_rows(self, tier: int) -> None:
        """Learn about a tier where the tiers before are kept by rows."""
        part = self._region.part
        kept = [self._kept(part, earlier) for earlier in range(tier)]
        model = Model(part.model.columns, stacked([part.model.rows, *kept]))
        weights = [0] * tier + [1]
        self._maximize(replace(part, model=model), self._blend(weights), tier, weights)
        self._report("search", tier)

    def _kept(self, part: Part, tier: int) -> Rows:
        """A row that keeps what is proved of a tier."""
        weights = self._tiers[tier]
        terms = np.flatnonzero(weights[part.columns])
        least = self.values[tier] - int(weights @ part.fixed)
        coefficients = weights[part.columns][terms]
        return linear(np.zeros_like(terms), terms, coefficients, count=1, lower=least)

    def _maximize(
        self,
        part: Part,
        objective: IntArray,
        tier: int = 0,
        weights: Sequence[int] = (),
        outside: int = _NOTHING,
        seconds: float = math.inf,
    ) -> bool:
        """Search a part for the best objective; whether it was found for sure.

        With `weights`, the blend that the objective is, learn its bound, knowing that solutions
        `outside` the part are not above that value.
        """
        if not part.possible:
            return False
        own, start = objective[part.columns], self.best[part.columns]
        allowance = self._allowance(seconds, self.workers)
        outcome = self.method.engine.maximize(part.model, own, start, allowance)
        proved = outcome.proves(own)
        self.repeatable &= outcome.repeatable and (proved or seconds == math.inf)
        if outcome.values is not None:
            self._adopt(part.values(outcome.values))
        if outcome.bound is not None and weights:
            bound = int(objective @ part.fixed) + outcome.bound
            self._learn(tier, weights, max(bound, outside))
        return proved

    def _learn(self, tier: int, weights: Sequence[int], bound: int) -> None:
        """What the bound of a blend says of its last tier."""
        before = sum(
            weight * self.values[earlier] // self.units[earlier]
            for earlier, weight in enumerate(weights[:-1])
        )
        found = (bound - before) * self.units[tier]
        self.bounds[tier] = max(self.values[tier], min(self.bounds[tier], found))

    def _choose(self) -> None:
        """Replace the best solution by one of the same values that a repetition finds too.

        Only single searches are repeatable. They get as long as the proof took; if that is not
        enough, the solution stays.
        """
        seconds = max(_CHOICE_SECONDS, self.clock.elapsed)
        last = len(self._tiers) - 1
        region = self._best_ones()
        for engine in self.method.single:
            for weights in self._weights(last, _LARGEST_CHOICE):
                self._report("choose", last)
                allowance = self._allowance(seconds, workers=1)
                part, blend = region.part, self._blend(weights)[region.part.columns]
                start = self._start[part.columns]
                outcome = engine.maximize(part.model, blend, start, allowance)
                if outcome.values is None or outcome.bound is None:
                    break
                if self._tier_values(part.values(outcome.values)) == self.values:
                    self.best = part.values(outcome.values)
                    return

    def _best_ones(self) -> Region:
        """A region that holds all solutions of the best values, and depends on nothing else."""
        region = Region.whole(self._model)
        for tier, value in enumerate(self.values):
            relaxed = self._relaxed(region.part, self._unit(tier))
            if relaxed is None:
                break
            fixed = int(self._unit(tier) @ region.part.fixed)
            region = region.narrowed(relaxed, relaxed.loss(value // self.units[tier] - fixed))
        return region

    def _relaxed(self, part: Part, objective: IntArray) -> Relaxation | None:
        """What the relaxation of a part says; None if nothing does in time."""
        own = objective[part.columns]
        if self.method.prices is None or not part.possible:
            return None
        if not own.any():
            return Relaxation.of_nothing(part.model)
        prices = self.method.prices(part.model, own, self._allowance(math.inf, 1))
        return None if prices is None else relaxation(part.model, own, prices)

    def _allowance(self, seconds: float, workers: int) -> Allowance:
        return Allowance(min(seconds, self.clock.left), workers, self.seed, self.clock.cancelled)

    def _weights(self, tier: int, limit: int = _LARGEST_BLEND) -> Iterator[list[int]]:
        """The weights to try for the tiers up to this one, from the smallest on.

        Tiers that are settled in the region need none.
        """
        tried: list[list[int]] = []
        part = self._region.part
        for factor in _WEIGHTS:
            weights = self._apart(tier, factor)
            weights = [
                weight * (earlier not in self._settled) for earlier, weight in enumerate(weights)
            ]
            size = self._size(part, self._blend(weights))
            if weights not in tried and size <= limit:
                tried.append(weights)
                yield weights

    def _apart(self, tier: int, factor: int) -> list[int]:
        """Weights of the tiers up to this one: `factor` apart, or less where that is safe.

        A weight is safe if all that the tiers behind could still gain does not outweigh it.
        """
        weights, gain = [1], self._gain(tier)
        for earlier in reversed(range(tier)):
            weights.insert(0, min(factor * weights[0], gain + 1))
            gain += weights[0] * self._gain(earlier)
        return weights

    def _gain(self, tier: int) -> int:
        ceiling = self.formulation.ceilings[tier]
        return (ceiling - self.values[tier]) // self.units[tier]

    def _safe_weights(self, part: Part, first: int) -> list[int]:
        """Weights from the tier `first` on; no gain in one makes up for a step of one before."""
        weights: list[int] = []
        behind = 0
        for tier in reversed(range(first, len(self._tiers))):
            weights.insert(0, behind + 1)
            behind += weights[0] * self._size(part, self._unit(tier))
        return weights

    def _size(self, part: Part, objective: IntArray) -> int:
        """How far apart two solutions of a part can be: each request takes one seat at most."""
        own, columns = objective[part.columns], self.formulation.columns
        seats = part.columns < columns.seats
        request = columns.request[part.columns[seats]]
        best = np.zeros(len(self.formulation.problem.requests), dtype=np.int64)
        worst = best.copy()
        np.maximum.at(best, request, own[seats])
        np.minimum.at(worst, request, own[seats])
        return int((best - worst).sum()) + int(np.abs(own[~seats]).sum())

    def _unit(self, tier: int) -> IntArray:
        """The weights of a tier in its own unit."""
        return self._tiers[tier] // self.units[tier]

    def _blend(self, weights: Sequence[int]) -> IntArray:
        blend = np.zeros(self._model.columns, dtype=np.int64)
        for tier, weight in enumerate(weights):
            blend += weight * self._unit(tier)
        return blend

    def _adopt(self, values: IntArray) -> None:
        """Take the values if they are better in the first tier in which they differ."""
        found = self._tier_values(values)
        if found > self.values:
            self.best, self.values = values, found

    def _tier_values(self, values: IntArray) -> list[int]:
        return [int(weights @ values) for weights in self._tiers]

    def _report(self, stage: str, tier: int) -> None:
        name, sign = objectives.ALL[tier].NAME, 1 if objectives.ALL[tier].MAXIMIZED else -1
        value, bound = sign * self.values[tier], sign * self.bounds[tier]
        self.tell(Progress(stage, name, value, bound, self.clock.elapsed))


def _tight(relaxed: Relaxation, loss: int) -> bool:
    return loss <= _TIGHT * relaxed.scale
