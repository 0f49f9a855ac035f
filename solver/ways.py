"""The plans with bounds, stated as a choice among the ways to complete them.

The rows of `solver.constraints.plans` say what a plan may be, but their relaxation lets it be
complete by halves of weeks that would each break a bound. Where a plan has few *ways* (one seat
for each of its requests, at least one of them new, that do not overlap and keep the bounds), a
column w for each of them takes the place of its rows:

    Σ w = complete
    Σ w that take x = x       for each new seat x of the plan
"""

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np

from solver.columns import Columns
from solver.constraints.plans import days_met
from solver.formulation import Formulation, Model
from solver.problem import Plan
from solver.ragged import BoolArray, integers
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.schedules import moments_of
from solver.tables import NOWHERE

_MOST_WAYS = 500


class Ways:
    """The ways of every plan that has bounds and few of them; their columns follow all others.

    `seats` are the seat columns of each way.
    """

    def __init__(self, columns: Columns, pause: Callable[[], None] = lambda: None) -> None:
        self.columns = columns
        self.plans: list[int] = []
        self.plan: list[int] = []
        self.seats: list[tuple[int, ...]] = []
        search = _Search(columns)
        for plan in columns.completing.tolist():
            pause()
            if _bounded(columns.tables.problem.plans[plan]):
                found = search.ways(plan)
                if found is not None:
                    self.plans.append(plan)
                    self.plan += [plan] * len(found)
                    self.seats += found

    def model(self, formulation: Formulation) -> Model:
        """The model of the formulation with the ways in it."""
        rows = [self.others(formulation), *self._rows()]
        return Model(self.columns.count + len(self.seats), stacked(rows))

    def others(self, formulation: Formulation) -> Rows:
        """The rows of the formulation that the ways do not replace."""
        return _without(formulation.model.rows, self.replaced)

    @property
    def replaced(self) -> BoolArray:
        """The columns of which only rows speak that the ways replace."""
        replaced = np.zeros(self.columns.count, dtype=np.bool_)
        replaced[self.columns.complete[integers(self.plans)]] = True
        days = self.columns.meets.reshape(-1, self.columns.days)[integers(self.plans)]
        replaced[days[days != NOWHERE]] = True
        return replaced

    def _rows(self) -> Iterator[Rows]:
        columns, way = self.columns, np.arange(len(self.seats))
        first, plans = columns.count, integers(self.plans)
        yield linear(
            np.concatenate([np.searchsorted(plans, integers(self.plan)), np.arange(len(plans))]),
            np.concatenate([first + way, columns.complete[plans]]),
            np.repeat([1, -1], [len(way), len(plans)]),
            count=len(plans),
            lower=0,
            upper=0,
        )
        seats = np.flatnonzero(columns.new & np.isin(columns.plan_of[columns.request], plans))
        taken = integers(chain.from_iterable(self.seats))
        taking = np.repeat(way, integers(map(len, self.seats)))
        new = columns.new[taken]
        yield linear(
            np.concatenate([np.searchsorted(seats, taken[new]), np.arange(len(seats))]),
            np.concatenate([first + taking[new], seats]),
            np.repeat([1, -1], [int(new.sum()), len(seats)]),
            count=len(seats),
            lower=0,
            upper=0,
        )


def _bounded(plan: Plan) -> bool:
    bounds = (plan.min_minutes, plan.max_minutes, plan.min_days, plan.max_minutes_per_day)
    return any(bound is not None for bound in bounds)


def _without(rows: Rows, columns: BoolArray) -> Rows:
    """The rows in which none of the columns stands."""
    dropped = np.zeros(len(rows), dtype=np.bool_)
    dropped[rows.row[columns[rows.column]]] = True
    number, kept = np.cumsum(~dropped) - 1, ~dropped[rows.row]
    return Rows(
        number[rows.row[kept]],
        rows.column[kept],
        rows.coefficient[kept],
        rows.lower[~dropped],
        rows.upper[~dropped],
    )


class _Search:
    """Finds the ways of one plan after the other."""

    def __init__(self, columns: Columns) -> None:
        self._columns, self._tables = columns, columns.tables
        in_plan = np.flatnonzero(columns.plan_of[columns.request] != NOWHERE)
        bits, group, new = moments_of(columns), columns.group, columns.new
        self._seats: dict[int, list[tuple[int, int, bool]]] = {}
        for seat in in_plan.tolist():
            entry = (seat, bits[group[seat]], bool(new[seat]))
            self._seats.setdefault(int(columns.request[seat]), []).append(entry)
        place, day, minutes = days_met(columns, in_plan)
        self._row = np.full(columns.seats, NOWHERE)
        self._row[in_plan] = np.arange(len(in_plan))
        self._minutes_on = np.zeros((len(in_plan), columns.days), dtype=np.int64)
        np.add.at(self._minutes_on, (place, day), minutes)

    def ways(self, place: int) -> list[tuple[int, ...]] | None:
        """The ways to complete a plan; None if they are many."""
        plan = self._tables.problem.plans[place]
        found: list[tuple[tuple[int, ...], int, int]] = [((), 0, 0)]
        for name in plan.requests:
            seats = self._seats.get(self._tables.request_place[name], [])
            found = [
                ((*chosen, seat), kept | moments * (not new), taken | moments * new)
                for chosen, kept, taken in found
                for seat, moments, new in seats
                if not moments & (taken | kept * new)
            ]
            if len(found) > _MOST_WAYS:
                return None
        some_new = [chosen for chosen, _, taken in found if taken]
        return self._within_bounds(plan, some_new)

    def _within_bounds(self, plan: Plan, ways: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        if not ways:
            return []
        seats = np.array(ways, dtype=np.int64)
        week = self._tables.minutes[self._columns.group[seats]].sum(axis=1)
        on_day = self._minutes_on[self._row[seats]].sum(axis=1)
        weeks = self._tables.problem.weeks
        good = np.ones(len(ways), dtype=np.bool_)
        if plan.min_minutes is not None:
            good &= week >= plan.min_minutes * weeks
        if plan.max_minutes is not None:
            good &= week <= plan.max_minutes * weeks
        if plan.min_days is not None:
            good &= (on_day > 0).sum(axis=1) >= plan.min_days
        if plan.max_minutes_per_day is not None:
            good &= on_day.max(axis=1) <= plan.max_minutes_per_day
        return [way for way, fits in zip(ways, good.tolist(), strict=True) if fits]
