"""Times that fit me: the open hours that would serve a participant's open requests.

A participant sees an hour, its topic and who leads it: never a name of the group, a member, or a
number. What is full, what somebody else's rules forbid and what does not suit are absent alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.errors import Conflict, Refused
from groupmatch.matching import Fit
from groupmatch.records import (
    OPEN_SWITCHES,
    Group,
    GroupStatus,
    Participant,
    Program,
    Request,
    RequestChoice,
    RequestStatus,
    Seat,
    SwitchRequest,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.requests.open_time import OpenTime, Seen, best, open_time, seen_by
from groupmatch.services.requests.waiting import seated
from groupmatch.services.seats import seats

MOST_RANKED = 3


@dataclass(frozen=True)
class RequestTimes:
    """The open times of one request, those that suit it best first."""

    request_id: str
    plan_id: str | None
    topics: tuple[str, ...]
    times: tuple[OpenTime, ...]


def open_times(session: Session, participant: Participant) -> list[RequestTimes]:
    """The open times of every request of a participant that looks for a seat."""
    return _times(session, participant, _seeking(session, participant))


def rank_times(
    session: Session, request: Request, group_ids: Sequence[str], *, by: str | None
) -> None:
    """Rank up to three open times for tonight's run, best first; they replace those of before.

    Raises Refused `too_many_times`, and Conflict `time_gone` unless all of them are open to this
    request now: the answer is the same for a group that does not exist.
    """
    wanted = list(dict.fromkeys(group_ids))
    if len(wanted) > MOST_RANKED:
        raise Refused("too_many_times", most=MOST_RANKED)
    locks.hold(session, request)
    if wanted and not {time.group_id for time in _times_of(session, request)}.issuperset(wanted):
        raise Conflict("time_gone")
    keep_ranking(session, request, wanted, by=by)


def keep_ranking(
    session: Session, request: Request, wanted: Sequence[str], *, by: str | None
) -> None:
    """Replace the ranking of a request by groups that were found to be open to it."""
    before = _ranking([choice.group_id for choice in request.choices])
    for choice in list(request.choices):
        session.delete(choice)
    # The old rows must be gone before new ones may repeat their keys.
    session.flush()
    session.expire(request, ["choices"])
    for rank, group_id in enumerate(wanted, start=1):
        request.choices.append(RequestChoice(group_id=group_id, rank=rank))
    audit.record(
        session, "request.times_ranked", request, by=by, before=before, after=_ranking(wanted)
    )


def reserve(session: Session, request: Request, group: Group, *, by: str | None) -> Seat:
    """Take a seat at once where the program allows it and nobody else waits for that seat.

    Raises Conflict `time_gone` when the time is not open to this request (any more), and
    `time_not_reservable` when it can only be ranked.
    """
    locks.hold_program(session, request.program_id)
    locks.hold(session, request)
    open_now = {time.group_id: time for time in _times_of(session, request)}
    if group.id not in open_now:
        raise Conflict("time_gone")
    chosen = open_now[group.id]
    if not chosen.reservable or chosen.starts_on is None:
        raise Conflict("time_not_reservable")
    return seats.take(session, request, group, starts_on=chosen.starts_on, by=by)


def _times_of(session: Session, request: Request) -> Sequence[OpenTime]:
    participant = request.participant
    sought = [each for each in _seeking(session, participant) if each.id == request.id]
    return [time for each in _times(session, participant, sought) for time in each.times]


def _seeking(session: Session, participant: Participant) -> list[Request]:
    """Open requests that wait, whose group ends, or whose member asks to switch."""
    return list(session.scalars(_SEEKING, {"person": participant.id}).unique())


def _seek() -> Select[Request]:
    leaving = (
        select(Seat.id)
        .join(Group, Group.id == Seat.group_id)
        .outerjoin(
            SwitchRequest,
            and_(SwitchRequest.seat_id == Seat.id, SwitchRequest.state.in_(OPEN_SWITCHES)),
        )
        .where(
            Seat.request_id == Request.id,
            or_(Group.status == GroupStatus.ENDING, SwitchRequest.id.is_not(None)),
        )
        .exists()
    )
    return (
        select(Request)
        .where(
            Request.participant_id == bindparam("person"),
            Request.status == RequestStatus.OPEN,
            # A seat that is reserved ahead is for staff to find.
            Request.needed_from.is_(None),
            or_(~seated(), leaving),
        )
        # All else that it asks for is read with the rules that it is held against.
        .options(joinedload(Request.topics))
        .order_by(Request.waiting_since, Request.id)
    )


_SEEKING = _seek()


def _times(
    session: Session, participant: Participant, requests: Sequence[Request]
) -> list[RequestTimes]:
    if not requests:
        return []
    program = session.get_one(Program, participant.program_id)
    today = clock.today(program.timezone)
    at_once = program.reserve_at_once
    found = matching.open_to(session, requests, on=today, sought=at_once)
    open_now = {each.id: [fit for fit in found[each.id].groups if fit.open] for each in requests}
    groups = (fit.group for fits in open_now.values() for fit in fits)
    seen = seen_by(session, participant, groups)
    return [
        RequestTimes(
            request_id=request.id,
            plan_id=request.plan_id,
            topics=tuple(seen.topics[wanted.topic_code] for wanted in request.topics),
            times=_of_request(
                request,
                open_now[request.id],
                seen,
                may_reserve=at_once
                and not found[request.id].gates
                and request.plan_id is None
                and seats.seat_of(session, request) is None,
            ),
        )
        for request in requests
    ]


def _of_request(
    request: Request, fits: Sequence[Fit], seen: Seen, *, may_reserve: bool
) -> tuple[OpenTime, ...]:
    ranks = {choice.group_id: choice.rank for choice in request.choices}
    times = [
        open_time(
            request,
            seen,
            fit.group_id,
            rank=ranks.get(fit.group_id),
            reservable=may_reserve and not fit.broken and not fit.sought,
        )
        for fit in fits
    ]
    return tuple(sorted((time for time in times if time.proposed or time.starts_on), key=best))


def _ranking(group_ids: Sequence[str]) -> Json:
    return {"groups": list(group_ids)}
