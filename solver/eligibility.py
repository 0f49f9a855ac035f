"""Who may get a new seat where: the nine rules of eligibility, for one request and one group.

This is the rule book as the specification words it ("Eligibility of a new seat").
`solver.candidates` finds all eligible pairs of a problem in bulk and is tested against it.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from solver.problem import Group, Problem, Request, Values
from solver.timeline import covers


class FailingRule(NamedTuple):
    """A rule that a pair breaks, and how."""

    rule: str
    detail: str


def failing_rules(problem: Problem, request_id: str, group_id: str) -> tuple[FailingRule, ...]:
    """All eligibility rules that a new seat of the request in the group would break.

    The pair is a candidate exactly if there is none. Raises `KeyError` for an unknown id.
    """
    request, group = problem.request[request_id], problem.group[group_id]
    details = ((name, rule(problem, request, group)) for name, rule in RULES.items())
    return tuple(FailingRule(name, detail) for name, detail in details if detail)


def _topic(problem: Problem, request: Request, group: Group) -> str:
    return "" if group.topic in request.topics else f"{group.topic} is not asked for"


def _admits(problem: Problem, request: Request, group: Group) -> str:
    return "" if group.admits else "the group admits nobody"


def _availability(problem: Problem, request: Request, group: Group) -> str:
    hours = problem.participant[request.participant].hours
    missed = [meeting for meeting in group.meetings if not covers(hours, meeting)]
    return f"not available in {_intervals(missed)}" if missed else ""


def _group_requires(problem: Problem, request: Request, group: Group) -> str:
    attributes = problem.participant[request.participant].attributes
    return _missing(group.requires, attributes)


def _request_requires(problem: Problem, request: Request, group: Group) -> str:
    return _missing(request.requires, group.attributes)


def _avoids(problem: Problem, request: Request, group: Group) -> str:
    if group.id in request.avoid_groups:
        return "the group is avoided"
    avoided = [name for name in group.therapists if name in request.avoid_therapists]
    return f"therapist {', '.join(avoided)} is avoided" if avoided else ""


def _pins_and_bans(problem: Problem, request: Request, group: Group) -> str:
    if (request.id, group.id) in problem.banned:
        return "the pair is banned"
    pinned = problem.pinned_group.get(request.id, group.id)
    return "" if pinned == group.id else f"the request is pinned to {pinned}"


def _current_group(problem: Problem, request: Request, group: Group) -> str:
    return "it is the current seat" if request.seat == group.id else ""


def _over_full(problem: Problem, request: Request, group: Group) -> str:
    members = problem.members[group.id]
    return f"{members} members for {group.capacity} seats" if members > group.capacity else ""


def _missing(required: Values, attributes: Values) -> str:
    """The requirements that the attributes do not meet."""
    unmet = [key for key in required if required[key].isdisjoint(attributes.get(key, ()))]
    return "; ".join(f"{key} is none of {sorted(required[key])}" for key in sorted(unmet))


def _intervals(meetings: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"[{start}, {end})" for start, end in meetings)


#: The rules in the order of the specification, each with a detail where it is broken.
RULES: dict[str, Callable[[Problem, Request, Group], str]] = {
    "topic": _topic,
    "admits": _admits,
    "availability": _availability,
    "group_requires": _group_requires,
    "request_requires": _request_requires,
    "avoids": _avoids,
    "pins_and_bans": _pins_and_bans,
    "current_group": _current_group,
    "over_full": _over_full,
}

#: The rules that a seat of today can break; the others are about entering a group.
_STANDING = ("topic", "availability", "group_requires", "request_requires", "avoids")


def standing_rules(problem: Problem, request_id: str) -> tuple[FailingRule, ...]:
    """The rules that a kept seat of the request breaks today."""
    request = problem.request[request_id]
    group = problem.group[request.seat or ""]
    details = ((name, RULES[name](problem, request, group)) for name in _STANDING)
    return tuple(FailingRule(name, detail) for name, detail in details if detail)
