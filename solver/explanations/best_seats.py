"""The best seats in a small part of a problem: first the priority placed, then what is wished."""

from collections.abc import Callable, Collection, Mapping

import numpy as np

from solver.engines import Allowance, Engine
from solver.engines.vertex import VertexFirst
from solver.formulation import Formulation, Model
from solver.problem import Problem
from solver.ragged import IntArray, integers
from solver.rows import rows as linear
from solver.rows import stacked
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

        Then the most wishes for a new seat, the fewest switches taken back, and the fewest people
        who change seats. Beside them whether they are proved best.
        """
        columns, formulation = self._columns, self._formulation
        held = np.flatnonzero(columns.new & np.isin(self._names, list(must)))
        _, row = np.unique(columns.request[held], return_inverse=True)
        rows = linear(row, held, count=len(must), lower=1)
        model = Model(self._model.columns, stacked([self._model.rows, rows]), self._most)
        wished = np.zeros(columns.count, dtype=np.int64)
        wished[np.flatnonzero(columns.new & np.isin(self._names, list(wishes)))] = 1
        placed, switched, *_ = formulation.tiers
        objective = np.zeros(model.columns, dtype=np.int64)
        objective[: columns.count] = _ranked(placed, wished, switched, self._stays)
        today = np.zeros_like(objective)
        today[: columns.count] = formulation.keep_every_seat()
        outcome = _ENGINE.maximize(model, objective, today, _ALLOWANCE)
        if outcome.values is None:
            return None, False
        return formulation.assignment(outcome.values), outcome.proves(objective)


def _ranked(*tiers: IntArray) -> IntArray:
    """One objective for several, none of which is worth a step of one before it."""
    blend = tiers[-1]
    for tier in reversed(tiers[:-1]):
        unit = max(1, int(np.gcd.reduce(tier)))
        blend = tier // unit * (int(blend.sum()) + 1) + blend
    return blend


def _taken(formulation: Formulation, seats: Mapping[str, str]) -> IntArray:
    """The seat columns that an assignment takes."""
    columns, place = formulation.columns, formulation.columns.tables.group_place
    requests = formulation.problem.requests
    now = integers(place[seats[r.id]] if r.id in seats else NOWHERE for r in requests)
    return np.flatnonzero(now[columns.request] == columns.group)
