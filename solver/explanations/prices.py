"""What a change can place more at most, by the prices of seats.

The relaxation of the first tier puts a price on a seat in each group. By weak duality
(`solver.search.relaxation`) no match places more than all seats sold at their prices, together
with what each participant gains by its best schedule at these prices. A change touches a few of
these terms, which gives a bound on what it gains, however far its effects go: one more seat gains
no more than its price, and new hours no more than the participant gains by them at the prices.

A seat that loses more against this bound than a use of the change may lose has no part in any such
use. Where the relaxation is tight, that leaves out nearly everything.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from solver import constraints
from solver.changes import AddAvailability, AddSeat, Change, DropRequirement, MoveOne, OpenGroup
from solver.columns import Columns
from solver.constraints import alternatives, capacity, keep_apart, limits, opening, therapists
from solver.engines import Allowance
from solver.engines.lp import optimum
from solver.explanations.best_week import Unit, Way, best_week
from solver.formulation import Formulation, Model
from solver.objectives import placed
from solver.ragged import IntArray
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
    """Prices of a solved problem in units of 1/scale priority, `per_move` that of each move.

    What is said of changes holds where no settled member may move.

    `gap` is what the relaxation leaves open above the solution. What is placed more is always a
    multiple of `unit`.
    """

    def __init__(self, solved: "Solved", model: Model, relaxed: Relaxation) -> None:
        columns = solved.columns
        self._solved, self.scale = solved, relaxed.scale
        waiting = columns.tables.priority[columns.tables.waiting]
        self.unit = max(1, int(np.gcd.reduce(waiting)))
        self.gap = relaxed.loss(placed.value(solved.roster))
        seats = zip(columns.request.tolist(), columns.group.tolist(), strict=True)
        self._column = {pair: column for column, pair in enumerate(seats)}
        self._allowed: dict[Change, int] = {}
        self._ways_of: dict[int, tuple[Way, ...]] = {}
        self._loss: list[int] = np.maximum(-relaxed.reduced_cost, 0).tolist()
        place = places(columns)
        self._worth = _worth(columns, model, relaxed, place.values())
        self._price = _by_group(columns, model, relaxed, place[capacity.NAME])
        # An open group's minimum rewards who comes in: these prices are negative.
        first = place[opening.NAME].start
        least = slice(first, first + len(columns.opening))
        self._reward = _by_group(columns, model, relaxed, least)
        self.per_move = _of_moves(columns, model, relaxed)
        # What opening it loses: the prices of seats that a change makes possible may add up to it.
        shut = np.zeros(len(self._price), dtype=np.int64)
        opens = columns.open[columns.opening]
        shut[columns.opening] = np.maximum(-relaxed.reduced_cost[opens], 0)
        self._shut: list[int] = shut.tolist()

    def loses(self, request: int, group: int) -> float:
        """How much priority every match in which the request sits there loses to the bound."""
        column = self._column.get((request, group))
        return 0 if column is None else self._loss[column] / self.scale

    def most(self, change: Change, reach: "Reach") -> int:
        """What the change gains at most, in priority."""
        return self.most_of(self.allows(change, reach))

    def most_of(self, allowed: int) -> int:
        """The most that can be placed more where the bound rises to so much, in 1/scale."""
        return allowed // self.scale // self.unit * self.unit

    def allows(self, change: Change, reach: "Reach") -> int:
        """What the bound after the change is above the solution, in 1/scale priority.

        What it reaches depends on the change alone, but for who is to be placed: it is asked once.
        """
        if change not in self._allowed:
            self._allowed[change] = self.gap + self._gains(change, reach)
        return self._allowed[change]

    def allows_of(self, pairs: Mapping[int, list[int]]) -> int:
        """The same after any change that makes some of these pairs of one participant possible."""
        return self.gap + self.rise_of_one(pairs)

    def _gains(self, change: Change, reach: "Reach") -> int:
        match change:
            case AddAvailability() | DropRequirement():
                return self.rise_of_one(reach.pairs)
            case MoveOne():
                return self._of_move(change, reach)
            case OpenGroup():
                group = self._solved.tables.group_place[change.group]
                return self._of_newcomers(group, self._opened(group), more=0)
            case _:
                group = self._solved.tables.group_place[change.group]
                seat = isinstance(change, AddSeat)
                gain = self._of_newcomers(group, self._rises(reach.pairs), more=int(seat))
                gain = max(0, gain - self._shut[group])
                return gain + (self._price[group] if seat else 0)

    def moving(self, member: int, groups: Iterable[int]) -> int:
        """What the seat of a settled member is worth more than the best of those in the groups."""
        seat = self._worth[self._column[member, self._solved.seat[member]]]
        return max(-self._entering(group) for group in groups) - seat

    def rise_of_one(self, pairs: Mapping[int, list[int]], freed: Container[int] = ()) -> int:
        """What one participant could gain by new pairs, each group opened for it alone.

        In the groups that are `freed` settled members leave a seat.
        """
        return sum(self._rises(pairs, opening=self._shut, freed=freed).values())

    def _of_newcomers(self, group: int, rises: Mapping[int, int], more: int) -> int:
        """The most that those who could not come in before may gain by the seats there are."""
        seats = max(0, self._seats(group) + more)
        return sum(sorted(rises.values(), reverse=True)[:seats])

    def _seats(self, group: int) -> int:
        """The seats that settled members leave to others."""
        solved = self._solved
        settled = sum(not solved.free[member] for member in solved.members[group])
        return solved.capacity[group] - settled

    def _of_move(self, change: MoveOne, reach: "Reach") -> int:
        """The seat left against the seat taken, and what the member's other requests may gain."""
        solved = self._solved
        member = solved.tables.request_place[change.request]
        origin, to = (solved.tables.group_place[name] for name in (change.origin, change.to))
        others = {request: groups for request, groups in reach.pairs.items() if request != member}
        left = -self._worth[self._column[member, origin]]
        return left - self._entering(to) + self.rise_of_one(others, freed={origin})

    def _rises(
        self,
        pairs: Mapping[int, list[int]],
        opening: Sequence[int] | None = None,
        freed: Container[int] = (),
    ) -> dict[int, int]:
        """Participant → what it could gain by the new pairs, at the prices.

        Group → what `opening` it costs, where each group is opened for one of them alone.
        """
        new: dict[int, list[Way]] = {}
        for request, groups in pairs.items():
            for group in groups:
                if self._seats(group) > 0 or group in freed:
                    worth = self._priority(request) - self._entering(group)
                    worth -= opening[group] if opening else 0
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
        free = [request for request in solved.requests_of[person] if solved.free[request]]
        if len(free) == 1 and self._alone(free[0]):
            return self._rise_of_one(free[0], new.get(free[0], ()))
        units: dict[tuple[int, int], list[tuple[Way, ...]]] = {}
        today = 0
        for request in free:
            alone = self._alone(request)
            unit = (NOWHERE, request) if alone else (solved.plan_of[request], NOWHERE)
            units.setdefault(unit, []).append((*new.get(request, ()), *self._ways(request)))
            today += self._today(request)
        week = [
            Unit(request != NOWHERE and not solved.waiting[request], tuple(ways))
            for (_, request), ways in units.items()
        ]
        return best_week(week) - today

    def _rise_of_one(self, request: int, new: Sequence[Way]) -> int:
        """The same for a participant who has nothing else to decide."""
        least = [0] if self._solved.waiting[request] else []
        worths = (way.worth for ways in (new, self._ways(request)) for way in ways)
        return max((*least, *worths)) - self._today(request)

    def _alone(self, request: int) -> bool:
        """Whether its seat does not depend on a plan."""
        return self._solved.plan_of[request] == NOWHERE or not self._solved.waiting[request]

    def _today(self, request: int) -> int:
        """What its seat in the solution is worth."""
        seat = self._solved.now[request]
        return 0 if seat == NOWHERE else self._worth[self._column[request, seat]]

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
    return None if solved.problem.max_moves != 0 else prices_of(solved, stopped)


def prices_of(solved: "Solved", stopped: Callable[[], bool] = lambda: False) -> SeatPrices | None:
    """The prices also where settled members may move; None where time is over."""
    allowance = Allowance(_SECONDS, workers=1, seed=0, cancelled=stopped)
    model, objective = _first_tier(solved.formulation)
    relaxed = _relaxed(model, objective, allowance)
    return None if relaxed is None else SeatPrices(solved, model, relaxed)


def relaxed_placed(formulation: Formulation, allowance: Allowance) -> Relaxation | None:
    """The relaxation of the first tier; None if time is over."""
    return _relaxed(*_first_tier(formulation), allowance)


def _first_tier(formulation: Formulation) -> tuple[Model, IntArray]:
    """The model with the ways of plans, and what its columns add to the first tier."""
    columns = formulation.columns
    model = Ways(columns).model(formulation)
    objective = np.zeros(model.columns, dtype=np.int64)
    objective[: columns.count] = formulation.tiers[0]
    return model, objective


def _relaxed(model: Model, objective: IntArray, allowance: Allowance) -> Relaxation | None:
    found = optimum(model, objective, allowance)
    return found and relaxation(model, objective, found.prices)


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


def _of_moves(columns: Columns, model: Model, relaxed: Relaxation) -> int:
    """The price of the row of `solver.constraints.moves`: the one of all new seats of settled ones.

    No more than that, if other rows have the same terms; 0 if there is none.
    """
    moves = np.flatnonzero(columns.new & columns.tables.settled[columns.request])
    rows = model.rows.row[model.terms_of_column.spread(moves[:1])[1]]
    terms = (
        model.rows.column[model.terms_of_row.spread(rows[n : n + 1])[1]] for n in range(len(rows))
    )
    same = [np.array_equal(np.sort(columns_of_row), moves) for columns_of_row in terms]
    upper = model.rows.upper[rows] == columns.tables.problem.max_moves
    prices = relaxed.price[rows[np.array(same, dtype=np.bool_) & upper]]
    return max(0, int(prices.min())) if len(prices) else 0


def _by_group(columns: Columns, model: Model, relaxed: Relaxation, place: slice) -> list[int]:
    """Group → the price of its row among those of the rule at this place."""
    rows = model.rows
    here = (rows.row >= place.start) & (rows.row < place.stop) & (rows.column < columns.seats)
    price = np.zeros(len(columns.tables.capacity), dtype=np.int64)
    price[columns.group[rows.column[here]]] = relaxed.price[rows.row[here]]
    found: list[int] = price.tolist()
    return found
