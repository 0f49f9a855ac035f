"""A solution in the making: its values, the activity of every row, the room in every group."""

from collections.abc import Collection

import numpy as np

from solver.columns import Columns
from solver.formulation import Formulation
from solver.ragged import BoolArray
from solver.rows import UNBOUNDED
from solver.schedules import Choice, Option, Unit, choice, moments_of
from solver.tables import NOWHERE
from solver.timeline import minutes_by_day


class Board:
    """Begins with today's seats, and takes one option after the other that no row forbids.

    Proposed groups are closed but those that are opened, which may still lack members.
    """

    def __init__(self, formulation: Formulation, opened: Collection[int] = ()) -> None:
        columns, rows = formulation.columns, formulation.model.rows
        self.values = formulation.keep_every_seat()
        self._columns, self._rows = columns, rows
        self._activity = np.zeros(len(rows), dtype=np.int64)
        np.add.at(self._activity, rows.row, rows.coefficient * self.values[rows.column])
        self._terms = np.argsort(rows.column, kind="stable")
        self._first = np.searchsorted(rows.column[self._terms], np.arange(columns.count + 1))
        self._bits, self._group = moments_of(columns), columns.group.tolist()
        self._busy = self._kept_moments()
        tables = columns.tables
        wanted = np.bincount(columns.group[columns.new], minlength=len(tables.capacity))
        self._wanted = np.maximum(wanted, 1).tolist()
        self._left = np.where(tables.proposed, 0, tables.capacity - tables.members).tolist()
        # How many members an open group needs is asked at the end.
        self._lower = np.where(self._minima(), -UNBOUNDED, rows.lower)
        self._opened = [group for group in sorted(opened) if self.open(group)]

    def open(self, group: int) -> bool:
        """Open a proposed group, if the rules allow it beside those that are open."""
        opens = self._take([int(self._columns.open[group])])
        if opens:
            self._left[group] = int(self._columns.tables.capacity[group])
        return opens

    def below_minimum(self) -> list[int]:
        """The open groups that lack members, the emptiest first."""
        tables = self._columns.tables
        members = {g: int(tables.capacity[g]) - self._left[g] for g in self._opened}
        lacking = [g for g in self._opened if members[g] < tables.min_size[g]]
        return sorted(lacking, key=lambda group: members[group] / int(tables.min_size[group]))

    def choice(self, person: int, unit: Unit) -> Choice:
        """The options of a unit in what is left."""
        return choice(
            unit,
            moments=lambda seat: self._bits[self._group[seat]],
            room=lambda seat: self._left[self._group[seat]] / self._wanted[self._group[seat]],
            busy=self._busy.get(person, 0),
        )

    def place(self, option: Option) -> None:
        """Take the seats of the option, if every row allows it."""
        if self._take(_with_plan(self._columns, option.seats)):
            for seat in option.seats:
                self._left[self._group[seat]] -= 1

    def _take(self, taken: list[int]) -> bool:
        """Set columns to 1 if every row allows it."""
        terms = np.concatenate(
            [self._terms[self._first[column] : self._first[column + 1]] for column in taken]
        )
        touched = self._rows.row[terms]
        np.add.at(self._activity, touched, self._rows.coefficient[terms])
        activity = self._activity[touched]
        lower, upper = self._lower[touched], self._rows.upper[touched]
        allowed = bool(np.all((lower <= activity) & (activity <= upper)))
        if allowed:
            self.values[taken] = 1
        else:
            np.subtract.at(self._activity, touched, self._rows.coefficient[terms])
        return allowed

    def _minima(self) -> BoolArray:
        """The rows that an open group breaks as long as it lacks members."""
        opens = np.zeros(self._columns.count, dtype=bool)
        opens[self._columns.open[self._columns.opening]] = True
        breaks = opens[self._rows.column] & (self._rows.coefficient < 0)
        return np.bincount(self._rows.row[breaks], minlength=len(self._rows)) > 0

    def _kept_moments(self) -> dict[int, int]:
        """Participant → the moments at which it sits somewhere today."""
        busy: dict[int, int] = {}
        for seat in np.flatnonzero(~self._columns.new).tolist():
            person = int(self._columns.owner[seat])
            busy[person] = busy.get(person, 0) | self._bits[self._group[seat]]
        return busy


def _with_plan(columns: Columns, seats: tuple[int, ...]) -> list[int]:
    """The seats and what they decide about their plan: that it is complete, and on which days."""
    plan = int(columns.plan_of[columns.request[seats[0]]])
    if plan == NOWHERE:
        return list(seats)
    problem = columns.tables.problem
    requests = [columns.tables.request_place[name] for name in problem.plans[plan].requests]
    kept = [int(columns.tables.seat[request]) for request in requests]
    groups = [int(columns.group[seat]) for seat in seats] + [g for g in kept if g != NOWHERE]
    offset = problem.participants[columns.owner[seats[0]]].day_offset_minutes
    days = {
        day
        for group in groups
        for day in minutes_by_day(problem.groups[group].meetings, problem.week_minutes, offset)
    }
    meets = [columns.plan_days[plan, day] for day in days if (plan, day) in columns.plan_days]
    return [*seats, int(columns.complete[plan]), *sorted(meets)]
