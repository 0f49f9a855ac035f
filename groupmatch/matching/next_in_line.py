"""Who comes next for a seat that has become free, by the rules and priorities of the night."""

from collections.abc import Iterator

from groupmatch.matching.compile import Compiled
from groupmatch.matching.people import priority_of
from solver import failing_rules, violations


def next_in_line(compiled: Compiled, group_id: str) -> Iterator[str]:
    """The waiting requests that a group suits and has room for now, the highest priority first.

    Of equal ones, those who wait longer come first. Requests of plans are left to the night, which
    serves a plan whole.
    """
    problem = compiled.problem
    present = {each.id: each.seat for each in problem.requests if each.seat is not None}
    waiting = [
        each
        for each in compiled.standings.values()
        if each.waiting and each.seat is None and each.request.plan_id is None
    ]
    waiting.sort(
        key=lambda each: (
            -priority_of(compiled.frame, each).total,
            each.since,
            each.request.id,
        )
    )
    for each in waiting:
        name = each.request.id
        for hour in compiled.wishes.hours_of(group_id, each.request.participant):
            if failing_rules(problem, name, hour.id):
                continue
            if not violations(problem, {**present, name: hour.id}):
                yield name
