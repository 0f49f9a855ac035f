"""Tracks of an intensive outpatient program: several meetings a week, enrolled as one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from solver.generator.crowd import Crowd
from solver.generator.groups import admission, presentation
from solver.generator.program import Group, Therapist
from solver.generator.setting import Setting
from solver.generator.timeline import DAY, Hours, bits

_PROPOSED_PERCENT = 10
_TRIES = 12


@dataclass(frozen=True)
class Component:
    """One part of an intensive week; a shape is the days it meets and the minutes of a meeting."""

    name: str
    share: int
    shapes: tuple[tuple[str, int], ...]
    starts: tuple[int, ...]
    min_size: int
    max_size: int


#: Together nine to nineteen hours a week on at least three days, mornings or evenings; some
#: combinations are too short or too long for a plan, as in a real catalog.
COMPONENTS = (
    Component(
        name="process",
        share=44,
        shapes=(("024", 180), ("024", 120), ("0134", 90), ("01234", 60)),
        starts=(540, 1020),
        min_size=4,
        max_size=12,
    ),
    Component(
        name="skills",
        share=42,
        shapes=(("024", 60), ("13", 90), ("024", 90), ("0123", 60)),
        starts=(660, 720, 1140, 1200),
        min_size=4,
        max_size=12,
    ),
    Component(
        name="family",
        share=14,
        shapes=(("2", 90), ("1", 90), ("5", 90)),
        starts=(600, 1110),
        min_size=3,
        max_size=24,
    ),
)


def track_topic(theme: str, component: Component) -> str:
    """The topic that a plan's request and a track have in common."""
    return f"iop {theme} {component.name}"


@dataclass(frozen=True)
class Tracks:
    """Draws the tracks of a setting, each with one leader."""

    rng: Random
    setting: Setting
    staff: list[Therapist]
    crowd: Crowd

    def drawn(self, names: Iterator[str]) -> list[Group]:
        """First one of each theme and component, then as they are in demand."""
        themes = self.setting.themes
        kinds = list(product(themes, COMPONENTS))
        if kinds:
            shares = [part.share * (len(themes) - themes.index(theme)) for theme, part in kinds]
            kinds += self.rng.choices(kinds, shares, k=self.setting.tracks - len(kinds))
        return [self._draw(next(names), theme, component) for theme, component in kinds]

    def _draw(self, name: str, theme: str, component: Component) -> Group:
        leader, meetings = self._leader(component)
        track = Group(
            id=name,
            topic=track_topic(theme, component),
            leaders=[leader],
            meetings=meetings,
            min_size=component.min_size,
            max_size=component.max_size,
            requires=admission([leader], adolescent=False),
            attributes=presentation([leader], "IOP"),
            proposed=self.rng.randrange(100) < _PROPOSED_PERCENT,
        )
        if not track.proposed:
            leader.busy |= track.times
        return track

    def _leader(self, component: Component) -> tuple[Therapist, list[Hours]]:
        """Somebody with meetings at which they are free, if a few tries find them."""
        for _ in range(_TRIES):
            leader = self.rng.choice(self.staff)
            meetings = self._meetings(leader, component)
            if not bits(meetings) & leader.busy:
                break
        return leader, meetings

    def _meetings(self, leader: Therapist, component: Component) -> list[Hours]:
        """One shape, at the start that suits people best."""
        days, minutes = self.rng.choice(component.shapes)
        return self.crowd.best(
            [
                self.setting.timeline.lay_out(
                    leader.zone,
                    [(int(day) * DAY + start, int(day) * DAY + start + minutes, 0) for day in days],
                )
                for start in component.starts
            ]
        )
