"""Therapists: where they live, which states license them, whom they can see and when they stop."""

from random import Random

from solver.generator.geography import State, draw_states
from solver.generator.identifiers import identifiers
from solver.generator.program import Therapist
from solver.generator.setting import Setting
from solver.generator.topics import draw_topic

_GROUPS_EACH = 4
#: How many of a hundred hold a compact's authorization: every compact state at once.
_COMPACT_PERCENT = 20
_LICENSES = (1, 2, 3, 4, 5, 6, 8, 9, 10)
_PAYERS_EACH = 5


def draw_therapists(rng: Random, setting: Setting) -> list[Therapist]:
    """Enough therapists for the setting's groups, at least two."""
    count = max(2, (setting.groups + setting.tracks) // _GROUPS_EACH)
    return [_draw_therapist(rng, setting, name) for name in identifiers(rng, "t", count)]


def _draw_therapist(rng: Random, setting: Setting, name: str) -> Therapist:
    home = draw_states(rng, 1, setting.states)[0]
    return Therapist(
        id=name,
        zone=_zone_of_practice(home),
        states=_licensed_in(rng, setting, home),
        payers=frozenset(rng.sample(setting.payers, min(_PAYERS_EACH, len(setting.payers)))),
        topics=frozenset(draw_topic(rng, setting.topics).name for _ in range(5)),
        gender=rng.choices(("woman", "man", "nonbinary"), (70, 27, 3))[0],
        speaks_spanish=rng.randrange(100) < 12,
        max_minutes=rng.choice((None, 270, 360, 450, 600, 900)),
    )


def _zone_of_practice(home: State) -> str:
    """Alaskans and Hawaiians keep Pacific hours, as most of their members live on the mainland."""
    far = home.zone in ("America/Anchorage", "Pacific/Honolulu")
    return "America/Los_Angeles" if far else home.zone


def _licensed_in(rng: Random, setting: Setting, home: State) -> frozenset[str]:
    if home.in_compact and rng.randrange(100) < _COMPACT_PERCENT:
        return frozenset(state.code for state in setting.states if state.in_compact)
    others = draw_states(rng, rng.choice(_LICENSES) - 1, setting.states)
    return frozenset({home.code, *(state.code for state in others)})
