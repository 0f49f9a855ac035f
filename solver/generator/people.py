"""Participants: when they are free, where they live, who they are in the solver's coded terms."""

from collections.abc import Callable
from random import Random

from solver.generator.geography import draw_states
from solver.generator.identifiers import identifiers
from solver.generator.program import Attributes, Participant
from solver.generator.setting import Setting
from solver.generator.timeline import DAY, Hours

#: The inconvenience of an hour that works well, and of ones given "if needed".
_WELL, _IF_NEEDED, _HARDLY = 0, 3, 8

_CONDITIONS = ("anxiety", "depression", "ptsd", "sud", "bpd", "bipolar", "ocd", "adjustment")
_CONDITION_SHARES = (28, 24, 14, 10, 9, 6, 4, 5)


def draw_participants(rng: Random, setting: Setting) -> list[Participant]:
    """Everybody; the first `setting.intensive` have cleared their week for an intensive program."""
    people = []
    for number, name in enumerate(identifiers(rng, "p", setting.participants)):
        state = draw_states(rng, 1, setting.states)[0]
        intensive = number < setting.intensive
        adolescent = not intensive and rng.randrange(100) < setting.adolescent_percent
        rhythm = _rhythm(rng, intensive, adolescent)
        local = [hours for day in range(7) for hours in rhythm(rng, day)] or [(600, 900, _HARDLY)]
        people.append(
            Participant(
                id=name,
                zone=state.zone,
                available=setting.timeline.lay_out(state.zone, local),
                attributes=_attributes(rng, setting, state.code, adolescent),
                ahead=setting.timeline.ahead(state.zone),
            )
        )
    return people


Rhythm = Callable[[Random, int], list[Hours]]


def _rhythm(rng: Random, intensive: bool, adolescent: bool) -> Rhythm:
    if intensive:
        return rng.choice((_mornings_cleared, _evenings_cleared))
    if adolescent:
        return _after_school
    return rng.choices((_evenings_and_weekends, _weekdays, _shifts), (60, 27, 13))[0]


def _hours(day: int, start: int, end: int, inconvenience: int) -> list[Hours]:
    return [(day * DAY + start, day * DAY + end, inconvenience)]


def _evenings_and_weekends(rng: Random, day: int) -> list[Hours]:
    if day >= 5:
        return _now_and_then(rng, 65, day, 540, 960, _IF_NEEDED)
    start, end = rng.choice((990, 1020, 1050, 1080)), rng.choice((1230, 1260, 1290, 1320))
    lunch = _now_and_then(rng, 15, day, 720, 780, _HARDLY)
    return lunch + _now_and_then(rng, 88, day, start, end, rng.choice((_WELL, _WELL, _IF_NEEDED)))


def _weekdays(rng: Random, day: int) -> list[Hours]:
    if day >= 5:
        return []
    start, end = rng.choice((480, 540, 600)), rng.choice((840, 960, 1020, 1080))
    evening = _now_and_then(rng, 35, day, 1080, 1260, _HARDLY)
    return _now_and_then(rng, 90, day, start, end, _WELL) + evening


def _shifts(rng: Random, day: int) -> list[Hours]:
    start = rng.choice((480, 600, 720, 840, 960, 1080))
    return _now_and_then(
        rng, 50, day, start, min(start + 420, 1320), rng.choice((_WELL, _IF_NEEDED))
    )


def _after_school(rng: Random, day: int) -> list[Hours]:
    return [] if day >= 5 else _now_and_then(rng, 80, day, 930, 1200, _WELL)


def _mornings_cleared(rng: Random, day: int) -> list[Hours]:
    if day >= 5:
        return _now_and_then(rng, 30, day, 540, 780, _IF_NEEDED)
    return _hours(day, rng.choice((480, 510, 540)), rng.choice((840, 900)), _WELL)


def _evenings_cleared(rng: Random, day: int) -> list[Hours]:
    if day >= 5:
        return _now_and_then(rng, 30, day, 540, 780, _IF_NEEDED)
    return _hours(day, rng.choice((960, 990, 1020)), rng.choice((1290, 1320)), _WELL)


def _now_and_then(
    rng: Random, percent: int, day: int, start: int, end: int, inconvenience: int
) -> list[Hours]:
    return _hours(day, start, end, inconvenience) if rng.randrange(100) < percent else []


def _attributes(rng: Random, setting: Setting, state: str, adolescent: bool) -> Attributes:
    shares = [1 + len(setting.payers) - n for n in range(len(setting.payers))]
    return {
        "region": [state],
        "payer": rng.choices(setting.payers, shares),
        "language": rng.choices((["en"], ["en", "es"], ["es"]), (90, 7, 3))[0],
        "age_band": ["adolescent" if adolescent else "adult"],
        "gender": rng.choices((["woman"], ["man"], ["nonbinary"]), (62, 34, 4))[0],
        "primary_condition": rng.choices(_CONDITIONS, _CONDITION_SHARES),
    }
