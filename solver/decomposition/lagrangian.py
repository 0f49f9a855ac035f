"""What prices prove: Lagrange's bound, in whole numbers.

Under *any* prices of the rows between (of a sign that fits their sides) and of the tiers that are
kept, no solution exceeds

    Σ price · side − Σ price · kept value
      + Σ over all participants of the value of their best schedule
      + Σ over the columns of nobody of what they are worth, if that is more than 0

and a solution falls short of it by at least what each participant's schedule loses against the
best one. Prices are rounded to whole multiples of `1 / scale` first.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from solver.decomposition.master import Master
from solver.decomposition.prices import Prices, Worths
from solver.decomposition.pricing import Best, Schedules
from solver.decomposition.structure import Schedule
from solver.ragged import IntArray
from solver.rows import UNBOUNDED
from solver.search.relaxation import FloatArray

_FINEST = 10**6
#: Values of single options and schedules stay below this, far from the end of 64 bits.
_LARGEST = 2**52


@dataclass(frozen=True)
class Proof:
    """No solution exceeds `bound / scale` in the master's tier, which comes in whole steps.

    `rates` are the prices as the master states them, one a row.
    """

    rates: FloatArray
    prices: Prices
    scale: int
    bound: int
    step: int
    best: list[Best]

    @property
    def whole(self) -> int:
        """The greatest value that the tier could have."""
        return self.bound // self.scale // self.step * self.step

    @property
    def schedules(self) -> list[Schedule]:
        """The best schedules, as far as the search for them came."""
        return [(kind, best.options) for kind, best in enumerate(self.best) if best.options]

    def loss(self, value: int) -> int:
        """How far a solution of this value is below the bound, in units of 1 / scale."""
        return self.bound - value * self.scale

    def tighter_than(self, other: "Proof") -> bool:
        return self.bound * other.scale < other.bound * self.scale


class Rounded(NamedTuple):
    """Prices in whole multiples of `1 / scale`, and the same as the master states them."""

    prices: Prices
    rates: FloatArray
    scale: int


def rounded(master: Master, worths: Worths, rates: FloatArray) -> Rounded:
    """Prices of the master's rows, those of a sign that fits no side left out."""
    kinds, between = len(master.structure.kinds), master.structure.between
    last = len(rates) - len(master.kept)
    row, kept = rates[kinds:last].copy(), np.maximum(-rates[last:], 0)
    row[(row > 0) & (between.upper >= UNBOUNDED)] = 0
    row[(row < 0) & (between.lower <= -UNBOUNDED)] = 0
    tier = np.zeros(len(master.structure.tiers))
    tier[master.tier] = 1
    tier[[*master.kept]] = kept
    scale = _scale(worths, tier, row)
    prices = Prices(np.rint(tier * scale).astype(np.int64), np.rint(row * scale).astype(np.int64))
    return Rounded(prices, np.concatenate([np.zeros(kinds), row, -kept]), scale)


def prove(master: Master, schedules: Schedules, rates: FloatArray) -> Proof:
    """What such prices of the master's rows prove."""
    prices, stated, scale = rounded(master, schedules.worths, rates)
    best = schedules.best(prices, range(len(master.structure.kinds)))
    members = master.structure.members.tolist()
    bound = _of_sides(master, prices) + _of_nobody(master, prices)
    bound += sum(count * one.bound for count, one in zip(members, best, strict=True))
    return Proof(stated, prices, scale, bound, master.step, best)


def _scale(worths: Worths, tier: FloatArray, row: FloatArray) -> int:
    """As fine as 64 bits allow."""
    heaviest = worths.weights @ tier
    np.add.at(heaviest, worths.place, np.abs(worths.coefficient * row[worths.row]))
    return max(1, min(_FINEST, int(_LARGEST / max(1.0, float(heaviest.max(initial=0))))))


def _of_sides(master: Master, prices: Prices) -> int:
    between, price = master.structure.between, prices.rows
    side = np.where(price > 0, between.upper, np.where(price < 0, between.lower, 0))
    paid = zip(map(int, price), map(int, side), strict=True)
    kept = sum(value * int(prices.tiers[tier]) for tier, value in master.kept.items())
    return sum(one * step for one, step in paid) - kept


def _of_nobody(master: Master, prices: Prices) -> int:
    if not master.structure.of_nobody:
        return 0
    values: IntArray = Worths.of(master.structure.of_nobody).values(prices)
    return int(np.maximum(values, 0).sum())
