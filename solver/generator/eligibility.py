"""Which made-up request may join which made-up group (spec: *Eligibility of a new seat*)."""

from solver.generator.program import Attributes, Group, Request


def suits(request: Request, group: Group) -> bool:
    """Whether topic, hours and both sides' requirements match: what an old seat has obeyed."""
    person = request.participant
    return (
        group.topic in request.topics
        and not group.times & ~person.free
        and _meets(group.requires, person.attributes)
        and _meets(request.requires, group.attributes)
    )


def may_join(request: Request, group: Group) -> bool:
    """Whether a new seat would be allowed today, pins and bans aside."""
    return (
        suits(request, group)
        and group.admits
        and group.members <= group.max_size - group.held_seats
        and not (request.seated and group is request.current)
        and group.id not in request.avoid_groups
        and not any(leader.id in request.avoid_therapists for leader in group.leaders)
    )


def _meets(requires: Attributes, attributes: Attributes) -> bool:
    return all(
        any(value in accepted for value in attributes.get(key, ()))
        for key, accepted in requires.items()
    )
