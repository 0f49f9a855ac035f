"""The best seats in a small part of a problem: first the priority placed, then what is wished."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from solver.engines import Allowance, Engine, Outcome
from solver.engines.vertex import VertexFirst
from solver.explanations.near_vertex import near_vertex
from solver.formulation import Formulation, Model
from solver.problem import Problem
from solver.ragged import IntArray, integers
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.tables import NOWHERE
from solver.ways import Ways

_ENGINE: Engine = VertexFirst()
_ALLOWANCE = Allowance(seconds=10.0, workers=1, seed=0, cancelled=lambda: False)


class BestSeats:
    """The model of a changed part, in which only some of the new seats may be taken."""

    def __init__(
        self, problem: Problem, present: Mapping[str, str], allowed: Callable[[str, str], bool]
    ) -> None:
        self._formulation = Formulation(problem)
        self._columns = columns = self._formulation.columns
        self._names = np.array([request.id for request in problem.requests])[columns.request]
        # With the ways of plans stated, the best vertex of the model is mostly whole.
        self._model = Ways(columns).model(self._formulation)
        self._stays = np.zeros(columns.count, dtype=np.int64)
        self._stays[_taken(self._formulation, present)] = 1
        groups = [problem.groups[place].id for place in columns.group[columns.new].tolist()]
        pairs = zip(self._names.tolist(), groups, strict=False)
        self._most = np.ones(self._model.columns, dtype=np.int64)
        self._most[: len(groups)] = [allowed(request, group) for request, group in pairs]
        self._most[: columns.count][self._stays > 0] = 1

    def best(
        self, must: Collection[str], wishes: Collection[str]
    ) -> tuple[dict[str, str] | None, bool]:
        """The best seats in which all who must get a new one: first the most priority placed.

        Then the most wishes for a new seat, and the fewest switches taken back. Of such seats some
        for which few people change theirs. Beside them whether they are proved best.
        """
        columns, formulation = self._columns, self._formulation
        held = np.flatnonzero(columns.new & np.isin(self._names, list(must)))
        _, row = np.unique(columns.request[held], return_inverse=True)
        rows = linear(row, held, count=len(must), lower=1)
        model = Model(self._model.columns, stacked([self._model.rows, rows]), self._most)
        wished = np.zeros(columns.count, dtype=np.int64)
        wished[np.flatnonzero(columns.new & np.isin(self._names, list(wishes)))] = 1
        placed, switched, *_ = formulation.tiers
        tiers = [_over(model, tier) for tier in (placed, wished, switched, self._stays)]
        values, proved = self._ranking(model, tiers)
        return None if values is None else formulation.assignment(values), proved

    def _ranking(self, model: Model, tiers: Sequence[IntArray]) -> tuple[IntArray | None, bool]:
        """Good values for the tiers in their order, and whether all but the last are proved best.

        Where the rounded vertex does not prove the first ones, the last tier is looked at for
        itself: in floating point hardly a step of it is left beside those of the first.
        """
        *first, last = tiers
        objective, step = self._ranked(tiers), self._ceiling(last) + 1
        found = near_vertex(model, objective, _ALLOWANCE)
        if _attains(found, objective, step):
            return found.values, True
        objective, today = self._ranked(first), np.zeros_like(last)
        today[: self._columns.count] = self._formulation.keep_every_seat()
        found = _ENGINE.maximize(model, objective, today, _ALLOWANCE)
        if found.values is None:
            return None, False
        rows = stacked([model.rows, *(_as_good(tier, found.values) for tier in first)])
        rest = near_vertex(Model(model.columns, rows, model.most), last, _ALLOWANCE)
        better = found.values if rest.values is None else rest.values
        return better, found.proves(objective)

    def _ranked(self, tiers: Sequence[IntArray]) -> IntArray:
        """One objective for several, none of which is worth a step of one before it.

        As a request has one seat at most, its best one bounds what it adds to a tier. The engines
        fail on larger weights than needed.
        """
        blend = tiers[-1]
        for tier in reversed(tiers[:-1]):
            blend = _in_units(tier) * (self._ceiling(blend) + 1) + blend
        return blend

    def _ceiling(self, blend: IntArray) -> int:
        """What no seats exceed in a tier, or in several."""
        request = self._columns.request
        most = np.zeros(int(request.max(initial=-1)) + 1, dtype=np.int64)
        np.maximum.at(most, request, blend[: len(request)])
        return int(most.sum())


def _over(model: Model, tier: IntArray) -> IntArray:
    """A tier over all columns of the model."""
    return np.append(tier, np.zeros(model.columns - len(tier), dtype=np.int64))


def _attains(found: Outcome, objective: IntArray, step: int) -> bool:
    """Whether no values are better by a whole step."""
    if found.values is None or found.bound is None:
        return False
    return int(objective @ found.values) // step == found.bound // step


def _in_units(tier: IntArray) -> IntArray:
    return tier // max(1, int(np.gcd.reduce(tier)))


def _as_good(tier: IntArray, values: IntArray) -> Rows:
    """The row that keeps a tier at what these values have of it."""
    weight = _in_units(tier)
    terms = np.flatnonzero(weight)
    least = int(weight @ values)
    return linear(np.zeros_like(terms), terms, weight[terms], count=1, lower=least)


def _taken(formulation: Formulation, seats: Mapping[str, str]) -> IntArray:
    """The seat columns that an assignment takes."""
    columns, place = formulation.columns, formulation.columns.tables.group_place
    requests = formulation.problem.requests
    now = integers(place[seats[r.id]] if r.id in seats else NOWHERE for r in requests)
    return np.flatnonzero(now[columns.request] == columns.group)
