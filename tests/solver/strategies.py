"""A hypothesis strategy: tiny valid problems in which every rule meets every other.

Ids, hours, attributes and bounds come from small pools, so that groups overlap, fill up and
clash; whatever the format allows to stand wrongly today (over-full groups, members who would
not be eligible, pairs together that are kept apart) occurs. Hypothesis draws one number for each
problem and chance makes the rest of it, which is twenty times as fast as drawing each choice.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.solver.judge import Json, Judge

DAY = 1440
_DAYS = 3
_WEEK = _DAYS * DAY
#: Ids whose order as strings is neither that of their numbers nor that of the file.
_PERSON_IDS = ("p10", "p9", "P", "p1")
_GROUP_IDS = ("g10", "g9", "G", "g1")
_REQUEST_IDS = ("r10", "r2", "R", "é", "r 3")

#: Something to be chosen, and the one who chooses.
Choice = Callable[[Random], Any]
Draw = Callable[[Choice], Any]


def _any_of(options: Sequence[Any]) -> Choice:
    return lambda chance: chance.choice(options)


def _mostly(usual: object, *others: object) -> Choice:
    """Six times in ten the usual value."""
    return _any_of((usual,) * (3 * len(others) // 2 + 1) + others)


def _rarely(other: object, usual: object) -> Choice:
    return _any_of((usual,) * 6 + (other,))


def _record(fields: dict[str, Choice]) -> Choice:
    return lambda chance: {key: choice(chance) for key, choice in fields.items()}


def _list(choice: Choice, least: int, most: int) -> Choice:
    return lambda chance: [choice(chance) for _ in range(chance.randint(least, most))]


#: Stands for one of the groups or requests, whose number is not known yet.
_pick = _any_of(range(12))


_cost = _mostly(0, 1, 7, 10**9)
_hours = [
    [day * DAY + start, day * DAY + start + length]
    for day in range(_DAYS)
    for start in (600, 630, 660)
    for length in (30, 60)
]
_shift = _mostly(_WEEK, _WEEK + 30, None)
_limit = _record(
    {
        "attribute": _any_of(("condition",)),
        "value": _any_of(("bpd", "ocd")),
        "max": _any_of((0, 1, 2)),
    }
)
_no_limits, _limits = _list(_limit, 0, 0), _list(_limit, 0, 2)
_nobody = _any_of((None,))
_group = _record(
    {
        "topic": _any_of(("anger", "grief")),
        "therapists": _any_of((["t1"], [], ["t2"], ["t2", "t1"])),
        "meetings": _list(_any_of(_hours), 1, 2),
        "min_size": _any_of((1, 2, 0)),
        "max_size": _any_of((2, 1, 3, 1, 2, 0)),
        "held_seats": _rarely(1, 0),
        "status": _any_of(("running", "proposed", "running")),
        "admits": _rarely(False, True),
        "open_cost": _cost,
        "requires": _any_of(
            ({}, {}, {}, {"region": ["NJ", "NY"]}, {}, {"region": ["NY"]}, {"region": []}, {})
        ),
        "attributes": _rarely({}, {"modality": ["CBT"]}),
        "limits": lambda chance: chance.choice((_no_limits, _no_limits, _limits))(chance),
    }
)
_request = _record(
    {
        "participant": _pick,
        "topics": _any_of(
            ({"anger": 0, "grief": 5}, {"grief": 1, "anger": 0}, {"anger": 2}, {"grief": 0})
        ),
        "requires": _rarely({"modality": ["DBT", "CBT"]}, {}),
        "priority": _any_of((1, 2, 3, 1000, 10**9)),
        "current_group": lambda chance: chance.choice((_nobody, _pick, _pick))(chance),
        "wants_switch": _any_of((False, True)),
        "displaced": _rarely(True, False),
        "avoid_therapists": _rarely(["t1"], []),
        "therapist_cost": _mostly({}, {"t1": 4}, {"t1": 0, "t2": 1}),
    }
)
_participant = _record(
    {
        "attributes": _any_of(
            (
                {"region": ["NY"]},
                {"region": ["NY"], "condition": ["bpd"]},
                {"region": ["NJ", "NY"], "condition": ["ocd", "bpd"]},
                {"condition": ["ocd"]},
                {"region": []},
            )
        ),
        "day_offset_minutes": _mostly(0, -60, 830, -700, 5 * DAY),
    }
)
_bounds = _record(
    {
        "min_minutes": _any_of((None, None, 30, 60, 90)),
        "max_minutes": _any_of((None, None, 60, 90, 120)),
        "min_days": _any_of((None, None, 1, 2)),
        "max_minutes_per_day": _any_of((None, None, 30, 60, 90)),
    }
)
_therapist = _record({"max_minutes": _mostly(None, 0, 30, 60, 120)})
#: Pieces of one day: all of it, two that touch, early, late, none.
_day = _any_of(
    (
        ((540, 900, 0),),
        ((640, 900, 2), (540, 640, 0)),
        ((540, 660, 1),),
        ((630, 900, 0),),
        (),
    )
)
_pattern = _mostly("always", "split", "twice", "days")
_few_pairs = _list(lambda chance: (_pick(chance), _pick(chance)), 0, 2)


def _available(draw: Draw, weeks: int) -> list[list[int]]:
    """Mostly always, in touching, overlapping and costly pieces; sometimes only some hours."""
    horizon = weeks * _WEEK
    pattern = draw(_pattern)
    if pattern == "always":
        return [[0, horizon]]
    if pattern == "split":
        return [[645, horizon, 3], [0, 645]]
    if pattern == "twice":
        return [[0, horizon, 1], [620, 640, 5], [DAY + 660, DAY + 690, 4]]
    return [
        [day * DAY + start, day * DAY + end, cost]
        for day in range(weeks * _DAYS)
        for start, end, cost in draw(_day)
    ]


def _groups(draw: Draw, names: list[str], weeks: int) -> list[Json]:
    groups = []
    for name in names:
        group = {"id": name, **draw(_group)}
        group["max_size"] = max(group["max_size"], int(group["status"] == "proposed"))
        group["min_size"] = min(group["min_size"], group["max_size"])
        if group["status"] == "proposed":
            group["min_size"] = max(1, group["min_size"])
        group["held_seats"] = min(group["held_seats"], group["max_size"])
        shift = draw(_shift) if weeks == 2 else None
        if shift is not None:
            group["meetings"] += [[start + shift, end + shift] for start, end in group["meetings"]]
        groups.append(group)
    return groups


def _requests(draw: Draw, names: list[str], people: list[str], groups: list[Json]) -> list[Json]:
    running = [group["id"] for group in groups if group["status"] == "running"]
    group_ids = [group["id"] for group in groups]
    requests = []
    for name in names:
        request = {"id": name, **draw(_request)}
        request["participant"] = people[request["participant"] % len(people)]
        seat = request["current_group"]
        request["current_group"] = (
            None if seat is None or not running else running[seat % len(running)]
        )
        disliked = group_ids[draw(_pick) % len(groups)]
        request["avoid_groups"] = draw(_rarely([disliked], []))
        request["group_cost"] = draw(_rarely({disliked: 3}, {}))
        requests.append(request)
    return requests


def _plans(draw: Draw, requests: list[Json]) -> list[Json]:
    """For some participants, a plan of some of their requests."""
    plans = []
    for person in dict.fromkeys(request["participant"] for request in requests):
        own = [request["id"] for request in requests if request["participant"] == person]
        planned = own[: draw(_any_of((0, 2, 3, 1)))]
        if planned:
            plans.append({"id": f"plan of {person}", "requests": planned, **draw(_bounds)})
    return plans


def _pins(draw: Draw, problem: Json) -> list[list[str]]:
    """Now and then a pin to a candidate or to the present or former group."""
    judge = Judge(problem)
    pins = []
    for r in judge.requests:
        own = judge.requests[r]["current_group"]
        here = [own] if own is not None and (r, own) not in judge.bans else []
        sensible = here + judge.candidates(r)
        if sensible and draw(_rarely(True, False)):
            pins.append([r, sensible[draw(_pick) % len(sensible)]])
    return pins


def problems(crowded: bool = False) -> st.SearchStrategy[Json]:
    """A valid problem of at most four participants, four groups and five requests.

    In a crowded one, members could go elsewhere and those who wait want their seats.
    """
    return st.integers(0, 2**32).map(lambda seed: _problem(Random(seed), crowded))


def _problem(chance: Random, crowded: bool) -> Json:
    def draw(choice: Choice) -> Any:
        return deepcopy(choice(chance))

    weeks = draw(_mostly(1, 2))
    people = list(_PERSON_IDS) if crowded else _some(draw, _PERSON_IDS, (4, 3, 4, 2, 1))
    groups = _groups(draw, _some(draw, _GROUP_IDS, (3, 4, 4, 2, 3, 1)), weeks)
    names = _some(draw, _REQUEST_IDS, (4, 5, 3, 5, 4, 2, 1))
    requests = _requests(draw, names, people, groups)
    group_ids = [group["id"] for group in groups]
    proposed = [group["id"] for group in groups if group["status"] == "proposed"]
    if crowded:
        _crowd(people, groups, requests)
    problem: Json = {
        "format": "groupmatch.problem/1",
        "horizon_minutes": weeks * _WEEK,
        "weeks": weeks,
        "participants": [
            {
                "id": name,
                "available": [[0, weeks * _WEEK]] if crowded else _available(draw, weeks),
                **draw(_participant),
            }
            for name in people
        ],
        "therapists": [{"id": name, **draw(_therapist)} for name in ("t2", "t1")],
        "groups": groups,
        "requests": requests,
        "plans": _plans(draw, requests),
        "keep_apart": _different(draw(_few_pairs), people, people),
        "alternatives": _different(draw(_few_pairs), proposed or group_ids, group_ids),
        "bans": _different(draw(_few_pairs), [r["id"] for r in requests], group_ids),
        "max_moves": draw(_any_of((1, None, 0))),
    }
    problem["pins"] = _pins(draw, problem)
    return problem


def _crowd(people: list[str], groups: list[Json], requests: list[Json]) -> None:
    """All groups are full but the first, which only members want: moves and chains pay."""
    for number, request in enumerate(requests):
        seated = request["current_group"] is not None
        request |= {
            "participant": people[number % len(people)],
            "requires": {},
            "topics": {"anger": number, "grief": 1} if seated else {"anger": 0},
            "wants_switch": number == 3,
        }
    members = Counter(request["current_group"] for request in requests)
    for number, group in enumerate(groups):
        free = 2 if number == 0 else 0
        group |= {
            "topic": "anger" if number else "grief",
            "status": "running",
            "min_size": 0,
            "max_size": members[group["id"]] + free,
            "held_seats": 0,
            "requires": {},
        }


def _different(pairs: list[tuple[int, int]], ones: list[str], others: list[str]) -> list[list[str]]:
    """The picked pairs, each once and never of a thing with itself."""
    named = [(ones[i % len(ones)], others[j % len(others)]) for i, j in pairs]
    return [[one, other] for one, other in dict.fromkeys(named) if one != other]


def _some(draw: Draw, ids: tuple[str, ...], counts: tuple[int, ...]) -> list[str]:
    first = draw(_pick)
    turned = [ids[(first + step) % len(ids)] for step in range(len(ids))]
    return turned[: draw(_any_of(counts))]
