"""Why a waiting request has no seat (specification, *Explanations*)."""

from collections import Counter
from collections.abc import Iterator

from solver.constraints import plans
from solver.constraints.limits import carries
from solver.eligibility import FailingRule, failing_rules
from solver.problem import Group, Request
from solver.roster import Roster, Seat
from solver.solution import Reason
from solver.timeline import overlap

_NEAREST = 20


def reasons(roster: Roster, request: Request) -> tuple[Reason, ...]:
    """Why an unplaced request has no seat, over the groups whose topic is acceptable.

    For the nearest groups all that stands in the way, for the rest a count per first reason.
    """
    asked = [group for group in roster.problem.groups if group.topic in request.topics]
    failing = {group.id: failing_rules(roster.problem, request.id, group.id) for group in asked}
    asked.sort(key=lambda group: (len(failing[group.id]), group.id))
    in_the_way = [
        (group, failing[group.id] or tuple(_obstacles(roster, request, group))) for group in asked
    ]
    nearest = [
        Reason(rule.rule, rule.detail, group.id)
        for group, found in in_the_way[:_NEAREST]
        for rule in found
    ]
    rest = Counter(found[0].rule for _, found in in_the_way[_NEAREST:])
    return (*nearest, *(Reason(rule, times=rest[rule]) for rule in sorted(rest)))


def _obstacles(roster: Roster, request: Request, group: Group) -> Iterator[FailingRule]:
    """What keeps a request out of a group that it is eligible for; never empty."""
    found = [
        *_not_opened(roster, group),
        *_full(roster, group),
        *_conflict(roster, request, group),
        *_keep_apart(roster, request, group),
        *_limit(roster, request, group),
        *_plan(roster, request, group),
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


def _keep_apart(roster: Roster, request: Request, group: Group) -> Iterator[FailingRule]:
    present = {seat.request.participant for seat in roster.by_group[group.id]}
    for one, other in roster.problem.keep_apart:
        if request.participant in (one, other):
            apart = other if request.participant == one else one
            if apart in present:
                yield FailingRule("keep_apart", f"from {apart}")


def _limit(roster: Roster, request: Request, group: Group) -> Iterator[FailingRule]:
    person = roster.problem.participant[request.participant]
    for limit in dict.fromkeys(group.limits):
        seats = roster.by_group[group.id]
        carriers = sum(carries(roster.person(seat), limit) for seat in seats)
        if carries(person, limit) and carriers >= limit.max:
            detail = f"{limit.attribute} {limit.value}: {carriers} of {limit.max}"
            yield FailingRule("limit", detail)


def _plan(roster: Roster, request: Request, group: Group) -> Iterator[FailingRule]:
    for plan in roster.problem.plans:
        if request.id in plan.requests:
            others = [name for name in plan.requests if name != request.id]
            seats = [roster.by_request[name] for name in others if name in roster.by_request]
            if len(seats) < len(others):
                yield FailingRule("plan", f"{plan.id} is not complete")
            else:
                week = [*seats, Seat(request, group, new=True)]
                for detail in plans.broken_bounds(roster.problem, plan, week):
                    yield FailingRule("plan", f"{plan.id}: {detail}")
