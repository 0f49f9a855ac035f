"""How large a program is, and what follows from it: where it works, what it offers, who pays.

A program of sixty people is at home in a few states and offers a few topics; one of ten
thousand is everywhere. So the choice that one person has grows slower than the program.
"""

from dataclasses import dataclass
from random import Random

from solver.generator.geography import State, draw_states
from solver.generator.timeline import Timeline
from solver.generator.topics import TOPICS, Topic

#: Profile → how many of a hundred participants are in an intensive outpatient program.
INTENSIVE = {"weekly": 0, "mixed": 12, "iop": 100}
GROUPS_PER_THOUSAND = 175
#: Programs smaller than this are for adults only.
_ADOLESCENTS_FROM = 500
_ADOLESCENT_PERCENT = 8

#: What the tracks of an intensive outpatient program are about, the commonest first.
THEMES = ("mood-anxiety", "substance-use", "dbt", "trauma", "eating-disorders")


@dataclass(frozen=True)
class Setting:
    """What a program of a given size offers, and to whom."""

    participants: int
    intensive: int
    groups: int
    tracks: int
    adolescent_percent: int
    timeline: Timeline
    states: tuple[State, ...]
    payers: tuple[str, ...]
    topics: tuple[Topic, ...]
    themes: tuple[str, ...]


def setting_of(rng: Random, participants: int, weeks: int, profile: str) -> Setting:
    """The setting of a program with so many participants, over one representative week or two."""
    intensive = participants * INTENSIVE[profile] // 100
    groups = max(1, participants * GROUPS_PER_THOUSAND // 1000)
    themes = max(1, min(len(THEMES), intensive // 150)) if intensive else 0
    tracks = max(3 * themes, groups * INTENSIVE[profile] // 100)
    return Setting(
        participants=participants,
        intensive=intensive,
        groups=max(0 if profile == "iop" else 1, groups - tracks),
        tracks=tracks,
        adolescent_percent=_ADOLESCENT_PERCENT if participants >= _ADOLESCENTS_FROM else 0,
        timeline=Timeline(weeks),
        states=draw_states(rng, 2 + participants // 200),
        payers=tuple(f"payer-{n}" for n in range(1, 4 + participants // 5000)),
        topics=TOPICS[: 2 + participants // 120],
        themes=THEMES[:themes],
    )
