"""The nouns of a made-up program. Mutable while it is being made; `document` writes it down."""

from dataclasses import dataclass, field

from solver.generator.timeline import Hours, bits

#: Attribute → the values that a group or a person has, or that a requirement accepts.
Attributes = dict[str, list[str]]


@dataclass
class Therapist:
    """Somebody who leads groups; `busy` are the quarter hours of the running ones, as bits."""

    id: str
    zone: str
    states: frozenset[str]
    payers: frozenset[str]
    topics: frozenset[str]
    gender: str
    speaks_spanish: bool
    max_minutes: int | None
    busy: int = 0


@dataclass
class Participant:
    """Somebody who waits for a seat or has one; `ahead` is their day's offset in minutes."""

    id: str
    zone: str
    available: list[Hours]
    attributes: Attributes
    ahead: int

    def __post_init__(self) -> None:
        self.free = bits(self.available)

    def forget_first_hours(self) -> None:
        """Become unavailable at the earliest of the hours, when a member's week has changed."""
        self.available = self.available[1:]
        self.free = bits(self.available)


@dataclass
class Group:
    """A weekly group or a track; `members` is how many are seated and not displaced."""

    id: str
    topic: str
    leaders: list[Therapist]
    meetings: list[Hours]
    min_size: int
    max_size: int
    requires: Attributes
    attributes: Attributes
    held_seats: int = 0
    proposed: bool = False
    admits: bool = True
    open_cost: int = 0
    limits: list[tuple[str, str, int]] = field(default_factory=list)
    members: int = 0

    def __post_init__(self) -> None:
        self.times = bits(self.meetings)

    @property
    def minutes(self) -> int:
        """The minutes of all its meetings, over all representative weeks."""
        return sum(end - start for start, end, _ in self.meetings)

    @property
    def has_room(self) -> bool:
        """Whether one more member fits beside the present ones and the seats held back."""
        return self.members < self.max_size - self.held_seats


@dataclass
class Request:
    """A need to be placed; `weeks` since it was made, `urgency` 1 to 3."""

    id: str
    participant: Participant
    topics: dict[str, int]
    weeks: int
    urgency: int
    requires: Attributes = field(default_factory=dict)
    current: Group | None = None
    wants_switch: bool = False
    displaced: bool = False
    avoid_groups: list[str] = field(default_factory=list)
    avoid_therapists: list[str] = field(default_factory=list)
    therapist_cost: dict[str, int] = field(default_factory=dict)
    group_cost: dict[str, int] = field(default_factory=dict)

    @property
    def seated(self) -> bool:
        """Whether it has a seat that it keeps unless it gets another."""
        return self.current is not None and not self.displaced

    @property
    def priority(self) -> int:
        """How much a seat is worth: more with every week of waiting, and by urgency."""
        return self.urgency * (1000 + 50 * self.weeks)


@dataclass
class Plan:
    """An intensive outpatient week: requests that are granted together or not at all."""

    id: str
    requests: list[Request]


@dataclass
class Program:
    """Everything that a problem file lists."""

    therapists: list[Therapist]
    groups: list[Group]
    participants: list[Participant]
    requests: list[Request]
    plans: list[Plan]
    alternatives: list[list[str]]
    keep_apart: list[tuple[str, str]] = field(default_factory=list)
    pins: list[tuple[str, str]] = field(default_factory=list)
    bans: list[tuple[str, str]] = field(default_factory=list)
