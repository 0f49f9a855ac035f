"""Tier 5, the less the better: what the new seats cost in topic, time, group and therapist."""

import numpy as np

from solver.columns import Columns
from solver.problem import Group, Participant, Request
from solver.ragged import IntArray
from solver.roster import Roster
from solver.timeline import time_cost

NAME = "cost"
MAXIMIZED = False


def coefficients(columns: Columns) -> IntArray:
    costs = np.zeros(columns.count, dtype=np.int64)
    costs[: columns.seats] = columns.cost
    return costs


def value(roster: Roster) -> int:
    new = (seat for seat in roster.seats if seat.new)
    return sum(seat_cost(roster.person(seat), seat.request, seat.group) for seat in new)


def seat_cost(person: Participant, request: Request, group: Group) -> int:
    """What a new seat of the request in the group costs."""
    return (
        request.topics.get(group.topic, 0)
        + time_cost(person.available, group.meetings)
        + request.group_cost.get(group.id, 0)
        + sum(request.therapist_cost.get(therapist, 0) for therapist in group.therapists)
    )
