"""The engines that optimize a model, behind one interface."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from solver.formulation import Model
from solver.ragged import IntArray


@dataclass(frozen=True)
class Outcome:
    """What an engine found: the best values, and what no values exceed (None: not known).

    The values satisfy every row, checked in whole numbers.
    """

    values: IntArray | None
    bound: int | None


@dataclass(frozen=True)
class Allowance:
    """What an engine may spend: seconds, parallel searches; `cancelled` tells it to give up."""

    seconds: float
    workers: int
    seed: int
    cancelled: Callable[[], bool]


class Engine(Protocol):
    """Maximizes a linear objective over a model."""

    @staticmethod
    def repeatable(workers: int) -> bool:
        """Whether the same call with so many workers returns the same values every time."""

    def maximize(
        self, model: Model, objective: IntArray, incumbent: IntArray, allowance: Allowance
    ) -> Outcome:
        """The best values found and a true bound. `incumbent` is a known solution to start from."""
