"""The baseline that booking tools are: first come, first served.

`python -m tests.bench.first_come PROBLEM.json`: whoever has waited longest takes the cheapest free
seat that fits, then the next; members who want to switch come after them. Requests stand in a
generated file in the order in which they were made. No group is opened, nobody is moved; a plan
is booked whole or not at all. Prints one JSON line a tier.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path

from solver import Problem, objectives, read_problem, violations
from solver.candidates import find_candidates
from solver.problem import Group, Plan, Request
from solver.roster import Roster
from solver.tables import Tables
from solver.timeline import minutes_by_day, overlap

_PLAN_TRIES = 200


class Bookings:
    """The seats that are taken so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.seats = {r.id: r.seat for r in problem.requests if r.seat is not None}
        self.members: dict[str, list[str]] = defaultdict(list)
        for request, group in self.seats.items():
            self.members[group].append(request)
        self.own: dict[str, list[str]] = defaultdict(list)
        for request in problem.requests:
            self.own[request.participant].append(request.id)
        self.apart = {*problem.keep_apart, *((q, p) for p, q in problem.keep_apart)}
        self.choices = _choices(problem)

    def book(self, request: Request) -> bool:
        """Take the cheapest seat that is free."""
        for group in self.choices[request.id]:
            if self._free(request, self.problem.group[group]):
                self._take(request, group)
                return True
        return False

    def book_plan(self, plan: Plan) -> None:
        """Take a seat for each request of the plan that lacks one, or none."""
        missing = [self.problem.request[r] for r in plan.requests if r not in self.seats]
        for groups in islice(product(*(self.choices[r.id] for r in missing)), _PLAN_TRIES):
            for request, group in zip(missing, groups, strict=True):
                if self._free(request, self.problem.group[group]):
                    self._take(request, group)
            if all(r in self.seats for r in plan.requests) and self._within_bounds(plan):
                return
            for request in missing:
                self._give_back(request)

    def _take(self, request: Request, group: str) -> None:
        self._give_back(request)
        self.seats[request.id] = group
        self.members[group].append(request.id)

    def _give_back(self, request: Request) -> None:
        if request.id in self.seats:
            self.members[self.seats.pop(request.id)].remove(request.id)

    def _free(self, request: Request, group: Group) -> bool:
        """Whether the new seat breaks no rule beside the seats that are taken."""
        present = self.members[group.id]
        others = [r for r in self.own[request.participant] if r in self.seats and r != request.id]
        theirs = [self.problem.group[self.seats[r]] for r in others]
        strangers = {(request.participant, self.problem.request[r].participant) for r in present}
        return (
            not group.proposed
            and len(present) < group.capacity
            and group not in theirs
            and not any(overlap(group.meetings, other.meetings) for other in theirs)
            and strangers.isdisjoint(self.apart)
            and all(
                not self._carries(request.id, limit.attribute, limit.value)
                or sum(self._carries(r, limit.attribute, limit.value) for r in present) < limit.max
                for limit in group.limits
            )
        )

    def _carries(self, request: str, attribute: str, value: str) -> bool:
        owner = self.problem.participant[self.problem.request[request].participant]
        return value in owner.attributes.get(attribute, ())

    def _within_bounds(self, plan: Plan) -> bool:
        owner = self.problem.participant[self.problem.request[plan.requests[0]].participant]
        groups = [self.problem.group[self.seats[r]] for r in plan.requests]
        meetings = [meeting for group in groups for meeting in group.meetings]
        days = minutes_by_day(meetings, self.problem.week_minutes, owner.day_offset_minutes)
        total = sum(group.minutes for group in groups) / self.problem.weeks
        return (
            (plan.min_minutes is None or total >= plan.min_minutes)
            and (plan.max_minutes is None or total <= plan.max_minutes)
            and (plan.min_days is None or len(days) >= plan.min_days)
            and all(
                plan.max_minutes_per_day is None or minutes <= plan.max_minutes_per_day
                for minutes in days.values()
            )
        )


def _choices(problem: Problem) -> dict[str, list[str]]:
    """Request → the groups that it could join, the cheapest first."""
    found = find_candidates(Tables(problem))
    offers: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for request, group, cost in zip(found.request, found.group, found.cost, strict=True):
        offers[problem.requests[request].id].append((int(cost), problem.groups[group].id))
    return {r.id: [group for _, group in sorted(offers[r.id])] for r in problem.requests}


def first_come(problem: Problem, arrived: list[str]) -> dict[str, str]:
    """The seats after everybody came in the given order of request ids."""
    bookings = Bookings(problem)
    plan_of = {r: plan for plan in problem.plans for r in plan.requests}
    for name in _waiting_then_switching(problem, arrived):
        request = problem.request[name]
        if name in plan_of:
            if request.waiting:
                bookings.book_plan(plan_of[name])
        else:
            bookings.book(request)
    return bookings.seats


def _waiting_then_switching(problem: Problem, arrived: list[str]) -> Iterator[str]:
    yield from (name for name in arrived if problem.request[name].waiting)
    yield from (name for name in arrived if problem.request[name].switching)


def main(path: str) -> None:
    content = Path(path).read_bytes()
    problem = read_problem(content)
    seats = first_come(problem, [request["id"] for request in json.loads(content)["requests"]])
    wrong = violations(problem, seats)
    if wrong:
        raise RuntimeError(f"first come, first served broke a rule: {wrong[0]}")
    roster = Roster(problem, seats)
    for tier in objectives.ALL:
        print(json.dumps({"tier": tier.NAME, "value": tier.value(roster)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
