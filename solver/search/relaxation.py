"""What the linear relaxation of a model proves, in whole numbers.

An engine solves the relaxation in floating point. Of its answer only the prices of the rows are
used, rounded to whole multiples of `1 / scale`: by weak duality *any* prices prove a bound, and
this one is worked out exactly. With prices y (positive ones count the row's upper side, negative
ones its lower side) and reduced costs d = c − yA, for every x of the model with 0 ≤ x ≤ 1

    c·x = y·(Ax) + d·x ≤ Σ y·side + Σ max(0, d)

(e.g. Bertsimas & Tsitsiklis, Introduction to Linear Optimization, 4.3), and x falls short of the
bound by |d| for each column and by |y| for each step of a row that is off its side.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from solver.formulation import Model
from solver.ragged import BoolArray, IntArray
from solver.rows import UNBOUNDED, Rows

if TYPE_CHECKING:
    from solver.engines import Optimum

FloatArray = npt.NDArray[np.float64]

_FINEST = 10**6
#: What is above this is 1 but for the engine's arithmetic.
_WHOLE = 1 - 1e-6
#: A relaxation is tight if rounding its bound down loses less than this part of a unit.
_TIGHT = 0.01
#: Sums of whole numbers stay below this, far from the end of 64 bits.
_LARGEST = 2**60


@dataclass(frozen=True)
class Relaxation:
    """`bound`, the reduced cost of each column and the price of each row, in units of 1/scale.

    The engine's own `optimum` is no more than a hint.
    """

    bound: int
    reduced_cost: IntArray
    price: IntArray
    scale: int
    optimum: "Optimum | None" = None

    @classmethod
    def of_nothing(cls, model: Model) -> "Relaxation":
        """The relaxation of an objective without terms."""
        nothing = np.zeros(model.columns, dtype=np.int64)
        price = np.zeros(len(model.rows), dtype=np.int64)
        return cls(0, nothing, price, scale=1)

    @property
    def taken(self) -> BoolArray:
        """The columns that the engine's optimum takes whole."""
        if self.optimum is None:
            return np.zeros(len(self.reduced_cost), dtype=np.bool_)
        taken: BoolArray = self.optimum.values > _WHOLE
        return taken

    @property
    def whole_bound(self) -> int:
        """What no solution exceeds."""
        return self.bound // self.scale

    def value_beyond(self, radius: int) -> int:
        """What no solution exceeds that loses more than the radius, in units of 1/scale."""
        return (self.bound - radius - 1) // self.scale

    def loss(self, value: int) -> int:
        """How far a solution of this value is below the bound, in units of 1/scale."""
        return self.bound - value * self.scale


def is_tight(relaxed: Relaxation, loss: int) -> bool:
    """Whether what is lost against a relaxation is next to nothing."""
    return loss <= _TIGHT * relaxed.scale


def relaxation(
    model: Model, objective: IntArray, prices: FloatArray, *, finest: int = _FINEST
) -> Relaxation | None:
    """What the prices prove of the objective; None where whole numbers could overflow.

    They are rounded to whole multiples of 1/`finest`, or of more where that is too fine.
    """
    rows = model.rows
    side = np.where(prices > 0, rows.upper, np.where(prices < 0, rows.lower, 0))
    prices = np.where(np.abs(side) < UNBOUNDED, prices, 0.0)
    scale = min(finest, _scale(rows, objective, prices, side))
    if not scale:
        return None
    price = np.rint(prices * scale).astype(np.int64)
    reduced_cost = scale * objective
    np.subtract.at(reduced_cost, rows.column, rows.coefficient * price[rows.row])
    bound = int((price * np.where(price == 0, 0, side)).sum()) + int(
        np.maximum(reduced_cost, 0).sum()
    )
    return Relaxation(bound, reduced_cost, price, scale)


def _scale(rows: Rows, objective: IntArray, prices: FloatArray, side: IntArray) -> int:
    """As fine as the sums allow; 0 if they allow nothing."""
    terms = np.abs(rows.coefficient) * np.abs(prices[rows.row])
    sides = np.abs(prices) * np.where(prices == 0, 0, np.abs(side))
    heaviest = float(np.abs(objective).sum()) + float(terms.sum()) + float(sides.sum())
    return min(_FINEST, int(_LARGEST / max(heaviest, 1.0))) if np.isfinite(heaviest) else 0
