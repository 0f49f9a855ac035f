"""Asks the engines about parts of a model, and keeps what is better than the incumbent."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from solver.clock import Clock
from solver.engines import Allowance, Engine, Optimum, Outcome
from solver.formulation import Model
from solver.ragged import IntArray
from solver.search.aside import side_by_side
from solver.search.incumbent import Incumbent
from solver.search.region import Part
from solver.search.relaxation import Relaxation, relaxation

_TRIAL_SECONDS = 5.0

Relax = Callable[[Model, IntArray, Allowance], Optimum | None]


@dataclass(frozen=True)
class Method:
    """The engine that searches, those whose answers repeat, and what solves a relaxation."""

    engine: Engine
    single: tuple[Engine, ...]
    relax: Relax | None = None


class Probe:
    """Objectives are over all columns, and what is asked is about the part's own.

    The incumbent is built only when it is first asked for. Relaxations say when they are
    `under_way`.
    """

    def __init__(
        self,
        method: Method,
        clock: Clock,
        incumbent: Callable[[], Incumbent],
        under_way: Callable[[], None],
        *,
        workers: int,
        seed: int,
    ) -> None:
        self.method, self.clock, self._incumbent = method, clock, incumbent
        self._under_way = under_way
        self._workers, self._seed = workers, seed
        #: Whether the same questions would have had the same answers.
        self.repeatable = True
        self._lately: tuple[Part, IntArray, Relaxation] | None = None

    @property
    def incumbent(self) -> Incumbent:
        return self._incumbent()

    @property
    def trial_seconds(self) -> float:
        """As long as everything so far took, so that a vain trial at most doubles it."""
        return max(_TRIAL_SECONDS, self.clock.elapsed)

    def allowance(self, seconds: float, workers: int) -> Allowance:
        """What an engine may spend of the time that is left."""
        return Allowance(min(seconds, self.clock.left), workers, self._seed, self.clock.cancelled)

    def maximize(self, part: Part, objective: IntArray, seconds: float) -> Outcome:
        """Search a part; a better solution becomes the incumbent."""
        return self.maximize_each([part], objective, seconds)[0]

    def maximize_each(
        self, parts: Sequence[Part], objective: IntArray, seconds: float
    ) -> list[Outcome]:
        """Search several parts side by side; what is better is taken over in their order."""
        asked = [partial(self._outcome, part, objective, seconds) for part in parts]
        best, outcomes = self.incumbent, side_by_side(asked)
        for part, outcome in zip(parts, outcomes, strict=True):
            in_time = outcome.settles(objective[part.columns]) or seconds == math.inf
            self.repeatable = self.repeatable and outcome.repeatable and in_time
            if outcome.values is not None:
                best.adopt(part.values(outcome.values))
        return outcomes

    def _outcome(self, part: Part, objective: IntArray, seconds: float) -> Outcome:
        if not part.possible:
            return Outcome(None, None, empty=True)
        own, start = objective[part.columns], self.incumbent.best[part.columns]
        allowance = self.allowance(seconds, self._workers)
        return self.method.engine.maximize(part.model, own, start, allowance)

    def most(
        self,
        part: Part,
        objective: IntArray,
        outside: int | None = None,
        seconds: float = math.inf,
    ) -> int | None:
        """What no solution exceeds by a search in a part; solutions elsewhere reach `outside`.

        None if the search says nothing.
        """
        outcome = self.maximize(part, objective, seconds)
        bounds = [] if outside is None else [outside]
        if outcome.bound is not None:
            bounds.append(int(objective @ part.fixed) + outcome.bound)
        known = outcome.empty or outcome.bound is not None
        return max(bounds) if bounds and known else None

    def relaxed(self, part: Part, objective: IntArray) -> Relaxation | None:
        """What the relaxation of a part says; None if nothing does in time."""
        own = objective[part.columns]
        if self.method.relax is None or not part.possible or self.clock.stopped():
            return None
        if not own.any():
            return Relaxation.of_nothing(part.model)
        if self._lately is not None and self._lately[0] is part:
            # A tier that the descent stops at is the first that is searched.
            _, asked, known = self._lately
            if np.array_equal(asked, own):
                return known
        allowance = replace(self.allowance(math.inf, 1), under_way=self._under_way)
        optimum = self.method.relax(part.model, own, allowance)
        found = optimum and relaxation(part.model, own, optimum.prices)
        if found is None:
            return None
        found = replace(found, optimum=optimum)
        self._lately = part, own, found
        return found

    def relaxed_each(self, parts: Sequence[Part], objective: IntArray) -> list[Relaxation | None]:
        """The same of several parts, side by side."""
        return side_by_side([partial(self.relaxed, part, objective) for part in parts])
