"""What the solver is asked, in the words and units of the file format `groupmatch.problem/1`.

Times are whole minutes on one planning timeline `[0, horizon_minutes)`, intervals are half-open.
A `Problem` is made by `solver.files.reading`, which checks it and puts every list in a canonical
order, so that nothing downstream depends on the order of the file.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from solver.timeline import Interval, merged

#: Attribute or requirement → the values it may take.
Values = Mapping[str, frozenset[str]]


class Available(NamedTuple):
    """Minutes in which a participant can meet, and what a meeting in them costs (tier 5)."""

    start: int
    end: int
    cost: int = 0


@dataclass(frozen=True)
class Participant:
    id: str
    available: tuple[Available, ...] = ()
    attributes: Values = field(default_factory=dict)
    day_offset_minutes: int = 0

    @cached_property
    def hours(self) -> tuple[Interval, ...]:
        """The union of `available`; touching intervals are joined."""
        return merged((start, end) for start, end, _ in self.available)


@dataclass(frozen=True)
class Therapist:
    """`max_minutes` is per representative week; None means no limit."""

    id: str
    max_minutes: int | None = None


class Limit(NamedTuple):
    """At most `max` seats of a group carry `value` among their participant's `attribute`."""

    attribute: str
    value: str
    max: int


@dataclass(frozen=True)
class Group:
    id: str
    topic: str
    meetings: tuple[Interval, ...]
    max_size: int
    min_size: int = 1
    held_seats: int = 0
    status: Literal["running", "proposed"] = "running"
    admits: bool = True
    open_cost: int = 0
    therapists: tuple[str, ...] = ()
    requires: Values = field(default_factory=dict)
    attributes: Values = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()

    @property
    def capacity(self) -> int:
        """Seats that may be filled: those of the group less the ones held back."""
        return self.max_size - self.held_seats

    @property
    def proposed(self) -> bool:
        return self.status == "proposed"

    @cached_property
    def minutes(self) -> int:
        """Meeting minutes over all representative weeks."""
        return sum(end - start for start, end in self.meetings)


@dataclass(frozen=True)
class Request:
    id: str
    participant: str
    topics: Mapping[str, int]
    requires: Values = field(default_factory=dict)
    priority: int = 1
    current_group: str | None = None
    wants_switch: bool = False
    displaced: bool = False
    avoid_groups: tuple[str, ...] = ()
    avoid_therapists: tuple[str, ...] = ()
    therapist_cost: Mapping[str, int] = field(default_factory=dict)
    group_cost: Mapping[str, int] = field(default_factory=dict)

    @property
    def seat(self) -> str | None:
        """The group it sits in today. A displaced request has lost its seat."""
        return None if self.displaced else self.current_group

    @property
    def waiting(self) -> bool:
        return self.seat is None

    @property
    def switching(self) -> bool:
        return self.seat is not None and self.wants_switch

    @property
    def settled(self) -> bool:
        return self.seat is not None and not self.wants_switch


@dataclass(frozen=True)
class Plan:
    """Requests of one participant that are served together or not at all."""

    id: str
    requests: tuple[str, ...]
    min_minutes: int | None = None
    max_minutes: int | None = None
    min_days: int | None = None
    max_minutes_per_day: int | None = None


@dataclass(frozen=True)
class Problem:
    """Every list is ordered by id (pairs by their ids), whatever the order in the file."""

    horizon_minutes: int
    weeks: int = 1
    participants: tuple[Participant, ...] = ()
    therapists: tuple[Therapist, ...] = ()
    groups: tuple[Group, ...] = ()
    requests: tuple[Request, ...] = ()
    plans: tuple[Plan, ...] = ()
    keep_apart: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    pins: tuple[tuple[str, str], ...] = ()
    bans: tuple[tuple[str, str], ...] = ()
    max_moves: int | None = 0

    @property
    def week_minutes(self) -> int:
        """Length of one representative week."""
        return self.horizon_minutes // self.weeks

    @cached_property
    def participant(self) -> Mapping[str, Participant]:
        return {participant.id: participant for participant in self.participants}

    @cached_property
    def group(self) -> Mapping[str, Group]:
        return {group.id: group for group in self.groups}

    @cached_property
    def request(self) -> Mapping[str, Request]:
        return {request.id: request for request in self.requests}

    @cached_property
    def pinned_group(self) -> Mapping[str, str]:
        return dict(self.pins)

    @cached_property
    def banned(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.bans)

    @cached_property
    def members(self) -> Counter[str]:
        """Group → its current members, counted before anybody leaves."""
        return Counter(request.seat for request in self.requests if request.seat is not None)
