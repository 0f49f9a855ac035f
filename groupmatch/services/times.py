"""Times that fit me: the open hours that would serve a participant's open requests.

A participant sees an hour, its topic and who leads it: never a name of the group, a member, or a
number. What is full, what somebody else's rules forbid and what does not suit are absent alike.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.errors import Conflict, Refused
from groupmatch.matching import Fit
from groupmatch.records import (
    OPEN_SWITCHES,
    Group,
    GroupKind,
    GroupLeader,
    GroupStatus,
    Participant,
    Program,
    Request,
    RequestChoice,
    RequestStatus,
    Seat,
    SwitchRequest,
)
from groupmatch.services import audit, local_time, locks, seats
from groupmatch.services.local_time import LocalMeeting
from groupmatch.services.session_calendar import SessionCalendar, session_calendar
from groupmatch.services.waiting import seated

MOST_RANKED = 3
#: Rules that a whole night can satisfy though one seat alone does not: a proposed group opens
#: when enough people come, a plan is served when all of its requests are.
_LEFT_TO_THE_NIGHT = {"opening", "plans"}
#: How far ahead a change of the hour is told, in weeks.
_AHEAD = 8


@dataclass(frozen=True)
class OpenTime:
    """One group's hour, on the participant's own clock."""

    group_id: str
    topic: str
    kind: GroupKind
    leaders: tuple[str, ...]
    #: This week's hours, and those after the next change of clocks that moves them.
    meetings: tuple[LocalMeeting, ...]
    later: tuple[LocalMeeting, ...]
    #: The group's own zone, whose clock the hours follow.
    timezone: str
    #: Whether the group has yet to open, when enough people come.
    proposed: bool
    #: The first date on which the participant could come; None while the group is proposed.
    starts_on: date | None
    #: Whether the seat may be taken now, and not only be ranked for tonight.
    reservable: bool
    #: 1 to 3 where the participant ranked it for tonight.
    rank: int | None


@dataclass(frozen=True)
class RequestTimes:
    """The open times of one request: those of its first topics first, then by hour."""

    request_id: str
    plan_id: str | None
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
    query = (
        select(Request)
        .where(
            Request.participant_id == participant.id,
            Request.status == RequestStatus.OPEN,
            # A seat that is reserved ahead is for staff to find.
            Request.needed_from.is_(None),
            or_(~seated(), leaving),
        )
        .options(selectinload(Request.topics), selectinload(Request.choices))
        .order_by(Request.waiting_since, Request.id)
    )
    return list(session.scalars(query))


def _times(
    session: Session, participant: Participant, requests: Sequence[Request]
) -> list[RequestTimes]:
    if not requests:
        return []
    program = session.get_one(Program, participant.program_id)
    today = clock.today(program.timezone)
    at_once = program.reserve_at_once
    found = matching.fits_together(session, requests, on=today, sought=at_once)
    groups = _groups(session, {fit.group_id for fits in found.values() for fit in fits.groups})
    calendar = session_calendar(session, groups.values())
    return [
        RequestTimes(
            request_id=request.id,
            plan_id=request.plan_id,
            times=_of_request(
                request,
                [fit for fit in found[request.id].groups if _is_open(fit)],
                groups,
                calendar,
                participant.timezone,
                may_reserve=at_once
                and not found[request.id].gates
                and request.plan_id is None
                and seats.seat_of(session, request) is None,
            ),
        )
        for request in requests
    ]


def _is_open(fit: Fit) -> bool:
    return fit.eligible and _LEFT_TO_THE_NIGHT.issuperset(rule for rule, _ in fit.broken)


def _groups(session: Session, ids: Collection[str]) -> Mapping[str, Group]:
    query = (
        select(Group)
        .where(Group.id.in_(ids))
        .options(
            joinedload(Group.topic),
            selectinload(Group.meetings),
            selectinload(Group.entries),
            selectinload(Group.leaders).joinedload(GroupLeader.therapist),
        )
    )
    return {group.id: group for group in session.scalars(query)}


def _of_request(
    request: Request,
    fits: Sequence[Fit],
    groups: Mapping[str, Group],
    calendar: SessionCalendar,
    zone: str,
    *,
    may_reserve: bool,
) -> tuple[OpenTime, ...]:
    topic_ranks = {topic.topic_code: topic.rank for topic in request.topics}
    ranks = {choice.group_id: choice.rank for choice in request.choices}
    times = [
        (
            topic_ranks[groups[fit.group_id].topic_code],
            _open_time(
                groups[fit.group_id],
                calendar,
                zone,
                rank=ranks.get(fit.group_id),
                reservable=may_reserve and not fit.broken and not fit.sought,
            ),
        )
        for fit in fits
    ]
    times.sort(key=lambda each: (each[0], each[1].meetings, each[1].group_id))
    return tuple(time for _, time in times if time.proposed or time.starts_on)


def _open_time(
    group: Group, calendar: SessionCalendar, zone: str, *, rank: int | None, reservable: bool
) -> OpenTime:
    today = clock.today(group.timezone)
    proposed = group.status == GroupStatus.PROPOSED
    first = None if proposed else calendar.first_for_newcomers(group)
    return OpenTime(
        group_id=group.id,
        topic=group.topic.name,
        kind=group.kind,
        leaders=tuple(leader.therapist.full_name for leader in group.leaders),
        meetings=tuple(local_time.meeting_times(group, zone, today)),
        later=tuple(local_time.changed_times(group, zone, today, weeks=_AHEAD)),
        timezone=group.timezone,
        proposed=proposed,
        starts_on=first.on if first else None,
        reservable=reservable and not proposed,
        rank=rank,
    )


def _ranking(group_ids: Sequence[str]) -> Json:
    return {"groups": list(group_ids)}
