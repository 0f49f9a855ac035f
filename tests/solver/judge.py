"""An independent judge: the rules and tiers of the format, straight from the specification.

It works on the JSON objects and shares no code with `solver`, so that the two can be held
against each other. Slow and plain on purpose: time is a set of minutes, the bits of a number.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

Json = dict[str, Any]
#: Request → group; a request that is missing has no seat.
Seats = Mapping[str, str]

TIERS = ("placed", "switched", "moved", "opened", "cost")
#: +1 where more is better, -1 where less is.
SENSES = (1, 1, -1, -1, -1)


class Judge:
    """What a problem's rules say about a set of seats."""

    def __init__(self, problem: Json) -> None:
        self.weeks: int = problem.get("weeks", 1)
        self.week_minutes = problem["horizon_minutes"] // self.weeks
        self.max_moves = problem.get("max_moves", 0)
        self.participants: dict[str, Json] = _by_id(problem["participants"])
        self.groups: dict[str, Json] = _by_id(problem["groups"])
        self.requests: dict[str, Json] = _by_id(problem["requests"])
        self.most_minutes = {
            therapist["id"]: therapist.get("max_minutes")
            for therapist in problem.get("therapists", ())
        }
        self.plans: list[Json] = problem.get("plans", [])
        self.keep_apart = {frozenset(pair) for pair in problem.get("keep_apart", ())}
        self.alternatives: list[list[str]] = problem.get("alternatives", [])
        self.pins = dict(problem.get("pins", ()))
        self.bans = {tuple(ban) for ban in problem.get("bans", ())}
        self.minutes_of = {g: _minutes(group["meetings"]) for g, group in self.groups.items()}
        self.free = {p: _minutes(person["available"]) for p, person in self.participants.items()}
        self.current = {r: self._current(request) for r, request in self.requests.items()}
        self.members = Counter(filter(None, self.current.values()))

    def _current(self, request: Json) -> str | None:
        return None if request.get("displaced") else request.get("current_group")

    def waiting(self, r: str) -> bool:
        return self.current[r] is None

    def switching(self, r: str) -> bool:
        return not self.waiting(r) and bool(self.requests[r].get("wants_switch"))

    def settled(self, r: str) -> bool:
        return not self.waiting(r) and not self.switching(r)

    def proposed(self, g: str) -> bool:
        return self.groups[g].get("status", "running") == "proposed"

    def capacity(self, g: str) -> int:
        return int(self.groups[g]["max_size"] - self.groups[g].get("held_seats", 0))

    # Eligibility of a new seat, in the order of the specification.

    def candidates(self, r: str) -> list[str]:
        return [g for g in sorted(self.groups) if not self.failing(r, g)]

    def failing(self, r: str, g: str) -> list[int]:
        """The numbers of the rules of eligibility that the pair fails."""
        request, group = self.requests[r], self.groups[g]
        person = self.participants[request["participant"]]
        led_by = set(group.get("therapists", ()))
        passes = {
            1: group["topic"] in request["topics"],
            2: group.get("admits", True),
            3: not self.minutes_of[g] & ~self.free[request["participant"]],
            4: _meets(group.get("requires", {}), person.get("attributes", {})),
            5: _meets(request.get("requires", {}), group.get("attributes", {})),
            6: g not in request.get("avoid_groups", ())
            and led_by.isdisjoint(request.get("avoid_therapists", ())),
            7: (r, g) not in self.bans and self.pins.get(r, g) == g,
            8: g != self.current[r],
            9: self.members[g] <= self.capacity(g),
        }
        return [number for number, passed in passes.items() if not passed]

    # Hard rules. Each yields what it finds wrong.

    def violations(self, seats: Seats) -> list[str]:
        """Every hard rule that the seats break, in words."""
        rules: tuple[Callable[[Seats], Iterator[str]], ...] = (
            self._seats,
            self._capacity,
            self._opening,
            self._one_place,
            self._keep_apart,
            self._limits,
            self._therapists,
            self._alternatives,
            self._plans,
            self._moves,
        )
        return [found for rule in rules for found in rule(seats)]

    def is_new(self, r: str, seats: Seats) -> bool:
        return r in seats and seats[r] != self.current[r]

    def _seats(self, seats: Seats) -> Iterator[str]:
        for r in self.requests:
            if self.is_new(r, seats) and self.failing(r, seats[r]):
                yield f"eligibility: {r} may not join {seats[r]}"
            if r not in seats and not self.waiting(r):
                yield f"seats: {r} loses its seat"

    def _capacity(self, seats: Seats) -> Iterator[str]:
        size = Counter(seats.values())
        for g in self._newly_joined(seats):
            if size[g] > self.capacity(g):
                yield f"capacity: {g} holds {size[g]}"

    def _newly_joined(self, seats: Seats) -> set[str]:
        return {g for r, g in seats.items() if self.is_new(r, seats)}

    def opened(self, seats: Seats) -> set[str]:
        return {g for g in seats.values() if self.proposed(g)}

    def _opening(self, seats: Seats) -> Iterator[str]:
        size = Counter(seats.values())
        for g in self.opened(seats):
            if size[g] < self.groups[g].get("min_size", 1):
                yield f"opening: {g} opens with {size[g]}"

    def _pairs(self, seats: Seats) -> Iterator[tuple[str, str]]:
        """Pairs of seats of which one at least is new."""
        for r, q in combinations(seats, 2):
            if self.is_new(r, seats) or self.is_new(q, seats):
                yield r, q

    def _one_place(self, seats: Seats) -> Iterator[str]:
        for r, q in self._pairs(seats):
            if self.requests[r]["participant"] != self.requests[q]["participant"]:
                continue
            g, h = seats[r], seats[q]
            if g == h or self.minutes_of[g] & self.minutes_of[h]:
                yield f"one place at a time: {r} in {g}, {q} in {h}"

    def _keep_apart(self, seats: Seats) -> Iterator[str]:
        for r, q in self._pairs(seats):
            pair = {self.requests[r]["participant"], self.requests[q]["participant"]}
            if seats[r] == seats[q] and pair in self.keep_apart:
                yield f"keep apart: {r} and {q} in {seats[r]}"

    def _limits(self, seats: Seats) -> Iterator[str]:
        for g, group in self.groups.items():
            for limit in group.get("limits", ()):
                carriers = [r for r in seats if seats[r] == g and self._carries(r, limit)]
                joins = any(self.is_new(r, seats) for r in carriers)
                if joins and len(carriers) > limit["max"]:
                    yield f"limits: {g} holds {len(carriers)} with {limit['value']}"

    def _carries(self, r: str, limit: Json) -> bool:
        attributes = self.participants[self.requests[r]["participant"]].get("attributes", {})
        return limit["value"] in attributes.get(limit["attribute"], ())

    def _therapists(self, seats: Seats) -> Iterator[str]:
        opened = self.opened(seats)
        for t, most in self.most_minutes.items():
            led = [g for g in self.groups if t in self.groups[g].get("therapists", ())]
            open_groups = [g for g in led if g in opened or not self.proposed(g)]
            for g, h in combinations(open_groups, 2):
                if {g, h} & opened and self.minutes_of[g] & self.minutes_of[h]:
                    yield f"therapists: {t} would lead {g} and {h} at once"
            total = sum(self._length(g) for g in open_groups)
            if opened & set(led) and most is not None and total > most * self.weeks:
                yield f"therapists: {t} would lead {total} minutes"

    def _length(self, g: str) -> int:
        return sum(end - start for start, end in self.groups[g]["meetings"])

    def _alternatives(self, seats: Seats) -> Iterator[str]:
        opened = self.opened(seats)
        for alternatives in self.alternatives:
            open_groups = {g for g in alternatives if g in opened or not self.proposed(g)}
            if open_groups & opened and len(open_groups) > 1:
                yield f"alternatives: {sorted(open_groups)}"

    def _plans(self, seats: Seats) -> Iterator[str]:
        for plan in self.plans:
            seated = [r for r in plan["requests"] if r in seats]
            if not any(self.is_new(r, seats) for r in seated):
                continue
            if len(seated) < len(plan["requests"]):
                yield f"plans: {plan['id']} is incomplete"
            elif not self._within_bounds(plan, [seats[r] for r in seated]):
                yield f"plans: {plan['id']} breaks a bound"

    def _within_bounds(self, plan: Json, groups: list[str]) -> bool:
        person = self.participants[self.requests[plan["requests"][0]]["participant"]]
        offset = person.get("day_offset_minutes", 0)
        by_day: Counter[int] = Counter()
        for g in groups:
            for start, end in self.groups[g]["meetings"]:
                if start < self.week_minutes:
                    by_day[((start + offset) % self.week_minutes) // 1440] += end - start
        total = sum(self._length(g) for g in groups)
        return (
            _at_least(total, plan.get("min_minutes"), self.weeks)
            and _at_most(total, plan.get("max_minutes"), self.weeks)
            and _at_least(len(by_day), plan.get("min_days"))
            and all(_at_most(day, plan.get("max_minutes_per_day")) for day in by_day.values())
        )

    def _moves(self, seats: Seats) -> Iterator[str]:
        moved = sum(self.settled(r) and self.is_new(r, seats) for r in seats)
        if self.max_moves is not None and moved > self.max_moves:
            yield f"moves: {moved} settled requests move"

    # The five tiers.

    def values(self, seats: Seats) -> tuple[int, int, int, int, int]:
        """The tiers' values in their order."""
        placed = switched = moved = cost = 0
        for r in seats:
            if not self.is_new(r, seats):
                continue
            cost += self.cost(r, seats[r])
            moved += self.settled(r)
            placed += self.requests[r].get("priority", 1) * self.waiting(r)
            switched += self.requests[r].get("priority", 1) * self.switching(r)
        opened = sum(1 + self.groups[g].get("open_cost", 0) for g in self.opened(seats))
        return placed, switched, moved, opened, cost

    def cost(self, r: str, g: str) -> int:
        """What a new seat of r in g costs."""
        request, group = self.requests[r], self.groups[g]
        available = self.participants[request["participant"]]["available"]
        by_therapist = request.get("therapist_cost", {})
        return int(
            request["topics"].get(group["topic"], 0)
            + sum(_inconvenience(meeting, available) for meeting in group["meetings"])
            + request.get("group_cost", {}).get(g, 0)
            + sum(by_therapist.get(t, 0) for t in group.get("therapists", ()))
        )


def _by_id(records: list[Json]) -> dict[str, Json]:
    return {record["id"]: record for record in records}


def _minutes(intervals: list[list[int]]) -> int:
    """The set of minutes inside: bit n of the number stands for minute n."""
    minutes = 0
    for start, end, *_ in intervals:
        minutes |= (1 << end) - (1 << start)
    return minutes


def _meets(requires: dict[str, list[str]], attributes: dict[str, list[str]]) -> bool:
    return all(set(values) & set(attributes.get(key, ())) for key, values in requires.items())


def _inconvenience(meeting: list[int], available: list[list[int]]) -> int:
    """The largest third number among the intervals that share a minute with the meeting."""
    return max(
        (
            interval[2]
            for interval in available
            if len(interval) == 3 and max(meeting[0], interval[0]) < min(meeting[1], interval[1])
        ),
        default=0,
    )


def _at_least(value: int, bound: int | None, times: int = 1) -> bool:
    return bound is None or value >= bound * times


def _at_most(value: int, bound: int | None, times: int = 1) -> bool:
    return bound is None or value <= bound * times
