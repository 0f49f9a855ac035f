"""What a change can place more at most, by the prices of seats.

The relaxation of the first tier puts a price on a seat in each group. By weak duality
(`solver.search.relaxation`) no match places more than all seats sold at their prices, together
with what each participant gains by its best schedule at these prices. A change touches a few of
these terms, which gives a bound on what it gains, however far its effects go: one more seat gains
no more than its price, and new hours no more than the participant gains by them at the prices.

A seat that loses more against this bound than a use of the change may lose has no part in any such
use. Where the relaxation is tight, that leaves out nearly everything.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from solver import constraints
from solver.changes import AddAvailability, AddSeat, Change, DropRequirement, MoveOne, OpenGroup
from solver.columns import Columns
from solver.constraints import alternatives, capacity, keep_apart, limits, opening, therapists
from solver.engines import Allowance
from solver.engines.lp import optimum
from solver.explanations.best_week import Unit, Way, best_week
from solver.formulation import Model
from solver.objectives import placed
from solver.search.relaxation import Relaxation, relaxation
from solver.tables import NOWHERE
from solver.ways import Ways

if TYPE_CHECKING:
    from solver.explanations.reach import Reach
    from solver.explanations.solved import Solved

_SECONDS = 30.0
#: The rules that participants share; all others are about one participant each.
_SHARED = (capacity, opening, keep_apart, limits, therapists, alternatives)


class SeatPrices:
    """Prices of a solved problem in which no settled member moves; in units of 1/scale priority.

    `gap` is what the relaxation leaves open above the solution.
    """

    def __init__(self, solved: "Solved", model: Model, relaxed: Relaxation) -> None:
        columns = solved.columns
        self._solved, self.scale = solved, relaxed.scale
        self.gap = relaxed.loss(placed.value(solved.roster))
        seats = zip(columns.request.tolist(), columns.group.tolist(), strict=True)
        self._column = {pair: column for column, pair in enumerate(seats)}
        self._most: dict[Change, float] = {}
        self._ways_of: dict[int, tuple[Way, ...]] = {}
        self._loss: list[int] = np.maximum(-relaxed.reduced_cost, 0).tolist()
        place = places(columns)
        self._worth = _worth(columns, model, relaxed, place.values())
        self._price = _by_group(columns, model, relaxed, place[capacity.NAME])
        # An open group's minimum rewards who comes in: these prices are negative.
        first = place[opening.NAME].start
        least = slice(first, first + len(columns.opening))
        self._reward = _by_group(columns, model, relaxed, least)

    def loses(self, request: int, group: int) -> float:
        """How much priority every match in which the request sits there loses to the bound."""
        column = self._column.get((request, group))
        return 0 if column is None else self._loss[column] / self.scale

    def most(self, change: Change, reach: "Reach") -> float:
        """What the change gains at most, in units of priority; infinite where prices do not say.

        What it reaches depends on the change alone, but for who is to be placed: it is asked once.
        """
        if change not in self._most:
            self._most[change] = self._gains(change, reach)
        return self._most[change]

    def _gains(self, change: Change, reach: "Reach") -> float:
        match change:
            case AddAvailability() | DropRequirement():
                gain: float = sum(self._rises(reach.pairs).values())
            case MoveOne():
                gain = self._of_move(change)
            case OpenGroup():
                group = self._solved.tables.group_place[change.group]
                gain = self._of_newcomers(group, self._opened(group), more=0)
            case _:
                group = self._solved.tables.group_place[change.group]
                seat = isinstance(change, AddSeat)
                gain = self._of_newcomers(group, self._rises(reach.pairs), more=int(seat))
                gain += self._price[group] if seat else 0
        return gain if gain == math.inf else (self.gap + gain) // self.scale

    def _of_newcomers(self, group: int, rises: Mapping[int, int], more: int) -> int:
        """The most that those who could not come in before may gain by the seats there are."""
        seats = max(0, self._seats(group) + more)
        return sum(sorted(rises.values(), reverse=True)[:seats])

    def _seats(self, group: int) -> int:
        """The seats that settled members leave to others."""
        solved = self._solved
        settled = sum(not solved.free[member] for member in solved.members[group])
        return solved.capacity[group] - settled

    def _of_move(self, change: MoveOne) -> float:
        """The seat left against the seat taken, if the member has no other part in the match."""
        solved = self._solved
        member = solved.tables.request_place[change.request]
        origin, to = (solved.tables.group_place[name] for name in (change.origin, change.to))
        person = solved.owner[member]
        others = any(solved.free[request] for request in solved.requests_of[person])
        if others or person in solved.apart or solved.problem.groups[origin].limits:
            return math.inf
        return self._price[origin] - self._entering(to)

    def _rises(self, pairs: Mapping[int, list[int]]) -> dict[int, int]:
        """Participant → what it could gain by the new pairs, at the prices."""
        new: dict[int, list[Way]] = {}
        for request, groups in pairs.items():
            for group in groups:
                if self._seats(group) > 0:
                    worth = self._priority(request) - self._entering(group)
                    way = Way(worth, self._solved.moments[group])
                    new.setdefault(request, []).append(way)
        return self._rising(new)

    def _opened(self, group: int) -> dict[int, int]:
        """Participant → what it could gain by a free seat in a group that is closed now."""
        moments = self._solved.moments[group]
        wanters = self._solved.wanters[group]
        return self._rising({r: [Way(self._priority(r), moments)] for r in wanters})

    def _rising(self, new: Mapping[int, Sequence[Way]]) -> dict[int, int]:
        people = {self._solved.owner[request] for request in new}
        return {person: self._rise(person, new) for person in people}

    def _rise(self, person: int, new: Mapping[int, Sequence[Way]]) -> int:
        """The participant's best week with the new ways against the one of the solution."""
        solved = self._solved
        units: dict[tuple[int, int], list[tuple[Way, ...]]] = {}
        today = 0
        for request in solved.requests_of[person]:
            if solved.free[request]:
                alone = solved.plan_of[request] == NOWHERE or not solved.waiting[request]
                unit = (NOWHERE, request) if alone else (solved.plan_of[request], NOWHERE)
                ways = *new.get(request, ()), *self._ways(request)
                units.setdefault(unit, []).append(ways)
                if not solved.unplaced(request):
                    today += self._worth[self._column[request, solved.now[request]]]
        week = [
            Unit(request != NOWHERE and not solved.waiting[request], tuple(ways))
            for (_, request), ways in units.items()
        ]
        return best_week(week) - today

    def _ways(self, request: int) -> tuple[Way, ...]:
        """The request's seats in the match, and the one that it may keep."""
        if request not in self._ways_of:
            self._ways_of[request] = tuple(self._each_way(request))
        return self._ways_of[request]

    def _each_way(self, request: int) -> Iterator[Way]:
        solved = self._solved
        for group in solved.ways[request]:
            yield Way(self._worth[self._column[request, group]], solved.moments[group])
        seat = solved.seat[request]
        if seat != NOWHERE:
            # Kept seats may overlap.
            yield Way(self._worth[self._column[request, seat]], 0)

    def _entering(self, group: int) -> int:
        """What a seat costs somebody for whom it was not there before."""
        return self._price[group] + self._reward[group]

    def _priority(self, request: int) -> int:
        """What placing the request adds to the first tier."""
        waits = self._solved.waiting[request]
        return self._solved.priority[request] * self.scale if waits else 0


def seat_prices(solved: "Solved", stopped: Callable[[], bool]) -> SeatPrices | None:
    """The prices of a solved problem; None where settled members may move, or time is over."""
    if solved.problem.max_moves != 0:
        return None
    formulation = solved.formulation
    columns = formulation.columns
    ways = Ways(columns)
    model = ways.model(formulation)
    objective = np.zeros(model.columns, dtype=np.int64)
    objective[: columns.count] = formulation.tiers[0]
    allowance = Allowance(_SECONDS, workers=1, seed=0, cancelled=stopped)
    found = optimum(model, objective, allowance)
    relaxed = found and relaxation(model, objective, found.prices)
    return None if relaxed is None else SeatPrices(solved, model, relaxed)


def places(columns: Columns) -> dict[str, slice]:
    """Shared rule → where its rows stand; those of plans, which ways replace, come later."""
    counts = [len(rule.rows(columns)) for rule in constraints.ALL]
    ends = np.cumsum(counts).tolist()
    return {
        rule.NAME: slice(end - count, end)
        for rule, count, end in zip(constraints.ALL, counts, ends, strict=True)
        if rule in _SHARED
    }


def _worth(
    columns: Columns, model: Model, relaxed: Relaxation, places: Iterable[slice]
) -> list[int]:
    """What each seat is worth after the prices of the shared rules."""
    price = np.zeros_like(relaxed.price)
    for place in places:
        price[place] = relaxed.price[place]
    rows = model.rows
    worth = np.zeros(model.columns, dtype=np.int64)
    worth[: columns.count] = relaxed.scale * placed.coefficients(columns)
    np.subtract.at(worth, rows.column, rows.coefficient * price[rows.row])
    found: list[int] = worth[: columns.seats].tolist()
    return found


def _by_group(columns: Columns, model: Model, relaxed: Relaxation, place: slice) -> list[int]:
    """Group → the price of its row among those of the rule at this place."""
    rows = model.rows
    here = (rows.row >= place.start) & (rows.row < place.stop) & (rows.column < columns.seats)
    price = np.zeros(len(columns.tables.capacity), dtype=np.int64)
    price[columns.group[rows.column[here]]] = relaxed.price[rows.row[here]]
    found: list[int] = price.tolist()
    return found
