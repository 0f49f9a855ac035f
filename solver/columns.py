"""What is decided: each column is one yes-or-no of the model.

First the seats (new ones, then kept ones), then the proposed groups that may open, the plans
that may be completed, the days on which such a plan meets, and the limits exceeded today.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from solver.candidates import Candidates
from solver.problem import Limit
from solver.ragged import BoolArray, IntArray
from solver.tables import NOWHERE, Tables
from solver.timeline import DAY


@dataclass(frozen=True)
class Columns:
    """Seat columns are numbered from 0; `request`, `group`, `new` and `cost` describe them."""

    tables: Tables
    candidates: Candidates

    @cached_property
    def seated(self) -> IntArray:
        """The requests that hold a seat today, each of which may keep it."""
        return np.flatnonzero(~self.tables.waiting)

    @cached_property
    def request(self) -> IntArray:
        return np.concatenate([self.candidates.request, self.seated])

    @cached_property
    def group(self) -> IntArray:
        return np.concatenate([self.candidates.group, self.tables.seat[self.seated]])

    @cached_property
    def cost(self) -> IntArray:
        return np.concatenate([self.candidates.cost, np.zeros_like(self.seated)])

    @cached_property
    def new(self) -> BoolArray:
        return np.arange(self.seats) < len(self.candidates.request)

    @cached_property
    def owner(self) -> IntArray:
        """The participant of each seat column."""
        return self.tables.owner[self.request]

    @property
    def seats(self) -> int:
        return len(self.candidates.request) + len(self.seated)

    @cached_property
    def opening(self) -> IntArray:
        """The proposed groups, in the order of their columns."""
        return np.flatnonzero(self.tables.proposed)

    @cached_property
    def open(self) -> IntArray:
        """Group → its opening column, or NOWHERE for a running group."""
        return _numbering(self.opening, self.seats, len(self.tables.problem.groups))

    @cached_property
    def plan_of(self) -> IntArray:
        """Request → its plan, or NOWHERE."""
        plan_of = np.full(len(self.tables.problem.requests), NOWHERE)
        for place, plan in enumerate(self.tables.problem.plans):
            plan_of[[self.tables.request_place[name] for name in plan.requests]] = place
        return plan_of

    @cached_property
    def completing(self) -> IntArray:
        """The plans that could get a new seat, in the order of their columns."""
        plans = self.plan_of[self.request[self.new]]
        return np.unique(plans[plans != NOWHERE])

    @cached_property
    def complete(self) -> IntArray:
        """Plan → the column that says it is complete and has a new seat, or NOWHERE."""
        first = self.seats + len(self.opening)
        return _numbering(self.completing, first, len(self.tables.problem.plans))

    @property
    def days(self) -> int:
        """The days of a representative week."""
        return -(-self.tables.problem.week_minutes // DAY)

    @cached_property
    def plan_days(self) -> dict[tuple[int, int], int]:
        """Plan and day → the column that says the plan meets then; for plans with `min_days`."""
        first = self.seats + len(self.opening) + len(self.completing)
        plans = self.tables.problem.plans
        spread = [plan for plan in self.completing.tolist() if plans[plan].min_days]
        pairs = product(spread, range(self.days))
        return {pair: first + number for number, pair in enumerate(pairs)}

    @cached_property
    def meets(self) -> IntArray:
        """Plan · days + day → the column of `plan_days`, or NOWHERE."""
        meets = np.full(len(self.tables.problem.plans) * self.days, NOWHERE)
        meets[[plan * self.days + day for plan, day in self.plan_days]] = [*self.plan_days.values()]
        return meets

    @cached_property
    def exceeded(self) -> dict[tuple[int, Limit], int]:
        """Group and limit that stands exceeded → the column that says a new carrier comes in."""
        first = self.seats + len(self.opening) + len(self.completing) + len(self.plan_days)
        problem, seated = self.tables.problem, self.seated
        carried: Counter[tuple[int, Limit]] = Counter()
        owners, places = self.tables.owner[seated].tolist(), self.tables.seat[seated].tolist()
        for owner, place in zip(owners, places, strict=True):
            attributes = problem.participants[owner].attributes
            for limit in dict.fromkeys(problem.groups[place].limits):
                if limit.value in attributes.get(limit.attribute, ()):
                    carried[place, limit] += 1
        over = sorted(key for key, count in carried.items() if count > key[1].max)
        return {key: first + number for number, key in enumerate(over)}

    @cached_property
    def count(self) -> int:
        groups_and_plans = len(self.opening) + len(self.completing)
        return self.seats + groups_and_plans + len(self.plan_days) + len(self.exceeded)


def _numbering(chosen: IntArray, first: int, count: int) -> IntArray:
    numbering = np.full(count, NOWHERE)
    numbering[chosen] = first + np.arange(len(chosen))
    return numbering
