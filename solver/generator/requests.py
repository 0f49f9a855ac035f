"""What people ask for: weekly groups, and intensive weeks as plans of several requests."""

from collections.abc import Iterator
from random import Random

from solver.generator.identifiers import identifiers
from solver.generator.program import Attributes, Participant, Plan, Request
from solver.generator.setting import Setting
from solver.generator.topics import TOPICS, draw_topic
from solver.generator.tracks import COMPONENTS, track_topic

#: The cost of a first, second and third choice of topic.
_CHOICES = (0, 5, 10)
#: Nine hours a week make a program intensive (ASAM level 2.1, adults).
MIN_PLAN_MINUTES = 540
_STEP_DOWN_PERCENT = 10
_MODALITY = {topic.name: topic.modality for topic in TOPICS}


def draw_requests(
    rng: Random, setting: Setting, people: list[Participant]
) -> tuple[list[Request], list[Plan]]:
    """Everybody's requests, and the plans that bind the intensive ones together."""
    names = iter(identifiers(rng, "r", 4 * len(people)))
    requests: list[Request] = []
    plans: list[Plan] = []
    plan_names = identifiers(rng, "plan-", setting.intensive)
    for name, person in zip(plan_names, people[: setting.intensive], strict=True):
        plan = Plan(name, _intensive_week(rng, setting, person, names))
        plans.append(plan)
        requests += plan.requests
        if setting.intensive < len(people) and rng.randrange(100) < _STEP_DOWN_PERCENT:
            requests += _weekly(rng, setting, person, names, 1)
    for person in people[setting.intensive :]:
        requests += _weekly(rng, setting, person, names, rng.choices((1, 2, 3), (75, 21, 4))[0])
    return requests, plans


def _intensive_week(
    rng: Random, setting: Setting, person: Participant, names: Iterator[str]
) -> list[Request]:
    shares = range(len(setting.themes), 0, -1)
    theme = rng.choices(setting.themes, shares)[0]
    weeks, urgency = _weeks(rng), rng.choice((2, 3))
    return [
        Request(next(names), person, {track_topic(theme, component): 0}, weeks, urgency)
        for component in COMPONENTS[: rng.choice((2, 2, 3))]
    ]


def _weekly(
    rng: Random, setting: Setting, person: Participant, names: Iterator[str], count: int
) -> list[Request]:
    """`count` requests of one person, no topic in two of them."""
    wanted = list(dict.fromkeys(draw_topic(rng, setting.topics).name for _ in range(3 * count)))
    requests = []
    for turn in range(min(count, len(wanted))):
        choices = wanted[turn::count][: rng.choices((1, 2, 3), (60, 30, 10))[0]]
        requests.append(
            Request(
                id=next(names),
                participant=person,
                topics=dict(zip(choices, _CHOICES, strict=False)),
                weeks=_weeks(rng),
                urgency=rng.choices((1, 2, 3), (85, 11, 4))[0],
                requires=_requirements(rng, choices),
            )
        )
    return requests


def _weeks(rng: Random) -> int:
    """Weeks since the request was made: mostly few, up to half a year."""
    return min(rng.randrange(27), rng.randrange(27))


def _requirements(rng: Random, choices: list[str]) -> Attributes:
    chance = rng.randrange(100)
    if chance < 7:
        return {"therapist_gender": ["woman"]}
    if chance < 9:
        return {"therapist_gender": ["man", "nonbinary"]}
    if chance < 13:
        return {"modality": sorted({_MODALITY[choices[0]], "CBT"})}
    return {}
