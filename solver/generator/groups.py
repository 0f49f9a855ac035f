"""Weekly groups: running ones, and ones proposed at hours of which at most one is to open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random

from solver.generator.crowd import Crowd
from solver.generator.program import Group, Therapist
from solver.generator.setting import Setting
from solver.generator.timeline import DAY, Hours, bits
from solver.generator.topics import Topic, draw_topic

_PROPOSED_PERCENT = 15
_TRIES = 12
_CHOICES = 3
#: Office hours, and evenings twice as often.
_ADULT_STARTS: tuple[int, ...] = (
    *range(540, 1020, 60),
    *range(1020, 1200, 30),
    *range(1020, 1200, 30),
)
_ADOLESCENT_STARTS: tuple[int, ...] = (945, 960, 990, 1020, 1050, 1080)
_WEEKEND_STARTS: tuple[int, ...] = (540, 600, 660, 720)


@dataclass(frozen=True)
class WeeklyGroups:
    """Draws weekly groups; a therapist's running ones do not overlap where that is avoidable."""

    rng: Random
    setting: Setting
    staff: list[Therapist]
    crowd: Crowd

    @property
    def proposed_count(self) -> int:
        """How many of the setting's groups are proposed."""
        return self.setting.groups * _PROPOSED_PERCENT // 100

    @cached_property
    def _knowing(self) -> Mapping[str, list[Therapist]]:
        """Topic → the therapists who lead groups about it."""
        topics = [topic.name for topic in self.setting.topics]
        return {name: [t for t in self.staff if name in t.topics] for name in topics}

    def running(self, names: Iterator[str]) -> list[Group]:
        """The groups that meet today."""
        count = self.setting.groups - self.proposed_count
        return [self._draw_running(next(names)) for _ in range(count)]

    def proposed(self, names: Iterator[str]) -> list[list[Group]]:
        """Families of proposed groups: one therapist and topic, one to three alternative hours."""
        families: list[list[Group]] = []
        left = self.proposed_count
        while left:
            family = self._draw_family(names, min(left, self.rng.choice((1, 2, 2, 3))))
            families.append(family)
            left -= len(family)
        return families

    def _draw_running(self, name: str) -> Group:
        topic = draw_topic(self.rng, self.setting.topics)
        group = self._draw(name, topic, self._leaders(topic))
        group.admits = self.rng.randrange(100) >= topic.closed
        for leader in group.leaders:
            leader.busy |= group.times
        return group

    def _draw_family(self, names: Iterator[str], size: int) -> list[Group]:
        topic = draw_topic(self.rng, self.setting.topics)
        leaders = self._leaders(topic)
        family = [self._draw(next(names), topic, leaders) for _ in range(size)]
        for group in family:
            group.proposed = True
            group.open_cost = self.rng.choice((0, 0, 5, 10, 20))
        return family

    def _leaders(self, topic: Topic) -> list[Therapist]:
        """A leader, and often a co-leader who can see somebody the leader can see."""
        rng = self.rng
        knowing = self._knowing[topic.name] or self.staff
        leader = rng.choice(knowing)
        if rng.randrange(100) >= topic.co_led:
            return [leader]
        partner = rng.choice(knowing)
        shared = partner.states & leader.states and partner.payers & leader.payers
        return [leader, partner] if shared and partner is not leader else [leader]

    def _draw(self, name: str, topic: Topic, leaders: list[Therapist]) -> Group:
        rng = self.rng
        adolescent = rng.randrange(100) < self.setting.adolescent_percent
        max_size = max(topic.min_size, topic.max_size - rng.choice((0, 0, 0, 1, 2)))
        group = Group(
            id=name,
            topic=topic.name,
            leaders=leaders,
            meetings=self._meetings(topic, leaders, adolescent),
            min_size=topic.min_size,
            max_size=max_size,
            requires=admission(leaders, adolescent),
            attributes=presentation(leaders, topic.modality),
            held_seats=int(rng.randrange(100) < 6),
        )
        if rng.randrange(100) < 4:
            group.requires["gender"] = ["woman"]
        if all(leader.speaks_spanish for leader in leaders) and rng.randrange(100) < 40:
            group.requires["language"] = ["es"]
        if topic.process and rng.randrange(100) < 40:
            group.limits.append(("primary_condition", "bpd", 2))
        return group

    def _meetings(self, topic: Topic, leaders: list[Therapist], adolescent: bool) -> list[Hours]:
        """An hour that suits people, and at which the leaders are free if a few tries find one."""
        zone = leaders[0].zone
        starts = [self._start(adolescent) for _ in range(_TRIES)]
        choices = [
            self.setting.timeline.lay_out(zone, [(start, start + topic.minutes, 0)])
            for start in starts
        ]
        busy = 0
        for leader in leaders:
            busy |= leader.busy
        free = [meetings for meetings in choices if not bits(meetings) & busy]
        return self.crowd.best((free or choices)[:_CHOICES])

    def _start(self, adolescent: bool) -> int:
        day = self.rng.choices(range(7), (20, 20, 20, 18, 9, 9, 4))[0]
        weekday_starts = _ADOLESCENT_STARTS if adolescent else _ADULT_STARTS
        starts = _WEEKEND_STARTS if day >= 5 else weekday_starts
        return day * DAY + self.rng.choice(starts)


def admission(leaders: list[Therapist], adolescent: bool) -> dict[str, list[str]]:
    """What a member must be: in a state and with a payer of all leaders, of the right age."""
    return {
        "region": sorted(frozenset.intersection(*(leader.states for leader in leaders))),
        "payer": sorted(frozenset.intersection(*(leader.payers for leader in leaders))),
        "age_band": ["adolescent" if adolescent else "adult"],
        "language": ["en"],
    }


def presentation(leaders: list[Therapist], modality: str) -> dict[str, list[str]]:
    """What a member may ask of a group: how it works and who leads it."""
    return {
        "modality": [modality],
        "therapist_gender": sorted({leader.gender for leader in leaders}),
    }
