"""An assignment of requests to groups, seen from every side; and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from solver.problem import Group, Participant, Problem, Request


class Seat(NamedTuple):
    """`new` unless a seated request stays where it sits."""

    request: Request
    group: Group
    new: bool


@dataclass(frozen=True)
class Violation:
    """A rule that an assignment breaks, how, and by whom.

    It is `standing` if no new seat has a part in it: then it is a warning and no violation.
    """

    rule: str
    detail: str
    requests: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    plan: str | None = None
    therapist: str | None = None
    standing: bool = False

    def as_json(self) -> dict[str, object]:
        """The rule, the ids that it concerns (one id, or a list of them), and the detail."""
        content: dict[str, object] = {"rule": self.rule}
        for noun in ("request", "group", "participant"):
            ids = getattr(self, f"{noun}s")
            if ids:
                content |= {noun: ids[0]} if len(ids) == 1 else {f"{noun}s": list(ids)}
        for noun in ("plan", "therapist"):
            if getattr(self, noun) is not None:
                content[noun] = getattr(self, noun)
        return content | {"detail": self.detail}


@dataclass(frozen=True)
class Roster:
    """Who sits where: `assignment` maps the ids of requests to ids of groups."""

    problem: Problem
    assignment: Mapping[str, str]

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """In the order of the request ids."""
        pairs = (
            (self.problem.request[request], self.problem.group[group])
            for request, group in sorted(self.assignment.items())
        )
        return tuple(Seat(request, group, request.seat != group.id) for request, group in pairs)

    @cached_property
    def by_group(self) -> Mapping[str, list[Seat]]:
        """Every group with its seats."""
        seats: dict[str, list[Seat]] = {group.id: [] for group in self.problem.groups}
        for seat in self.seats:
            seats[seat.group.id].append(seat)
        return seats

    @cached_property
    def by_participant(self) -> Mapping[str, list[Seat]]:
        """Every participant with its seats."""
        seats: dict[str, list[Seat]] = {person.id: [] for person in self.problem.participants}
        for seat in self.seats:
            seats[seat.request.participant].append(seat)
        return seats

    @cached_property
    def by_request(self) -> Mapping[str, Seat]:
        return {seat.request.id: seat for seat in self.seats}

    @cached_property
    def opened(self) -> tuple[str, ...]:
        """The proposed groups in which somebody sits."""
        return tuple(sorted({seat.group.id for seat in self.seats if seat.group.proposed}))

    @cached_property
    def unplaced(self) -> tuple[Request, ...]:
        """The waiting requests without a seat."""
        requests = self.problem.requests
        return tuple(r for r in requests if r.waiting and r.id not in self.assignment)

    def is_open(self, group: Group) -> bool:
        """A running group is open; a proposed one if somebody sits in it."""
        return not group.proposed or bool(self.by_group[group.id])

    def person(self, seat: Seat) -> Participant:
        return self.problem.participant[seat.request.participant]
