"""Diving: round the relaxation's optimum step by step, and solve it again after each.

Whole parts of columns are taken at once, then the largest fraction is rounded up. Where that
costs something that new schedules cannot make up for, it is rounded down instead. Where the bound
is tight a dive often ends at it, in a fraction of the time of a search.
"""

import numpy as np

from solver.clock import Clock
from solver.decomposition.lagrangian import rounded
from solver.decomposition.master import Master
from solver.decomposition.pricing import Schedules
from solver.decomposition.relaxed import Optimum, Relaxed
from solver.ragged import IntArray
from solver.search.relaxation import FloatArray

_ALMOST = 1e-6
_ROUNDS = 3


def dive(
    master: Master, schedules: Schedules, target: int, likely: float, clock: Clock
) -> IntArray | None:
    """Whole values of the master's columns, at best worth `target`; None if it ends nowhere.

    All fractions of at least `likely` are rounded up at once.
    """
    formulation = master.structure.formulation
    master.add(master.structure.schedules(formulation.keep_every_seat()))
    return _Dive(master, schedules, target, clock).run(likely)


class _Dive:
    def __init__(self, master: Master, schedules: Schedules, target: int, clock: Clock) -> None:
        self._master, self._schedules, self._target = master, schedules, target
        self._relaxed = Relaxed(master, clock)

    def run(self, likely: float) -> IntArray | None:
        optimum = self._relaxed.optimum()
        while optimum is not None:
            whole = np.floor(optimum.values + _ALMOST)
            part = optimum.values - whole
            if part.max(initial=0) <= _ALMOST:
                missing = len(self._master.columns) - len(whole)
                return np.append(whole, np.zeros(missing)).astype(np.int64)
            column = int(part.argmax())
            optimum = self._better(whole, whole + (part >= min(likely, part[column])), column)
        return None

    def _better(self, whole: FloatArray, up: FloatArray, column: int) -> Optimum | None:
        """The optimum with these columns rounded up, or if that falls, perhaps with one down."""
        risen = self._priced(up)
        if self._attained(risen):
            return risen
        self._relaxed.at_most(column, whole[column])
        sunk = self._priced(whole)
        if sunk is None or (risen is not None and risen.value >= sunk.value):
            self._relaxed.at_most(column, self._relaxed.most(column))
            self._relaxed.at_least(up)
            return risen
        return sunk

    def _attained(self, optimum: Optimum | None) -> bool:
        return optimum is not None and self._master.whole_below(optimum.value) >= self._target

    def _priced(self, least: FloatArray) -> Optimum | None:
        """The optimum with columns bounded from below, with a few more schedules if it fell."""
        self._relaxed.at_least(least)
        optimum, open_kinds = self._relaxed.optimum(), self._open_kinds(least)
        for _ in range(_ROUNDS):
            if optimum is None or self._attained(optimum):
                break
            prices = rounded(self._master, self._schedules.worths, optimum.prices).prices
            best = self._schedules.best(prices, open_kinds)
            asked = zip(open_kinds, best, strict=True)
            if not self._master.add((kind, one.options) for kind, one in asked if one.options):
                break
            optimum = self._relaxed.optimum()
        return optimum

    def _open_kinds(self, least: FloatArray) -> list[int]:
        """The kinds with members whose schedule is not decided by the bounds."""
        structure = self._master.structure
        decided = least[len(structure.nobody) :]
        kinds = [kind for kind, _ in self._master.schedules[: len(decided)]]
        count = np.bincount(kinds, weights=decided, minlength=len(structure.kinds))
        return np.flatnonzero(count < structure.members).tolist()
