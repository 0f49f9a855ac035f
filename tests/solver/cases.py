"""Small problems in the words of the file format, for one rule at a time.

Everybody is free all week and everybody asks for "anger", unless a test says otherwise.
"""

from typing import Any

from solver import Problem, Violation, parse_problem, violations
from tests.checked import solve

WEEK = 10_080
HOUR = 60


def person(id: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "available": [[0, WEEK]], **fields}


def group(id: str, hour: int = 18, **fields: Any) -> dict[str, Any]:
    """A group that meets for an hour, at this hour of the week; a running one may be empty."""
    usual = {
        "topic": "anger",
        "meetings": [[hour * HOUR, (hour + 1) * HOUR]],
        "min_size": int(fields.get("status") == "proposed"),
        "max_size": 8,
    }
    return {"id": id, **usual, **fields}


def request(id: str, participant: str | None = None, **fields: Any) -> dict[str, Any]:
    """A request of the participant of the same number: r1 of p1."""
    owner = participant or f"p{id[1:]}"
    return {"id": id, "participant": owner, "topics": {"anger": 0}, **fields}


def problem(
    groups: list[dict[str, Any]], requests: list[dict[str, Any]], **fields: Any
) -> dict[str, Any]:
    """The problem file, with the participants that the requests name."""
    owners = sorted({asked["participant"] for asked in requests})
    return {
        "format": "groupmatch.problem/1",
        "horizon_minutes": WEEK,
        "participants": [person(owner) for owner in owners],
        "groups": groups,
        "requests": requests,
        **fields,
    }


def parsed(groups: list[dict[str, Any]], requests: list[dict[str, Any]], **fields: Any) -> Problem:
    return parse_problem(problem(groups, requests, **fields))


def rules(found: list[Violation]) -> list[str]:
    return [violation.rule for violation in found]


def broken(asked: Problem, **seats: str) -> list[str]:
    """The rules that these seats (request=group) break; seated requests keep theirs."""
    kept = {r.id: r.seat for r in asked.requests if r.seat is not None}
    return sorted(set(rules(violations(asked, {**kept, **seats}))))


def seats_of(asked: Problem) -> dict[str, str]:
    """Who sits where in the proved best solution."""
    solution = solve(asked, workers=1)
    assert solution.status == "optimal"
    return solution.assignment
