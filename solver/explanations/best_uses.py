"""The best use of one change after the other, each found from where the match itself is best.

A change only alters bounds (`solver.explanations.possible_seats`), after which the dual simplex
method needs a few steps. The prices that it ends with prove what the change gains at most. It
mostly ends in whole numbers, and otherwise a few branches do: these are a best use, which counts
once the rules themselves have checked it.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.changes import Change
from solver.engines import Basis, Optimum
from solver.engines.warm import Nothing
from solver.explanations.chains import Step
from solver.explanations.host import Bounds, Host
from solver.explanations.possible_seats import PossibleSeats
from solver.ragged import IntArray
from solver.search.relaxation import FloatArray, relaxation

if TYPE_CHECKING:
    from solver.explanations.reach import Reach
    from solver.explanations.solved import Solved

_NEAR = 1e-6
#: Relaxations that are solved for one change before it is given up.
_MOST_BRANCHES = 40
_LARGEST = 2**62


class BestUse(NamedTuple):
    """What a change gains at most, and who sits elsewhere in a best use of it.

    `steps` are None where they are not known.
    """

    most: int
    steps: tuple[Step, ...] | None = None


class BestUses:
    """Of all uses of a change that place the most, the best one grants the most wishes.

    Who waits and has a seat in the solution wishes for one, and who is asked about. A unit of the
    first tier is worth more than all wishes, and a wish more than all who stay where they are.
    """

    def __init__(self, solved: "Solved") -> None:
        self._possible = PossibleSeats(solved)
        columns, placed = self._possible.columns, self._possible.placed
        seated = [r for r, waits in enumerate(solved.waiting) if waits and not solved.unplaced(r)]
        self._kept = self._possible.kept
        self._value = sum(solved.priority[request] for request in seated)
        self._stays = np.array(solved.now)[columns.request] == columns.group
        self._unit = max(1, int(np.gcd.reduce(placed)))
        self._wish = int(self._stays.sum()) + 1
        self._worth = self._wish * (len(seated) + 2)
        self._objective = placed // self._unit * self._worth
        self._objective[: columns.seats] += self._stays
        self._objective[list(self._possible.wish.values())] = self._wish
        self._host = Host(self._possible.model, self._objective, self._possible.today)

    def best(self, change: Change, reach: "Reach", place: int | None, least: int) -> BestUse | None:
        """A best use of a change that gains `least`; None where it is not found.

        The use takes a seat from nobody, and if there is a request that is asked about, none does
        that places more. Gains nothing if there is no such use.
        """
        bounds = self._possible.after(change, reach)
        if bounds is None:
            return None
        if place is not None and place not in self._possible.wish:
            return BestUse(0)
        if place is None:
            bounds.least[self._kept] = 1
        else:
            bounds.most[self._possible.wish[place]] = 1
        wishes = len(self._kept) + (place is not None)
        units = -(-(self._value + least) // self._unit)
        needed = units * self._worth + wishes * self._wish
        with self._host.asked(bounds) as basis:
            most, values = self._searched(bounds, basis, needed)
        gain = most // self._worth * self._unit - self._value
        if values is None:
            return BestUse(gain if most >= needed else 0)
        return BestUse(gain, self._steps(values)) if values[self._kept].all() else BestUse(0)

    def _searched(
        self, root: Bounds, basis: Basis | None, needed: int
    ) -> tuple[int, IntArray | None]:
        """What no values exceed, and values that attain it but for who stays where they are.

        It is less than what is needed if no values attain that. No values where too many branches
        are left.
        """
        most, best, values = _LARGEST, needed - 1, None
        branches: list[tuple[Bounds, Basis | None]] = [(root, basis)]
        for _ in range(_MOST_BRANCHES):
            if not branches:
                return best, values
            bounds, basis = branches.pop()
            found = self._host.optimum(bounds, basis)
            if found is Nothing.EMPTY:
                continue
            if found is Nothing.UNKNOWN:
                break
            bound = self._bound(found.prices, bounds)
            most = min(most, bound) if bounds is root else most
            if bound // self._wish <= best // self._wish:
                continue
            whole = self._whole(found.values)
            if whole is None:
                branches += self._branches(bounds, found)
            elif int(self._objective @ whole) // self._wish == bound // self._wish:
                best, values = bound, whole
            else:
                break
        return most, None

    def _whole(self, values: FloatArray) -> IntArray | None:
        """The values, if they are whole and satisfy the rows."""
        whole = np.rint(values).astype(np.int64)
        near = np.abs(values - whole).max(initial=0) < _NEAR
        return whole if near and self._possible.model.admits(whole) else None

    def _branches(self, bounds: Bounds, found: Optimum) -> list[tuple[Bounds, Basis | None]]:
        """Without some column that is not whole, and with it, which is looked at first."""
        apart = np.abs(found.values - np.rint(found.values))
        # Whether a group opens or a plan is complete decides more than a seat does.
        apart[self._possible.columns.seats : self._possible.columns.count] *= 2
        column = int(apart.argmax())
        least, most = bounds.least.copy(), bounds.most.copy()
        least[column], most[column] = 1, 0
        without, with_it = Bounds(bounds.least, most), Bounds(least, bounds.most)
        return [(without, found.basis), (with_it, found.basis)]

    def _bound(self, prices: FloatArray, bounds: Bounds) -> int:
        """What no values between the bounds exceed."""
        relaxed = relaxation(self._possible.model, self._objective, prices)
        if relaxed is None:
            return _LARGEST
        gained = relaxed.reduced_cost
        within = np.where(gained > 0, gained * bounds.most, gained * bounds.least)
        return int(relaxed.bound - np.maximum(gained, 0).sum() + within.sum()) // relaxed.scale

    def _steps(self, values: IntArray) -> tuple[Step, ...]:
        columns = self._possible.columns
        taken = np.flatnonzero((values[: columns.seats] > 0) & ~self._stays)
        pairs = zip(columns.request[taken].tolist(), columns.group[taken].tolist(), strict=True)
        return tuple(Step(request, group) for request, group in pairs)
