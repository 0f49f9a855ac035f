"""The groups that may suit somebody, told from a problem that holds nobody else.

What depends on who else sits in a group is left open: its size, whether a pin to it still stands,
and whose household it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from groupmatch.matching.compile import Compiled
from groupmatch.matching.groups import HOUSEHOLD_KINDS
from groupmatch.records import Request
from solver import Problem, failing_rules

#: What a request requires of the size of a group, which its members' payers and regions set.
_OF_SIZE = frozenset({"payer", "region_size"})


def suiting(compiled: Compiled, requests: Sequence[Request], might: Sequence[str]) -> list[str]:
    """Those of some groups that may suit a request, whoever else sits there."""
    problem = _whatever_the_size(compiled.problem)
    found = {
        hour.group.id for hour in compiled.hours.values() if hour.group.kind in HOUSEHOLD_KINDS
    }
    found |= {
        group
        for request in requests
        for group, name in names(compiled, request, might)
        # A pin may prove stale by who else sits in its group.
        if all(each.rule == "pins_and_bans" for each in failing_rules(problem, request.id, name))
    }
    return [group for group in might if group in found]


def _whatever_the_size(problem: Problem) -> Problem:
    requests = (
        replace(
            request,
            requires={key: each for key, each in request.requires.items() if key not in _OF_SIZE},
        )
        for request in problem.requests
    )
    return replace(problem, requests=tuple(requests))


def names(compiled: Compiled, request: Request, groups: Collection[str]) -> list[tuple[str, str]]:
    """Those of some groups that the request could ask for, each with its name in the problem."""
    if request.id not in compiled.standings:
        return []
    topics = {topic.topic_code for topic in request.topics}
    hours = (
        hour for group in groups for hour in compiled.wishes.hours_of(group, request.participant)
    )
    return [(hour.group.id, hour.id) for hour in hours if hour.group.topic_code in topics]
