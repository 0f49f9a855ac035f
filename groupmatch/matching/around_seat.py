"""The part of a problem that bears on one new seat where everybody else stays."""

from dataclasses import replace

from solver import Problem


def around_seat(problem: Problem, request_id: str, group_id: str) -> Problem:
    """The problem with whatever a rule about the seat of a request in a group looks at.

    That is everybody in the group, all that the person holds, and the groups that could keep this
    one from opening: those of its leaders and its alternatives. What any other seat or group breaks
    stands today, whoever takes this seat. Raises `KeyError` for an unknown id.
    """
    person, group = problem.request[request_id].participant, problem.group[group_id]
    requests = [
        each
        for each in problem.requests
        if each.current_group == group_id or each.participant == person
    ]
    people = {each.participant for each in requests}
    alternatives = tuple(ids for ids in problem.alternatives if group.id in ids)
    near = {group.id, *(each.seat for each in requests)}.union(*alternatives)
    leading = frozenset(group.therapists)
    groups = [
        each
        for each in problem.groups
        if each.id in near or not leading.isdisjoint(each.therapists)
    ]
    leaders = {name for each in groups for name in each.therapists}
    return replace(
        problem,
        participants=tuple(problem.participant[name] for name in sorted(people)),
        therapists=tuple(each for each in problem.therapists if each.id in leaders),
        groups=tuple(groups),
        requests=tuple(requests),
        plans=tuple(plan for plan in problem.plans if request_id in plan.requests),
        keep_apart=tuple(pair for pair in problem.keep_apart if people.issuperset(pair)),
        alternatives=alternatives,
    )
