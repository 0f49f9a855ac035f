"""What has changed since the seats were given, so that today's state is not a tidy one."""

from random import Random

from solver.generator.program import Group, Program, Request, Therapist

_ENDING_PERCENT = 3
_LAPSED_PERCENT = 2
#: Of the full groups.
_CUT_PERCENT = 10
_OTHER_HOURS_PERCENT = 1
_SWITCH_PERCENT = 5


def upset(rng: Random, program: Program) -> None:
    """Groups end, licenses lapse, sizes are cut, weeks change, members ask to switch."""
    members: dict[str, list[Request]] = {group.id: [] for group in program.groups}
    for request in program.requests:
        if request.current:
            members[request.current.id].append(request)
    running = [group for group in program.groups if not group.proposed]
    for group in running:
        if rng.randrange(100) < _ENDING_PERCENT:
            _end(group, members[group.id])
    for therapist in program.therapists:
        if rng.randrange(100) < _LAPSED_PERCENT and len(therapist.states) > 1:
            _lapse(therapist, rng.choice(sorted(therapist.states)), running, members)
    for group in running:
        if not group.has_room and rng.randrange(100) < _CUT_PERCENT:
            _cut(group)
    for request in program.requests:
        if request.seated:
            _unsettle(rng, request)


def _end(group: Group, members: list[Request]) -> None:
    """A group ends: it admits nobody, and its members look for other seats."""
    group.admits = False
    _displace(group, members)


def _displace(group: Group, members: list[Request]) -> None:
    for request in members:
        if request.seated:
            request.displaced = True
            group.members -= 1


def _lapse(
    therapist: Therapist, state: str, groups: list[Group], members: dict[str, list[Request]]
) -> None:
    """A license lapses: members in that state lose their seats in the therapist's groups."""
    for group in groups:
        if therapist in group.leaders and state in group.requires["region"]:
            group.requires["region"] = [s for s in group.requires["region"] if s != state]
            there = [r for r in members[group.id] if state in r.participant.attributes["region"]]
            _displace(group, there)


def _cut(group: Group) -> None:
    """A payer's new cap leaves a full group with a member too many."""
    group.max_size = max(group.min_size, group.held_seats, group.members - 1)


def _unsettle(rng: Random, request: Request) -> None:
    """A member's week has changed, or the member wants another group."""
    if rng.randrange(100) < _OTHER_HOURS_PERCENT and len(request.participant.available) > 1:
        request.participant.forget_first_hours()
    if rng.randrange(100) < _SWITCH_PERCENT:
        request.wants_switch = True
