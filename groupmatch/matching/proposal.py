"""What a solution proposes, in the ids of the database: seats in bundles, and who got none."""

from collections.abc import Sequence
from dataclasses import dataclass

from groupmatch.database import Json
from groupmatch.matching.bundles import Entry, bundles
from groupmatch.matching.compile import Compiled
from groupmatch.matching.groups import Hour
from groupmatch.matching.people import priority_of
from groupmatch.matching.priority import Priority
from groupmatch.matching.standing import Standing
from groupmatch.records import EntryKind, Group
from solver import Solution
from solver.timeline import merged


@dataclass(frozen=True)
class ProposedSeat:
    """One new seat. `why` and `facts` are what a person sees before they approve."""

    kind: EntryKind
    request_id: str
    participant_id: str
    from_group_id: str | None
    to_group_id: str
    opens: bool
    why: Json
    facts: Json


@dataclass(frozen=True)
class NotPlaced:
    """A waiting request that gets no seat, and the solver's reasons."""

    request_id: str
    participant_id: str
    reasons: Sequence[Json]


def proposed_bundles(compiled: Compiled, solution: Solution) -> list[list[ProposedSeat]]:
    """The new seats of a solution, in bundles."""
    return [
        [_proposed(compiled, entry) for entry in bundle]
        for bundle in bundles(compiled.problem, solution.assignment)
    ]


def not_placed(compiled: Compiled, solution: Solution) -> list[NotPlaced]:
    """The requests that took part and wait on, by request id."""
    return [
        NotPlaced(
            request_id=each.request,
            participant_id=compiled.problem.request[each.request].participant,
            reasons=[compiled.in_records(reason.as_json()) for reason in each.reasons],
        )
        for each in solution.unplaced
    ]


def kind_of(standing: Standing) -> EntryKind:
    """What a new seat would be for a request as it stands."""
    if standing.waiting:
        return EntryKind.PLACED
    return EntryKind.SWITCHED if standing.switch else EntryKind.MOVED


def facts_of(group: Group, former: str | None) -> Json:
    """What a person relies on when they approve a seat in a group; `former` is the group left."""
    return {
        "topic": group.topic_code,
        "level": group.level_code,
        "zone": group.timezone,
        "meetings": [
            [each.weekday, each.start_minute, each.minutes] for each in group.meetings if each.lasts
        ],
        "therapists": [each.therapist_id for each in group.leaders if each.lasts],
        "from_group": former,
    }


def _proposed(compiled: Compiled, entry: Entry) -> ProposedSeat:
    return proposed_seat(compiled, entry.request, entry.group)


def proposed_seat(compiled: Compiled, request_id: str, hour_id: str) -> ProposedSeat:
    """A seat of a request in a group, or a household's copy of one, by its id in the problem."""
    standing, hour = compiled.standings[request_id], compiled.hours[hour_id]
    held = compiled.frame.snapshot.seats.get(request_id)
    former = held.group_id if held else None
    return ProposedSeat(
        kind=kind_of(standing),
        request_id=request_id,
        participant_id=standing.request.participant_id,
        from_group_id=former,
        to_group_id=hour.group.id,
        opens=hour.opens,
        why=why(compiled, standing, hour),
        facts=facts_of(hour.group, former),
    )


def why(compiled: Compiled, standing: Standing, hour: Hour) -> Json:
    """Why this seat: what the request counts, and how well the group serves it.

    `topic_rank` and `choice_rank` are 1 for the first choice, None for what was not ranked;
    `ranked_choices` tells whether the person ranked any group. `preferred_therapist` is None where
    they named none. `if_needed_minutes` are per week.
    """
    request = standing.request
    ranks = {topic.topic_code: topic.rank for topic in request.topics}
    liked = {each.therapist_id for each in request.preferences}
    choices = {choice.group_id: choice.rank for choice in request.choices}
    return {
        "tier": str(kind_of(standing)),
        "topic_rank": ranks.get(hour.group.topic_code),
        "choice_rank": choices.get(hour.group.id),
        "ranked_choices": bool(choices),
        "preferred_therapist": bool(liked & hour.therapists) if liked else None,
        "if_needed_minutes": _if_needed_minutes(compiled, standing, hour),
        "priority": _as_sum(priority_of(compiled.frame, standing)),
    }


def _as_sum(priority: Priority) -> Json:
    return {
        "urgency": priority.urgency.code,
        "weight": priority.urgency.weight,
        "weeks": priority.weeks,
        "waiting": priority.waiting,
        "total": priority.total,
    }


def _if_needed_minutes(compiled: Compiled, standing: Standing, hour: Hour) -> int:
    problem = compiled.problem
    available = problem.participant[standing.request.participant_id].available
    works_well = merged((start, end) for start, end, cost in available if not cost)
    missed = sum(
        (until - since)
        - sum(max(0, min(until, end) - max(since, start)) for start, end in works_well)
        for since, until in problem.group[hour.id].meetings
    )
    return missed // problem.weeks
