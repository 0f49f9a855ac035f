"""Why a waiting request has no seat (specification, *Explanations*)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from solver.constraints import plans
from solver.constraints.limits import carries
from solver.eligibility import FailingRule, failing_rules
from solver.explanations.nearness import BIT
from solver.explanations.solved import Solved
from solver.problem import Group, Request
from solver.ragged import IntArray
from solver.roster import Roster, Seat
from solver.solution import Reason
from solver.tables import NOWHERE
from solver.timeline import overlap

_NEAREST = 20
_BY_BIT = {bit: rule for rule, bit in BIT.items()}


def reasons(solved: Solved, requests: Sequence[int]) -> Iterator[tuple[Reason, ...]]:
    """For each of these unplaced requests why it has no seat, over the groups of its topics.

    For the nearest groups all that stands in the way, for the rest a count per first reason.
    """
    near = solved.nearness.of_requests(requests)
    order = np.lexsort((near.group, np.bitwise_count(near.failing), near.request))
    group, failing = near.group[order], near.failing[order]
    first = np.searchsorted(near.request[order], requests, side="left")
    last = np.searchsorted(near.request[order], requests, side="right")
    for request, start, end in zip(requests, first.tolist(), last.tolist(), strict=True):
        asked = group[start : start + _NEAREST].tolist()
        beyond = slice(min(start + _NEAREST, end), end)
        nearest = _nearest(solved, request, asked[: end - start])
        rest = _rest(solved, request, group[beyond], failing[beyond])
        yield (*nearest, *(Reason(rule, times=rest[rule]) for rule in sorted(rest)))


def _nearest(solved: Solved, request: int, groups: Iterable[int]) -> Iterator[Reason]:
    asking = solved.problem.requests[request]
    for place in groups:
        group = solved.problem.groups[place]
        failing = failing_rules(solved.problem, asking.id, group.id)
        for rule in failing or _obstacles(solved, asking, group):
            yield Reason(rule.rule, rule.detail, group.id)


def _rest(solved: Solved, request: int, groups: IntArray, failing: IntArray) -> Counter[str]:
    """How often each reason is the first one."""
    asking = solved.problem.requests[request]
    firsts, times = np.unique(failing & -failing, return_counts=True)
    rules = zip(firsts.tolist(), times.tolist(), strict=True)
    rest = Counter({_BY_BIT[bit]: count for bit, count in rules if bit})
    for place in groups[failing == 0].tolist():
        rest[next(_obstacles(solved, asking, solved.problem.groups[place])).rule] += 1
    return rest


def _obstacles(solved: Solved, request: Request, group: Group) -> Iterator[FailingRule]:
    """What keeps a request out of a group that it is eligible for; never empty."""
    roster = solved.roster
    found = [
        *_not_opened(roster, group),
        *_full(roster, group),
        *_conflict(roster, request, group),
        *_keep_apart(solved, request, group),
        *_limit(roster, request, group),
        *_plan(solved, request, group),
    ]
    yield from found
    newcomers = sum(seat.new for seat in roster.by_group[group.id])
    if newcomers and any(rule.rule == "full" for rule in found):
        detail = f"{newcomers} of its seats went to requests that serve a tier better"
        yield FailingRule("outranked", detail)
    elif not found:
        yield FailingRule("outranked", "a seat here would cost a better tier elsewhere")


def _not_opened(roster: Roster, group: Group) -> Iterator[FailingRule]:
    if not roster.is_open(group):
        yield FailingRule("not_opened", f"opens with {group.min_size} or more")


def _full(roster: Roster, group: Group) -> Iterator[FailingRule]:
    size = len(roster.by_group[group.id])
    if size >= group.capacity:
        yield FailingRule("full", f"{size} of {group.capacity}")


def _conflict(roster: Roster, request: Request, group: Group) -> Iterator[FailingRule]:
    for seat in roster.by_participant[request.participant]:
        if overlap(seat.group.meetings, group.meetings):
            yield FailingRule("conflict", f"with {seat.request.id} in {seat.group.id}")


def _keep_apart(solved: Solved, request: Request, group: Group) -> Iterator[FailingRule]:
    present = {seat.request.participant for seat in solved.roster.by_group[group.id]}
    place = solved.tables.participant_place[request.participant]
    names = (solved.problem.participants[other].id for other in solved.apart.get(place, ()))
    for apart in sorted(present.intersection(names)):
        yield FailingRule("keep_apart", f"from {apart}")


def _limit(roster: Roster, request: Request, group: Group) -> Iterator[FailingRule]:
    person = roster.problem.participant[request.participant]
    for limit in dict.fromkeys(group.limits):
        seats = roster.by_group[group.id]
        carriers = sum(carries(roster.person(seat), limit) for seat in seats)
        if carries(person, limit) and carriers >= limit.max:
            detail = f"{limit.attribute} {limit.value}: {carriers} of {limit.max}"
            yield FailingRule("limit", detail)


def _plan(solved: Solved, request: Request, group: Group) -> Iterator[FailingRule]:
    roster = solved.roster
    place = solved.plan_of[solved.tables.request_place[request.id]]
    if place == NOWHERE:
        return
    plan = solved.problem.plans[place]
    others = [name for name in plan.requests if name != request.id]
    seats = [roster.by_request[name] for name in others if name in roster.by_request]
    if len(seats) < len(others):
        yield FailingRule("plan", f"{plan.id} is not complete")
        return
    week = [*seats, Seat(request, group, new=True)]
    for detail in plans.broken_bounds(roster.problem, plan, week):
        yield FailingRule("plan", f"{plan.id}: {detail}")
