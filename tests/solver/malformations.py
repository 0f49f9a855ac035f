"""Problem files with something wrong in them, and where: each must be refused by the format.

A valid problem is damaged in its values, in what its records say about each other, or in its
bytes. Every damage is certain, whatever the problem was.
"""

import json
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from tests.solver.judge import Json, Judge
from tests.solver.strategies import problems
from tests.solver.wrong_values import REQUIRED, REQUIRED_AT_THE_TOP, WRONG, WRONG_AT_THE_TOP

Draw = st.DrawFn


class Malformed(NamedTuple):
    """A file, and the beginnings of the JSON paths that its refusal must name."""

    content: bytes
    places: tuple[str, ...]


@st.composite
def malformed_files(draw: Draw) -> Malformed:
    """A file that the format refuses."""
    problem = draw(problems())
    damage = draw(st.sampled_from((_values, _values, _keys, _relations, _relations, _bytes)))
    return draw(damage(problem))


@st.composite
def _values(draw: Draw, problem: Json) -> Malformed:
    """Up to three fields hold what they may not; each of them is to be named."""
    marks = {}
    for number in range(draw(st.integers(1, 3))):
        owner, path, wrong = draw(_owner(problem))
        key = draw(st.sampled_from(sorted(wrong)))
        if not isinstance(owner.get(key), _Mark):
            owner[key] = _Mark(f"@{number}@")
            marks[owner[key]] = f"{path}.{key}", draw(st.sampled_from(wrong[key]))
    text = json.dumps(problem)
    for mark, (_, value) in marks.items():
        text = text.replace(f'"{mark}"', value)
    places = [path for mark, (path, _) in marks.items() if mark in _strings(problem)]
    return Malformed(text.encode(), tuple(places))


class _Mark(str):
    """Stands in a problem for JSON text to come."""

    __slots__ = ()


@st.composite
def _owner(draw: Draw, problem: Json) -> tuple[Json, str, dict[str, tuple[str, ...]]]:
    """An object of the file, its path, and what its fields may not hold."""
    sections = [key for key in WRONG if isinstance(problem[key], list) and problem[key]]
    section = draw(st.sampled_from(["$", *sections]))
    if section == "$":
        return problem, "$", WRONG_AT_THE_TOP
    number = draw(st.integers(0, len(problem[section]) - 1))
    return problem[section][number], f"$.{section}[{number}]", WRONG[section]


def _strings(value: object) -> set[str]:
    """The marks that are still there: replacing a list loses those inside it."""
    if isinstance(value, _Mark):
        return {value}
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_strings, items))


@st.composite
def _keys(draw: Draw, problem: Json) -> Malformed:
    """A key is missing, unknown, or there twice."""
    owner, path, _ = draw(_owner(problem))
    kind = draw(st.sampled_from(("missing", "unknown", "misspelled", "twice")))
    if kind == "missing":
        section = path.split("[")[0].removeprefix("$").removeprefix(".")
        key = draw(st.sampled_from(REQUIRED[section] if section else REQUIRED_AT_THE_TOP))
        del owner[key]
        return Malformed(json.dumps(problem).encode(), (f"{path}.{key}",))
    key = draw(st.sampled_from(sorted(owner)))
    if kind == "twice":
        owner[f"{key}@"] = owner[key]
        text = json.dumps(problem).replace(f'"{key}@"', f'"{key}"')
        return Malformed(text.encode(), (f"{path}.{key}",))
    unknown = "comment" if kind == "unknown" else f"{key}s_"
    owner[unknown] = draw(st.sampled_from((None, 1, [], {})))
    return Malformed(json.dumps(problem).encode(), (f"{path}.{unknown}",))


@st.composite
def _relations(draw: Draw, problem: Json) -> Malformed:
    """The records contradict each other or name what is not there."""
    damage = draw(st.sampled_from(_CONTRADICTIONS))
    request = draw(st.sampled_from(range(len(problem["requests"]))))
    group = draw(st.sampled_from(range(len(problem["groups"]))))
    place = damage(problem, request, group)
    return Malformed(json.dumps(problem).encode(), (place,))


Contradiction = Callable[[Json, int, int], str]


def _unknown_in_request(key: str, value: object) -> Contradiction:
    def damage(problem: Json, request: int, group: int) -> str:
        problem["requests"][request][key] = value
        return f"$.requests[{request}].{key}"

    return damage


def _unknown_in_list(key: str, side: int) -> Contradiction:
    def damage(problem: Json, request: int, group: int) -> str:
        pair = {
            "keep_apart": [p["id"] for p in problem["participants"][:1]] * 2,
            "alternatives": [problem["groups"][group]["id"]] * 2,
        }.get(key, [problem["requests"][request]["id"], problem["groups"][group]["id"]])
        pair[side] = "nobody"
        problem[key].append(pair)
        return f"$.{key}[{len(problem[key]) - 1}]"

    return damage


def _duplicate(section: str) -> Contradiction:
    def damage(problem: Json, request: int, group: int) -> str:
        if section == "plans":
            problem["plans"] += [{"id": "again", "requests": ["nobody"]}]
        problem[section].append(dict(problem[section][-1]))
        return f"$.{section}[{len(problem[section]) - 1}].id"

    return damage


def _in_group(key: str, **fields: object) -> Contradiction:
    def damage(problem: Json, request: int, group: int) -> str:
        problem["groups"][group] |= fields
        return f"$.groups[{group}].{key}"

    return damage


def _unequal_weeks(problem: Json, request: int, group: int) -> str:
    problem["weeks"] = 7
    return "$.horizon_minutes"


def _beyond_the_horizon(problem: Json, request: int, group: int) -> str:
    horizon = problem["horizon_minutes"]
    problem["groups"][group]["meetings"] = [[horizon - 30, horizon + 1]]
    return f"$.groups[{group}].meetings[0]"


def _seat_on_a_proposed_group(problem: Json, request: int, group: int) -> str:
    sizes = {"min_size": 1, "max_size": 2, "held_seats": 0}
    problem["groups"][group] |= {"status": "proposed", **sizes}
    problem["requests"][request]["current_group"] = problem["groups"][group]["id"]
    return f"$.requests[{request}].current_group"


def _new_plan(problem: Json, requests: list[str]) -> str:
    problem["plans"].append({"id": "one more", "requests": requests})
    return f"$.plans[{len(problem['plans']) - 1}]"


def _in_two_plans(problem: Json, request: int, group: int) -> str:
    name = problem["requests"][request]["id"]
    problem["plans"] = [{"id": "first", "requests": [name]}]
    return f"{_new_plan(problem, [name])}.requests"


def _plan_across_participants(problem: Json, request: int, group: int) -> str:
    stranger = {"id": "stranger", "available": []}
    problem["participants"].append(stranger)
    problem["requests"].append({"id": "theirs", "participant": "stranger", "topics": {"anger": 0}})
    return f"{_new_plan(problem, [problem['requests'][request]['id'], 'theirs'])}.requests"


def _plan_of_nobody(problem: Json, request: int, group: int) -> str:
    return f"{_new_plan(problem, ['nobody'])}.requests"


def _apart_from_itself(problem: Json, request: int, group: int) -> str:
    name = problem["requests"][request]["participant"]
    problem["keep_apart"].append([name, name])
    return f"$.keep_apart[{len(problem['keep_apart']) - 1}]"


def _two_pins(problem: Json, request: int, group: int) -> str:
    pin = [problem["requests"][request]["id"], problem["groups"][group]["id"]]
    problem["pins"] += [pin, pin]
    return "$.pins["


def _pinned_and_banned(problem: Json, request: int, group: int) -> str:
    pair = [problem["requests"][request]["id"], problem["groups"][group]["id"]]
    problem["pins"] = [pair]
    problem["bans"].append(pair)
    return "$.pins[0]"


def _pin_to_no_candidate(problem: Json, request: int, group: int) -> str:
    """The group closes, so that it is nobody's candidate; it is nobody's seat either."""
    name, target = problem["requests"][request]["id"], problem["groups"][group]
    target["admits"] = False
    problem["requests"][request]["current_group"] = None
    problem["pins"] = [[name, target["id"]]]
    assert target["id"] not in Judge(problem).candidates(name)
    return "$.pins[0]"


_CONTRADICTIONS: tuple[Contradiction, ...] = (
    *map(_duplicate, WRONG),
    _unknown_in_request("participant", "nobody"),
    _unknown_in_request("current_group", "nowhere"),
    _unknown_in_request("avoid_groups", ["nowhere"]),
    _unknown_in_request("avoid_therapists", ["nobody"]),
    _unknown_in_request("therapist_cost", {"nobody": 1}),
    _unknown_in_request("group_cost", {"nowhere": 0}),
    *(_unknown_in_list(key, side) for key in ("keep_apart", "alternatives") for side in (0, 1)),
    *(_unknown_in_list(key, side) for key in ("pins", "bans") for side in (0, 1)),
    _in_group("therapists", therapists=["nobody"]),
    _in_group("min_size", min_size=4, max_size=3, held_seats=0, status="running"),
    _in_group("held_seats", min_size=0, max_size=3, held_seats=4, status="running"),
    _in_group("min_size", min_size=0, max_size=3, held_seats=0, status="proposed"),
    _unequal_weeks,
    _beyond_the_horizon,
    _seat_on_a_proposed_group,
    _in_two_plans,
    _plan_across_participants,
    _plan_of_nobody,
    _apart_from_itself,
    _two_pins,
    _pinned_and_banned,
    _pin_to_no_candidate,
)


@st.composite
def _bytes(draw: Draw, problem: Json) -> Malformed:
    """The file is no JSON object at all."""
    whole = json.dumps(problem).encode()
    cut = draw(st.integers(0, len(whole) - 1))
    content = draw(
        st.sampled_from(
            (
                b"",
                b" \n\t",
                whole[:cut],
                whole[:cut] + b"\xff" + whole[cut:],
                whole[:cut] + b"\x00" + whole[cut:],
                whole + b"}",
                whole + whole,
                whole[:-1] + b",}",
                whole.replace(b'"', b"'"),
                b"// a comment\n" + whole,
                json.dumps(problem).encode("utf-16"),
                whole[:-1] + b', "plans": ' + b"[" * 100_000,
                b"[" * 100_000 + b"]" * 100_000,
                b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
                b"null",
                b"[]",
                b"17",
                b'"groupmatch.problem/1"',
                b"\x1f\x8b\x08\x00",
            )
        )
    )
    return Malformed(content, ("$",))
