"""Believable problem files of any size, for demonstrations, benchmarks and tests.

Nobody in them exists. The same arguments give the same file on every platform: all chance
comes from one `random.Random`, whose integers Python keeps stable between versions.
"""

from random import Random

from solver.generator.crowd import Crowd
from solver.generator.document import document
from solver.generator.groups import WeeklyGroups
from solver.generator.identifiers import identifiers
from solver.generator.people import draw_participants
from solver.generator.program import Program
from solver.generator.requests import draw_requests
from solver.generator.seats import grant_past_seats
from solver.generator.setting import INTENSIVE, Setting, setting_of
from solver.generator.therapists import draw_therapists
from solver.generator.tracks import Tracks
from solver.generator.upsets import upset
from solver.generator.wishes import express

#: Weekly groups only, some intensive outpatient weeks beside them, or nothing else.
PROFILES = tuple(INTENSIVE)


def generate(
    participants: int,
    seed: int,
    *,
    weeks: int = 1,
    profile: str = "mixed",
    max_moves: int | None = 0,
) -> dict[str, object]:
    """The JSON object of a `groupmatch.problem/1` with that many participants.

    `weeks` is 1, or 2 for a horizon over a change of clocks; `profile` one of `PROFILES`.
    """
    rng = Random(seed)  # noqa: S311 - made-up people need chance, not secrecy
    setting = setting_of(rng, participants, weeks, profile)
    program = _draw_program(rng, setting)
    grant_past_seats(rng, program, weeks)
    upset(rng, program)
    express(rng, program)
    return document(program, weeks, setting.timeline.horizon, max_moves)


def _draw_program(rng: Random, setting: Setting) -> Program:
    people = draw_participants(rng, setting)
    staff = draw_therapists(rng, setting)
    names = iter(identifiers(rng, "g", setting.groups + setting.tracks))
    weekly = WeeklyGroups(rng, setting, staff, Crowd(rng, people[setting.intensive :]))
    running = weekly.running(names)
    families = weekly.proposed(names)
    tracks = Tracks(rng, setting, staff, Crowd(rng, people[: setting.intensive])).drawn(names)
    requests, plans = draw_requests(rng, setting, people)
    return Program(
        therapists=staff,
        groups=running + [group for family in families for group in family] + tracks,
        participants=people,
        requests=requests,
        plans=plans,
        alternatives=[[g.id for g in family] for family in families if len(family) > 1],
    )
