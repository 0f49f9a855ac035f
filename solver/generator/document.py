"""A made-up program as a `groupmatch.problem/1` object, without keys at their defaults."""

from solver.generator.program import Group, Participant, Plan, Program, Request, Therapist
from solver.generator.requests import MIN_PLAN_MINUTES
from solver.generator.timeline import Hours

_DEFAULTS: tuple[object, ...] = (0, None, [], {})
_PLAN_BOUNDS = {
    "min_minutes": MIN_PLAN_MINUTES,
    "max_minutes": 1140,
    "min_days": 3,
    "max_minutes_per_day": 240,
}


def document(
    program: Program, weeks: int, horizon: int, max_moves: int | None
) -> dict[str, object]:
    """The whole file; requests are listed in the order in which they were made, oldest first."""
    oldest_first = sorted(program.requests, key=lambda request: -request.weeks)
    return {
        "format": "groupmatch.problem/1",
        "horizon_minutes": horizon,
        "weeks": weeks,
        "participants": [_participant(person) for person in program.participants],
        "therapists": [_therapist(therapist) for therapist in program.therapists],
        "groups": [_group(group) for group in program.groups],
        "requests": [_request(request) for request in oldest_first],
        "plans": [_plan(plan) for plan in program.plans],
        "keep_apart": [list(pair) for pair in program.keep_apart],
        "alternatives": program.alternatives,
        "pins": [list(pin) for pin in program.pins],
        "bans": [list(ban) for ban in program.bans],
        "max_moves": max_moves,
    }


def _participant(person: Participant) -> dict[str, object]:
    available = [_interval(hours) for hours in person.available]
    return {
        "id": person.id,
        "available": available,
        "attributes": person.attributes,
        **_without_defaults(day_offset_minutes=person.ahead),
    }


def _interval(hours: Hours) -> list[int]:
    return list(hours) if hours[2] else list(hours[:2])


def _therapist(therapist: Therapist) -> dict[str, object]:
    return {"id": therapist.id, **_without_defaults(max_minutes=therapist.max_minutes)}


def _group(group: Group) -> dict[str, object]:
    limits = [
        {"attribute": attribute, "value": value, "max": most}
        for attribute, value, most in group.limits
    ]
    return {
        "id": group.id,
        "topic": group.topic,
        "therapists": [leader.id for leader in group.leaders],
        "meetings": [list(hours[:2]) for hours in group.meetings],
        "min_size": group.min_size,
        "max_size": group.max_size,
        "requires": group.requires,
        "attributes": group.attributes,
        **({"status": "proposed"} if group.proposed else {}),
        **({} if group.admits else {"admits": False}),
        **_without_defaults(held_seats=group.held_seats, open_cost=group.open_cost, limits=limits),
    }


def _request(request: Request) -> dict[str, object]:
    """A settled request's priority bears on nothing and is left out."""
    settled = request.seated and not request.wants_switch
    return {
        "id": request.id,
        "participant": request.participant.id,
        "topics": request.topics,
        **({} if settled else {"priority": request.priority}),
        **({"wants_switch": True} if request.wants_switch else {}),
        **({"displaced": True} if request.displaced else {}),
        **_without_defaults(
            current_group=request.current.id if request.current else None,
            requires=request.requires,
            avoid_groups=request.avoid_groups,
            avoid_therapists=request.avoid_therapists,
            therapist_cost=request.therapist_cost,
            group_cost=request.group_cost,
        ),
    }


def _plan(plan: Plan) -> dict[str, object]:
    return {"id": plan.id, "requests": [request.id for request in plan.requests], **_PLAN_BOUNDS}


def _without_defaults(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in _DEFAULTS}
