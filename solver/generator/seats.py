"""The seats that people already hold: requests of the past, granted as they came."""

from collections import defaultdict
from random import Random

from solver.generator.eligibility import suits
from solver.generator.program import Group, Program, Request
from solver.generator.requests import MIN_PLAN_MINUTES

#: How many of a hundred requests came before today; the rest are new and wait.
_EARLIER_PERCENT = 80
_GROUPS_LOOKED_AT = 60
_PLAN_TRIES = 5


class Seating:
    """Seats requests one after another in running groups, each up to its own fill."""

    def __init__(self, rng: Random, program: Program) -> None:
        self.rng = rng
        self.busy: dict[str, int] = defaultdict(int)
        self.offered: dict[tuple[str, str], list[Group]] = defaultdict(list)
        self.fill: dict[str, int] = {}
        for group in program.groups:
            if not group.proposed:
                self._offer(group)

    def _offer(self, group: Group) -> None:
        capacity = group.max_size - group.held_seats
        self.fill[group.id] = capacity * min(100, self.rng.randrange(70, 115)) // 100
        for state in group.requires["region"]:
            self.offered[group.topic, state].append(group)

    def seat(self, requests: list[Request], least_minutes: int = 0) -> bool:
        """Give all of the requests, which belong to one participant, a seat; or none of them."""
        person = requests[0].participant
        busy = self.busy[person.id]
        found: list[Group] = []
        for request in requests:
            group = self._room_for(request, busy)
            if group is None:
                return False
            found.append(group)
            busy |= group.times
        if sum(group.minutes for group in found) < least_minutes:
            return False
        self.busy[person.id] = busy
        for request, group in zip(requests, found, strict=True):
            request.current = group
            group.members += 1
        return True

    def _room_for(self, request: Request, busy: int) -> Group | None:
        person = request.participant
        state = person.attributes["region"][0]
        offers = [g for topic in request.topics for g in self.offered[topic, state]]
        for group in self.rng.sample(offers, min(_GROUPS_LOOKED_AT, len(offers))):
            has_room = group.members < self.fill[group.id]
            if has_room and not group.times & busy and suits(request, group):
                return group
        return None


def grant_past_seats(rng: Random, program: Program, weeks: int) -> None:
    """Seat most requests as they came; of intensive weeks those that reach their hours."""
    seating = Seating(rng, program)
    planned = {request.id for plan in program.plans for request in plan.requests}
    for plan in program.plans:
        if rng.randrange(100) < _EARLIER_PERCENT:
            least = MIN_PLAN_MINUTES * weeks
            any(seating.seat(plan.requests, least) for _ in range(_PLAN_TRIES))
    for request in program.requests:
        if request.id not in planned and rng.randrange(100) < _EARLIER_PERCENT:
            seating.seat([request])
