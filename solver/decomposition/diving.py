"""Diving: round the relaxation's optimum step by step, and solve it again after each.

Whole parts of columns are taken at once, then the largest fraction is rounded up. Where that
costs something that new schedules cannot make up for, it is rounded down instead. Where the bound
is tight a dive often ends at it, in a fraction of the time of a search. Once half of the
participants have their schedule, a large program goes on with the others alone.
"""

from collections import Counter

import numpy as np

from solver.clock import Clock
from solver.decomposition.lagrangian import rounded
from solver.decomposition.master import Master
from solver.decomposition.pricing import Schedules
from solver.decomposition.relaxed import Optimum, Relaxed
from solver.decomposition.structure import Schedule
from solver.ragged import IntArray
from solver.search.relaxation import FloatArray

_ALMOST = 1e-6
_ROUNDS = 3
_MANY_COLUMNS = 4000


def dive(
    master: Master, schedules: Schedules, target: int, likely: float, clock: Clock
) -> IntArray | None:
    """Values of the problem's columns, at best worth `target`; None if it ends nowhere.

    All fractions of at least `likely` are rounded up at once. The master learns the schedules met.
    """
    formulation = master.structure.formulation
    master.add(master.structure.schedules(formulation.keep_every_seat()))
    return _Dive(master, schedules, target, clock).run(likely)


class _Dive:
    """The `_chosen` schedules and columns of `_nobody` are taken for good."""

    def __init__(self, master: Master, schedules: Schedules, target: int, clock: Clock) -> None:
        self._whole, self._schedules, self._clock = master, schedules, clock
        self._chosen: Counter[Schedule] = Counter()
        self._nobody = np.zeros_like(master.most_of_nobody)
        self._go_on_with(master, target)

    def run(self, likely: float) -> IntArray | None:
        optimum = self._relaxed.optimum()
        while optimum is not None:
            whole = np.floor(optimum.values + _ALMOST)
            part = optimum.values - whole
            if part.max(initial=0) <= _ALMOST:
                self._take(whole.astype(np.int64))
                return self._whole.structure.values(self._chosen, self._nobody)
            if self._is_half_decided(whole):
                optimum = self._beside(whole.astype(np.int64))
                continue
            column = int(part.argmax())
            optimum = self._better(whole, whole + (part >= min(likely, part[column])), column)
        return None

    def _go_on_with(self, master: Master, target: int) -> None:
        self._master, self._target = master, target
        self._relaxed = Relaxed(master, self._clock)

    def _is_half_decided(self, whole: FloatArray) -> bool:
        """Whether it pays to leave out what is decided: few columns are solved fast as they are."""
        many = len(whole) > _MANY_COLUMNS
        return many and bool(2 * self._open(whole).sum() <= self._master.members.sum())

    def _beside(self, whole: IntArray) -> Optimum | None:
        """The optimum of what is left beside the columns that are taken whole."""
        self._take(whole)
        self._go_on_with(self._master.beside(whole), self._target - self._master.worth(whole))
        return self._relaxed.optimum()

    def _take(self, whole: IntArray) -> None:
        self._chosen += self._master.chosen(whole)
        self._nobody += whole[: len(self._nobody)]

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
        optimum, open_kinds = self._relaxed.optimum(), np.flatnonzero(self._open(least)).tolist()
        for _ in range(_ROUNDS):
            if optimum is None or self._attained(optimum):
                break
            prices = rounded(self._master, self._schedules.worths, optimum.prices).prices
            best = self._schedules.best(prices, open_kinds)
            asked = zip(open_kinds, best, strict=True)
            met = [(kind, one.options) for kind, one in asked if one.options]
            new = self._master.add(met)
            self._whole.add(met)
            if not new:
                break
            optimum = self._relaxed.optimum()
        return optimum

    def _open(self, least: FloatArray) -> IntArray:
        """How many members of each kind have a schedule that the bounds do not decide."""
        members = self._master.members
        decided = least[len(self._nobody) :].astype(np.int64)
        kinds = np.array(
            [kind for kind, _ in self._master.schedules[: len(decided)]], dtype=np.int64
        )
        count = np.zeros_like(members)
        np.add.at(count, kinds, decided)
        return members - count
