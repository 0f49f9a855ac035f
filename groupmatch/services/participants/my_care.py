"""What participants see of their own care: their seats, their waiting, their sessions.

Nothing here tells of another member: not by name, not by number, not by what is full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from groupmatch.records import (
    GroupKind,
    Participant,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    SwitchRequest,
    Topic,
)
from groupmatch.services.care import gates
from groupmatch.services.groups.leading import Leader, leaders_from
from groupmatch.services.hours import local_time
from groupmatch.services.hours.local_time import LocalMeeting
from groupmatch.services.sessions.my_sessions import MySession, seats_of, sessions_of


@dataclass(frozen=True)
class MySeat:
    """One seat: what, when, with whom, and the last ask to switch."""

    id: str
    topic: str
    kind: GroupKind
    leaders: tuple[Leader, ...]
    #: This week's hours in the participant's zone.
    meetings: tuple[LocalMeeting, ...]
    #: The hours after the next change of clocks that moves them; empty when none does.
    later: tuple[LocalMeeting, ...]
    #: The group's own zone, whose clock the hours follow.
    timezone: str
    starts_on: date
    ends_on: date | None
    switch: SwitchRequest | None


@dataclass(frozen=True)
class MyWaiting:
    """One request without a seat."""

    id: str
    topics: tuple[str, ...]
    since: date
    #: Ranked for tonight: how many.
    ranked: int
    #: Requests that must be placed together have the same plan.
    plan_id: str | None


@dataclass(frozen=True)
class MyCare:
    """Everything on the participant's first page."""

    seats: tuple[MySeat, ...]
    waiting: tuple[MyWaiting, ...]
    #: What must be decided before anything can be found: codes of GateKind, or "safety".
    gates: tuple[str, ...]
    sessions: tuple[MySession, ...]

    @property
    def next(self) -> MySession | None:
        """The first session that takes place."""
        return next((each for each in self.sessions if not each.cancelled), None)


def my_care(session: Session, participant: Participant, *, now: datetime, weeks: int = 4) -> MyCare:
    """What is a participant's own at an instant, with the sessions of the coming weeks."""
    today = now.astimezone(ZoneInfo(participant.timezone)).date()
    held = list(seats_of(session, participant, today))
    requests = _open_requests(session, participant)
    seated = {seat.request_id for seat in held}
    waiting = [request for request in requests if request.id not in seated]
    held = [seat for seat in held if seat.state != SeatState.OFFERED]
    sought = _topics_of(session, requests)
    closed = gates.closed_gates(session, [participant], today) if waiting else {}
    return MyCare(
        seats=_my_seats(session, held, participant.timezone, today),
        waiting=tuple(_my_waiting(request, sought[request.id]) for request in waiting),
        gates=closed.get(participant.id, ()),
        sessions=tuple(sessions_of(session, held, now=now, until=now + timedelta(weeks=weeks))),
    )


def my_seats(session: Session, participant: Participant, *, now: datetime) -> Sequence[MySeat]:
    """The seats alone."""
    today = now.astimezone(ZoneInfo(participant.timezone)).date()
    found = seats_of(session, participant, today)
    held = [seat for seat in found if seat.state != SeatState.OFFERED]
    return _my_seats(session, held, participant.timezone, today)


def _open_requests(session: Session, participant: Participant) -> Sequence[Request]:
    query = (
        select(Request)
        .where(Request.participant_id == participant.id, Request.status == RequestStatus.OPEN)
        .options(selectinload(Request.topics), selectinload(Request.choices))
        .order_by(Request.waiting_since, Request.id)
    )
    return session.scalars(query).all()


def _topics_of(session: Session, requests: Sequence[Request]) -> dict[str, tuple[str, ...]]:
    """The names of the topics that each request asks for, by its id."""
    names = dict(session.execute(select(Topic.code, Topic.name)).all())
    return {
        request.id: tuple(names[wanted.topic_code] for wanted in request.topics)
        for request in requests
    }


def _my_seats(
    session: Session, seats: Sequence[Seat], zone: str, today: date
) -> tuple[MySeat, ...]:
    asked = _last_switches(session, seats)
    return tuple(_my_seat(seat, zone, today, asked.get(seat.id)) for seat in seats)


def _my_seat(seat: Seat, zone: str, today: date, switch: SwitchRequest | None) -> MySeat:
    group = seat.group
    return MySeat(
        id=seat.id,
        topic=group.topic.name,
        kind=group.kind,
        leaders=leaders_from(group, today),
        meetings=tuple(local_time.meeting_times(group, zone, today)),
        later=tuple(local_time.changed_times(group, zone, today)),
        timezone=group.timezone,
        starts_on=seat.starts_on,
        ends_on=seat.ends_on or group.ends_on,
        switch=switch,
    )


def _last_switches(session: Session, seats: Sequence[Seat]) -> dict[str, SwitchRequest]:
    """The last ask about each seat, open or decided."""
    query = (
        select(SwitchRequest)
        .where(SwitchRequest.seat_id.in_([seat.id for seat in seats]))
        .order_by(SwitchRequest.asked_at)
    )
    return {switch.seat_id: switch for switch in session.scalars(query)}


def _my_waiting(request: Request, topics: tuple[str, ...]) -> MyWaiting:
    return MyWaiting(
        id=request.id,
        topics=topics,
        since=request.waiting_since,
        ranked=len(request.choices),
        plan_id=request.plan_id,
    )
