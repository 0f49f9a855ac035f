"""The engines that optimize a model, behind one interface."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from ortools.math_opt import solution_pb2  # type: ignore[import-untyped]

from solver.formulation import Model
from solver.ragged import IntArray
from solver.search.relaxation import FloatArray

Basis: TypeAlias = solution_pb2.BasisProto


@dataclass(frozen=True)
class Outcome:
    """What an engine found: the best values, and what no values exceed (None: not known).

    The values satisfy every row, checked in whole numbers. If they are not `repeatable`, the
    same call may return others of the same objective. `empty` says that no values satisfy them.
    """

    values: IntArray | None
    bound: int | None
    repeatable: bool = True
    empty: bool = False

    def settles(self, objective: IntArray) -> bool:
        """Whether there is nothing more to find."""
        return self.empty or self.proves(objective)

    def proves(self, objective: IntArray) -> bool:
        """Whether nothing is better than the values."""
        return self.values is not None and int(objective @ self.values) == self.bound


@dataclass(frozen=True)
class Allowance:
    """What an engine may spend: seconds, parallel searches; `cancelled` tells it to give up.

    It says when it is `under_way`: then the interpreter is free for something else.
    """

    seconds: float
    workers: int
    seed: int
    cancelled: Callable[[], bool]
    under_way: Callable[[], None] = lambda: None


class Optimum(NamedTuple):
    """Where a relaxation is best: the value of each column, and the price of each row.

    The basis, if the engine tells one, is where another search can start.
    """

    values: FloatArray
    prices: FloatArray
    basis: Basis | None


class Engine(Protocol):
    """Maximizes a linear objective over a model."""

    def maximize(
        self, model: Model, objective: IntArray, incumbent: IntArray, allowance: Allowance
    ) -> Outcome:
        """The best values found and a true bound. `incumbent` is a known solution to start from."""
