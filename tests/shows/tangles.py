"""Generated programs pulled tighter, so that every rule binds somewhere."""

from random import Random
from typing import Any

from solver.generator import PROFILES, generate

Json = dict[str, Any]
SMALLEST, LARGEST = 60, 150
_MOVES = (0, None, 1, 3)


def tangle(seed: int) -> Json:
    """The same problem for the same seed; profiles, weeks and moves take turns."""
    chance = Random(seed)
    problem: Json = generate(
        chance.randint(SMALLEST, LARGEST),
        seed,
        weeks=1 + seed % 2,
        profile=PROFILES[seed % len(PROFILES)],
        max_moves=_MOVES[seed // 2 % len(_MOVES)],
    )
    if seed % 3:
        for pull in (_fewer_seats, _less_alike, _more_wishes, _apart, _other_openings):
            pull(problem, chance)
        # A pin must stay a candidate, which is not certain any more.
        problem["pins"] = []
    return problem


def _fewer_seats(problem: Json, chance: Random) -> None:
    for group in problem["groups"]:
        least = max(group.get("min_size", 1), group.get("held_seats", 0), 1)
        group["max_size"] = chance.randint(least, max(least, group["max_size"]))


def _less_alike(problem: Json, chance: Random) -> None:
    """Half of the participants carry a value that some groups limit."""
    for person in problem["participants"]:
        if chance.random() < 0.5:
            person.setdefault("attributes", {})["trait"] = ["rare"]
    for group in problem["groups"]:
        if chance.random() < 0.3:
            limit = {"attribute": "trait", "value": "rare", "max": chance.randint(0, 4)}
            group["limits"] = [*group.get("limits", []), limit]


def _more_wishes(problem: Json, chance: Random) -> None:
    """More members would switch, and priorities tie more often."""
    for request in problem["requests"]:
        request["priority"] = chance.choice((1, 2, 3, 10))
        if request.get("current_group") and chance.random() < 0.4:
            request["wants_switch"] = True


def _apart(problem: Json, chance: Random) -> None:
    people = [person["id"] for person in problem["participants"]]
    problem["keep_apart"] += [chance.sample(people, 2) for _ in range(len(people) // 2)]


def _other_openings(problem: Json, chance: Random) -> None:
    """Some running groups without members become proposals, some of them alternatives."""
    taken = {request.get("current_group") for request in problem["requests"]}
    for group in problem["groups"]:
        if group["id"] not in taken and chance.random() < 0.5:
            group["status"] = "proposed"
            group["min_size"] = chance.randint(1, group["max_size"])
    proposed = [g["id"] for g in problem["groups"] if g.get("status") == "proposed"]
    if len(proposed) > 1:
        problem["alternatives"].append(chance.sample(proposed, 2))
