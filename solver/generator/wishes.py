"""What people would rather not, whom they must not meet, and what coordinators have decided."""

from collections import defaultdict
from random import Random

from solver.generator.eligibility import may_join
from solver.generator.program import Group, Program, Request

_LOOKED_AT = 40


def express(rng: Random, program: Program) -> None:
    """Avoided groups and therapists, costs of seats; pairs kept apart; bans and pins."""
    by_topic: dict[str, list[Group]] = defaultdict(list)
    for group in program.groups:
        by_topic[group.topic].append(group)
    for request in program.requests:
        _prefer(rng, request, by_topic)
    program.keep_apart = _pairs_kept_apart(rng, program)
    for request in program.requests:
        _decide(rng, program, request, by_topic)


def _prefer(rng: Random, request: Request, by_topic: dict[str, list[Group]]) -> None:
    """A few avoid or dislike a group or a therapist; who leaves may avoid the one they leave."""
    chance = rng.randrange(100)
    if request.wants_switch and request.current and chance < 30:
        request.avoid_therapists = [rng.choice(request.current.leaders).id]
        return
    groups = by_topic[rng.choice(list(request.topics))]
    if not groups or chance >= 19:
        return
    group, other = rng.choice(groups), rng.choice(groups)
    if chance < 2:
        request.avoid_groups = [group.id]
    elif chance < 5:
        request.avoid_therapists = [group.leaders[0].id]
    elif chance < 14:
        request.therapist_cost = {group.leaders[0].id: rng.choice((5, 10, 20))}
    else:
        request.group_cost = dict.fromkeys((group.id, other.id), rng.choice((2, 5)))


def _pairs_kept_apart(rng: Random, program: Program) -> list[tuple[str, str]]:
    """One pair per hundred participants, of people who ask for the same topic."""
    asking: dict[str, list[str]] = defaultdict(list)
    for request in program.requests:
        asking[min(request.topics, key=request.topics.__getitem__)].append(request.participant.id)
    crowds = [people for people in asking.values() if len(set(people)) > 1]
    pairs = []
    for _ in range(len(program.participants) // 100 + 1 if crowds else 0):
        one, other = rng.sample(rng.choice(crowds), 2)
        if one != other:
            pairs.append((one, other))
    return pairs


def _decide(
    rng: Random, program: Program, request: Request, by_topic: dict[str, list[Group]]
) -> None:
    """Ban a request from a group it could join, pin it to one, or pin it to where it is."""
    chance = rng.randrange(200)
    if chance > 3:
        return
    groups = [group for topic in request.topics for group in by_topic[topic]]
    joinable = [
        group
        for group in rng.sample(groups, min(_LOOKED_AT, len(groups)))
        if may_join(request, group)
    ]
    if chance == 3 and request.seated and request.current:
        program.pins.append((request.id, request.current.id))
    elif chance == 2 and joinable:
        program.pins.append((request.id, joinable[0].id))
    elif joinable:
        program.bans.append((request.id, joinable[0].id))
