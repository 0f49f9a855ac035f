"""In which groups somebody else could use a seat tonight, found among those who ask for such."""

from collections.abc import Sequence
from datetime import date
from itertools import islice

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from groupmatch.matching.compile import Compiled
from groupmatch.matching.gates import closed_gates
from groupmatch.matching.groups import Hour
from groupmatch.matching.part import compiled_around
from groupmatch.records import (
    OPEN_SWITCHES,
    Group,
    GroupStatus,
    Participant,
    Request,
    RequestStatus,
    RequestTopic,
    Seat,
    SeatState,
    SwitchRequest,
)
from solver import failing_rules

#: People who are looked at together. Most seats are sought by one of the first.
_AT_ONCE = 100


def sought(
    session: Session, person: Participant, hours: Sequence[Hour], *, on: date
) -> frozenset[str]:
    """Of some hours, those in which somebody besides a person could use a seat; ids of the problem.

    For seats from the day after a local date. Somebody could who waits or asks to switch, is behind
    no gate, and whom the group suits.
    """
    if not hours:
        return frozenset()
    left = {hour.id for hour in hours}
    groups = {hour.group.id for hour in hours}
    askers = iter(_askers(session, person, hours))
    found: set[str] = set()
    while left and (others := list(islice(askers, _AT_ONCE))):
        compiled = compiled_around(session, person, groups, on=on, others=others)
        now = {name for name in left if name in compiled.hours and used(compiled, person, name)}
        found |= now
        left -= now
    return frozenset(found)


def used(compiled: Compiled, person: Participant, name: str) -> bool:
    """Whether anybody besides a person who waits, or asks to switch, is eligible for an hour and
    behind no gate.
    """
    return any(
        each.request.participant_id != person.id
        and (each.waiting or each.switch is not None)
        and not failing_rules(compiled.problem, request, name)
        and not closed_gates(compiled.frame, each.request)
        for request, each in compiled.standings.items()
    )


def _askers(session: Session, person: Participant, hours: Sequence[Hour]) -> Sequence[str]:
    """Who asks for a topic and level of some hours and waits, asks to switch, or sits in a group
    that has ended or may end soon; who waits longest comes first.
    """
    stays = exists().where(
        Seat.request_id == Request.id,
        Seat.state != SeatState.ENDED,
        Seat.group_id == Group.id,
        Group.status.not_in([GroupStatus.ENDING, GroupStatus.ENDED]),
        Group.ends_on.is_(None),
        ~exists().where(SwitchRequest.seat_id == Seat.id, SwitchRequest.state.in_(OPEN_SWITCHES)),
    )
    asked = or_(
        *(
            and_(Request.level_code == level, RequestTopic.topic_code == topic)
            for topic, level in {(each.group.topic_code, each.group.level_code) for each in hours}
        )
    )
    query = (
        select(Request.participant_id)
        .join(RequestTopic, RequestTopic.request_id == Request.id)
        .where(
            Request.program_id == person.program_id,
            Request.participant_id != person.id,
            Request.status == RequestStatus.OPEN,
            asked,
            ~stays,
        )
        .order_by(Request.waiting_since, Request.id)
    )
    return list(dict.fromkeys(session.scalars(query)))
