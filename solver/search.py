"""The lexicographic search: tier after tier, with a solution and true bounds at every moment.

A tier is proved by one blended objective `Σ weight · tier` over itself and the tiers before it,
whose best values are known by then. If the optimum of the blend attains those values, no solution
that has them is better in the tier, whatever the weights: the difference would show in the blend.
If it does not attain them the weights were too small, and larger ones follow.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from solver import objectives
from solver.construction import first_solution
from solver.engines import Allowance, Engine
from solver.formulation import Formulation, Model
from solver.progress import Progress
from solver.ragged import IntArray
from solver.rows import rows as linear
from solver.rows import stacked

_WEIGHTS = (30, 10**3, 10**5, 10**7)
#: Beyond this the floating-point engine may round a blend; exact rows take over.
_LARGEST_BLEND = 10**12
#: Where nothing is to be proved any more, only what fits into 64 bits is the limit.
_LARGEST_CHOICE = 10**17
_CHOICE_SECONDS = 10.0
_NO_LIMIT = 1e9


class Clock:
    """The time and the patience that are left."""

    def __init__(self, time_limit: float | None, cancelled: Callable[[], bool] | None) -> None:
        self._start = time.monotonic()
        self._limit = _NO_LIMIT if time_limit is None else time_limit
        self.cancelled = cancelled or (lambda: False)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._start

    @property
    def left(self) -> float:
        return self._limit - self.elapsed

    def stopped(self) -> bool:
        return self.left <= 0 or self.cancelled()


class Search:
    """The best solution so far and what is proved about it.

    `best` holds the column values; `values` and `bounds` its tiers, signed so that more is better.
    """

    def __init__(
        self,
        formulation: Formulation,
        engine: Engine,
        single: Sequence[Engine],
        clock: Clock,
        tell: Callable[[Progress], None],
        *,
        workers: int,
        seed: int,
    ) -> None:
        self.formulation = formulation
        self.engine, self.single = engine, single
        self.clock = clock
        self.tell = tell
        self.workers, self.seed = workers, seed
        self.units = [max(1, int(np.gcd.reduce(weights))) for weights in formulation.tiers]
        self.best = first_solution(formulation)
        self.values = self._tier_values(self.best)
        self.bounds = list(formulation.ceilings)
        self.repeatable = True

    def run(self) -> None:
        """Prove tier after tier until all are, or the clock stops."""
        for tier in range(len(self.formulation.tiers)):
            self._report("search", tier)
            if not self._prove(tier):
                return
        if not self.repeatable:
            self._choose()

    @property
    def proved(self) -> bool:
        return self.values == self.bounds

    def _prove(self, tier: int) -> bool:
        """Whether the tier could be proved."""
        for model, weights in self._ways(tier, _LARGEST_BLEND):
            if self.values[tier] == self.bounds[tier] or self.clock.stopped():
                break
            self._attempt(tier, model, weights)
            self._report("search", tier)
        return self.values[tier] == self.bounds[tier]

    def _ways(self, tier: int, limit: int) -> Iterator[tuple[Model, list[int]]]:
        """The blends to try, from the smallest on, and in the end the tiers before as rows."""
        tried: list[list[int]] = []
        for factor in _WEIGHTS:
            weights = self._weights(tier, factor)
            if weights not in tried and self._size(weights) <= limit:
                tried.append(weights)
                yield self.formulation.model, weights
        if tier:
            yield self._with_tiers(tier), [0] * tier + [1]

    def _attempt(self, tier: int, model: Model, weights: list[int]) -> None:
        """Learn what the engine can tell about a tier from one blend."""
        allowance = self._allowance(math.inf, self.workers)
        outcome = self.engine.maximize(model, self._blend(weights), self.best, allowance)
        self.repeatable &= outcome.repeatable
        if outcome.values is not None:
            self._adopt(outcome.values)
        if outcome.bound is not None:
            before = sum(
                weight * self.values[earlier] // self.units[earlier]
                for earlier, weight in enumerate(weights[:-1])
            )
            bound = (outcome.bound - before) * self.units[tier]
            self.bounds[tier] = max(self.values[tier], min(self.bounds[tier], bound))

    def _choose(self) -> None:
        """Replace the best solution by one of the same values that a repetition finds too.

        Only single searches are repeatable. They get as long as the proof took; if that is not
        enough, the solution stays.
        """
        last = len(self.formulation.tiers) - 1
        start, seconds = (
            self.formulation.keep_every_seat(),
            max(_CHOICE_SECONDS, self.clock.elapsed),
        )
        for engine in self.single:
            for model, weights in self._ways(last, _LARGEST_CHOICE):
                self._report("choose", last)
                allowance = self._allowance(seconds, workers=1)
                outcome = engine.maximize(model, self._blend(weights), start, allowance)
                if outcome.values is None or outcome.bound is None:
                    break
                if self._tier_values(outcome.values) == self.values:
                    self.best = outcome.values
                    return

    def _allowance(self, seconds: float, workers: int) -> Allowance:
        return Allowance(min(seconds, self.clock.left), workers, self.seed, self.clock.cancelled)

    def _weights(self, tier: int, factor: int) -> list[int]:
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

    def _size(self, weights: Sequence[int]) -> int:
        spans = zip(weights, self.formulation.spans, self.units, strict=False)
        return sum(weight * span // unit for weight, span, unit in spans)

    def _blend(self, weights: Sequence[int]) -> IntArray:
        blend = np.zeros(self.formulation.columns.count, dtype=np.int64)
        tiers = zip(weights, self.formulation.tiers, self.units, strict=False)
        for weight, coefficients, unit in tiers:
            blend += weight * (coefficients // unit)
        return blend

    def _adopt(self, values: IntArray) -> None:
        """Take the values if they are better in the first tier in which they differ."""
        found = self._tier_values(values)
        if found > self.values:
            self.best, self.values = values, found

    def _tier_values(self, values: IntArray) -> list[int]:
        return [int(weights @ values) for weights in self.formulation.tiers]

    def _with_tiers(self, count: int) -> Model:
        """The model with a row for each of the first tiers that keeps what is proved of it."""
        model = self.formulation.model
        kept = []
        for earlier in range(count):
            weights = self.formulation.tiers[earlier]
            terms = np.flatnonzero(weights)
            row = np.zeros_like(terms)
            least = self.values[earlier]
            kept.append(linear(row, terms, weights[terms], count=1, lower=least))
        return Model(model.columns, stacked([model.rows, *kept]))

    def _report(self, stage: str, tier: int) -> None:
        name, sign = objectives.ALL[tier].NAME, 1 if objectives.ALL[tier].MAXIMIZED else -1
        value, bound = sign * self.values[tier], sign * self.bounds[tier]
        self.tell(Progress(stage, name, value, bound, self.clock.elapsed))
