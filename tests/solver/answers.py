"""Answers to tiny problems, made without the solver: right ones, and slightly wrong ones."""

from collections.abc import Callable
from copy import deepcopy
from random import Random

from tests.solver.judge import SENSES, TIERS, Json, Judge, Seats


def answer(judge: Judge, seats: Seats, slack: int = 0) -> Json:
    """The solution file for these seats; with `slack` a feasible one with looser bounds."""
    values = judge.values(seats)
    bounds = [max(0, value + sense * slack) for sense, value in zip(SENSES, values, strict=True)]
    return {
        "format": "groupmatch.solution/1",
        "status": "feasible" if slack else "optimal",
        "objective": dict(zip(TIERS, values, strict=True)),
        "bounds": dict(zip(TIERS, bounds, strict=True)),
        "seats": [
            {"request": r, "group": seats[r], "new": judge.is_new(r, seats)} for r in sorted(seats)
        ],
        "opened": sorted(judge.opened(seats)),
        "unplaced": [
            {"request": r, "reasons": [], "fixes": []}
            for r in sorted(judge.requests)
            if r not in seats
        ],
        "warnings": [],
        "stats": {"wall_seconds": 0.0, "seed": 0},
    }


def any_seats(judge: Judge, chance: Random) -> dict[str, str]:
    """For each request its present seat, any group at all, or nothing."""
    asked = {
        r: chance.choice([judge.current[r], judge.current[r], None, *judge.groups])
        for r in judge.requests
    }
    return {r: g for r, g in asked.items() if g is not None}


def valid_seats(judge: Judge, chance: Random) -> dict[str, str]:
    """Today's seats, changed step by step as long as no rule is broken."""
    seats = {r: g for r, g in judge.current.items() if g is not None}
    options = {r: [judge.current[r], *judge.candidates(r)] for r in judge.requests}
    for _ in range(4 * len(judge.requests)):
        changed = dict(seats)
        for r in chance.sample(sorted(options), chance.randint(1, len(options))):
            option = chance.choice(options[r])
            changed |= {r: option} if option is not None else {}
        if not judge.violations(changed):
            seats = changed
    return seats


Fault = Callable[[Json, Judge, Random], bool]


def _value(document: Json, judge: Judge, chance: Random) -> bool:
    document["objective"][chance.choice(TIERS)] += 1
    return True


def _claimed(document: Json, judge: Judge, chance: Random) -> bool:
    """A bound that is not reached, in a solution that says it is optimal."""
    tier = chance.choice(TIERS)
    document["status"] = "optimal"
    document["bounds"][tier] = document["objective"][tier] + 1
    return True


def _bound(document: Json, judge: Judge, chance: Random) -> bool:
    """A bound that the solution itself exceeds."""
    number = chance.randrange(len(TIERS))
    worse = document["objective"][TIERS[number]] - SENSES[number]
    document["status"] = "feasible"
    document["bounds"][TIERS[number]] = worse
    return bool(worse >= 0)


def _flag(document: Json, judge: Judge, chance: Random) -> bool:
    if document["seats"]:
        seat = chance.choice(document["seats"])
        seat["new"] = not seat["new"]
    return bool(document["seats"])


def _order(document: Json, judge: Judge, chance: Random) -> bool:
    document["seats"].reverse()
    return len(document["seats"]) > 1


def _twice(document: Json, judge: Judge, chance: Random) -> bool:
    found = document[chance.choice(("seats", "opened", "unplaced"))]
    if found:
        found.insert(0, found[0])
    return bool(found)


def _missing(document: Json, judge: Judge, chance: Random) -> bool:
    found = document[chance.choice(("seats", "opened", "unplaced"))]
    if not found:
        return False
    del found[chance.randrange(len(found))]
    return True


def _extra(document: Json, judge: Judge, chance: Random) -> bool:
    key, entry = chance.choice(
        (
            ("opened", chance.choice(sorted(judge.groups))),
            ("unplaced", {"request": chance.choice(sorted(judge.requests))}),
        )
    )
    document[key].append(entry)
    return True


def _unknown(document: Json, judge: Judge, chance: Random) -> bool:
    seat = {"request": "nobody", "group": chance.choice(sorted(judge.groups)), "new": True}
    key, entry = chance.choice(
        (("opened", "nowhere"), ("unplaced", {"request": "nobody"}), ("seats", seat))
    )
    document[key] = sorted([*document[key], entry], key=str)
    return True


FAULTS: tuple[Fault, ...] = (
    _value,
    _claimed,
    _bound,
    _flag,
    _order,
    _twice,
    _missing,
    _extra,
    _unknown,
)


def spoilt(document: Json, judge: Judge, fault: Fault, chance: Random) -> Json | None:
    """The answer with one thing wrong; None where it has nothing to spoil."""
    changed = deepcopy(document)
    return changed if fault(changed, judge, chance) else None
