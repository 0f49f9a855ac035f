"""The same problem in other words: other ids, another order."""

from random import Random

from tests.solver.judge import Json

_SECTIONS = ("participants", "therapists", "groups", "requests", "plans")


def renamed(problem: Json, chance: Random) -> Json:
    """Every id replaced by another one; among the new ones, the order is another too."""
    names: dict[str, dict[object, str]] = {}
    for section in _SECTIONS:
        ids = [record["id"] for record in problem[section]]
        fresh = [f"{section}-{number}" for number in range(len(ids))]
        chance.shuffle(fresh)
        names[section] = dict(zip(ids, fresh, strict=True))
    return with_ids(problem, names)


def prefixed(problem: Json, prefix: str) -> Json:
    """Every id and every topic with a prefix, so that problems may stand beside each other."""
    names = {
        section: {record["id"]: prefix + record["id"] for record in problem[section]}
        for section in _SECTIONS
    }
    changed = with_ids(problem, names)
    for group in changed["groups"]:
        group["topic"] = prefix + group["topic"]
    for request in changed["requests"]:
        request["topics"] = {prefix + topic: cost for topic, cost in request["topics"].items()}
    return changed


def with_ids(problem: Json, names: dict[str, dict[object, str]]) -> Json:
    """The problem with other ids: section of the file → old id → new id."""
    people, therapists, groups, requests, plans = (names[section] for section in _SECTIONS)
    changed = {
        **problem,
        "keep_apart": [[people[p] for p in pair] for pair in problem["keep_apart"]],
        "alternatives": [[groups[g] for g in ids] for ids in problem["alternatives"]],
        "pins": [[requests[r], groups[g]] for r, g in problem["pins"]],
        "bans": [[requests[r], groups[g]] for r, g in problem["bans"]],
        "plans": [
            {**p, "requests": [requests[r] for r in p["requests"]]} for p in problem["plans"]
        ],
        "groups": [
            {**g, "therapists": [therapists[t] for t in g["therapists"]]} for g in problem["groups"]
        ],
        "requests": [
            {
                **r,
                "participant": people[r["participant"]],
                "current_group": groups.get(r["current_group"]),
                "avoid_groups": [groups[g] for g in r["avoid_groups"]],
                "avoid_therapists": [therapists[t] for t in r["avoid_therapists"]],
                "group_cost": {groups[g]: cost for g, cost in r["group_cost"].items()},
                "therapist_cost": {therapists[t]: c for t, c in r["therapist_cost"].items()},
            }
            for r in problem["requests"]
        ],
    }
    for section, ids in zip(_SECTIONS, (people, therapists, groups, requests, plans), strict=True):
        changed[section] = [{**each, "id": ids[each["id"]]} for each in changed[section]]
    return changed


def shuffled(value: Json, chance: Random) -> Json:
    """The same file with its lists of records and its keys in another order."""
    changed = {}
    for key, content in chance.sample(sorted(value.items(), key=lambda item: item[0]), len(value)):
        if isinstance(content, list):
            content = [shuffled(c, chance) if isinstance(c, dict) else c for c in content]
            chance.shuffle(content)
        changed[key] = content
    return changed
