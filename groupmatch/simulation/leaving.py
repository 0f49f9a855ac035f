"""Who leaves: those whom the wait has lost, and members before their time or at its end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import (
    NEVER_BEGUN,
    EndReason,
    Group,
    GroupKind,
    Participant,
    Plan,
    Request,
    RequestStatus,
    RequestTopic,
    Seat,
    SeatState,
)
from groupmatch.services.care import discharge
from groupmatch.services.requests import requests
from groupmatch.services.requests.waiting import waiting
from groupmatch.services.seats import seats
from groupmatch.simulation.world import World, key_in

_WEEK = timedelta(weeks=1)
_WEEKLY = (GroupKind.GROUP, GroupKind.EDUCATION)


def lose_patience(world: World, on: date) -> None:
    """Those who waited too long for them are gone, with every need of theirs that waits."""
    for person, key, since in world.read(_waiting, on):
        if _has_gone(world, key, since, on):
            world.act(_give_up, person)


def finish_stays(world: World, on: date) -> None:
    """Members whose time in a group is over, or who leave before it is, go today."""
    for stay in world.read(_stays, on):
        last, early = _end(world, stay)
        if on >= last:
            words = "left before their time" if early else "completed"
            world.act(_finish, stay, words)


def discharge_everywhere(world: World, session: Session, person_id: str, why: str) -> None:
    """End somebody's care in the program today."""
    person = session.get_one(Participant, person_id)
    last_dates = discharge.all_today(session, person)
    discharge.discharge_participant(
        session, person, last_dates=last_dates, by=world.staff, reason=why
    )
    world.tally[why] += 1


def _waiting(world: World, session: Session, on: date) -> list[tuple[str, str, date]]:
    """Everybody who waits, what chance knows them by, and since when they wait."""
    query = (
        select(Participant.id, key_in(Participant), func.min(Request.waiting_since))
        .join(Request, Request.participant_id == Participant.id)
        .where(
            Request.program_id == world.program_id,
            waiting(),
            func.coalesce(Request.needed_from, on) <= on,
        )
        .group_by(Participant.id)
        .order_by(Participant.created_at, Participant.id)
    )
    return [(person, key, since) for person, key, since in session.execute(query)]


def _has_gone(world: World, key: str, since: date, on: date) -> bool:
    """Whether the odds of coming have fallen below somebody's luck since they began to wait here.

    Who had waited before the year began is known to have waited so long.
    """
    known = max(since, world.assumed.starts_on)
    left = _coming(world, (on - since) / _WEEK) / _coming(world, (known - since) / _WEEK)
    return world.chance.draw(key, "waits", since > world.assumed.starts_on) > left


def _coming(world: World, weeks: float) -> float:
    at_once = world.assumed.attending_at_once
    odds = at_once / (1 - at_once) * math.pow(world.assumed.wait_odds, weeks)
    return odds / (1 + odds)


def _give_up(world: World, session: Session, person_id: str) -> None:
    person = session.get_one(Participant, person_id)
    if not discharge.held_seats(session, person):
        discharge_everywhere(world, session, person_id, "gave up waiting")
        return
    query = select(Request).where(Request.participant_id == person_id, waiting())
    for request in session.scalars(query).all():
        requests.close_request(session, request, by=world.staff, reason="gave up waiting")
    world.tally["gave up waiting"] += 1


@dataclass(frozen=True)
class _Stay:
    """One member's time in a weekly group or a track, over all moves."""

    seat: str
    person: str
    key: str
    topic: str
    #: Whether the topic is the first choice.
    wanted: bool
    began: date
    #: Last date of the plan, for a track.
    plan_ends: date | None
    intensive: bool


def _stays(world: World, session: Session, on: date) -> Sequence[_Stay]:
    rank = (
        select(RequestTopic.rank)
        .where(RequestTopic.request_id == Request.id, RequestTopic.topic_code == Group.topic_code)
        .scalar_subquery()
    )
    query = (
        select(
            Seat.id,
            Seat.participant_id,
            key_in(Request),
            Group.topic_code,
            rank == 1,
            Request.id,
            Plan.ends_on,
            Request.plan_id.is_not(None),
        )
        .join(Request, Request.id == Seat.request_id)
        .join(Group, Group.id == Seat.group_id)
        .outerjoin(Plan, Plan.id == Request.plan_id)
        .where(
            Seat.program_id == world.program_id,
            Seat.state == SeatState.ACTIVE,
            Seat.starts_on <= on,
            Group.kind.in_(_WEEKLY),
        )
        .order_by(Seat.created_at, Seat.id)
    )
    began = _first_dates(session)
    return [
        _Stay(seat, person, key, topic, bool(wanted), began[request], plan_ends, intensive)
        for seat, person, key, topic, wanted, request, plan_ends, intensive in session.execute(
            query
        )
    ]


def _first_dates(session: Session) -> dict[str, date]:
    """Request → the first date of its first seat that began."""
    begun = func.coalesce(Seat.end_reason.not_in(NEVER_BEGUN), True)
    first = select(Seat.request_id, func.min(Seat.starts_on)).where(begun)
    return dict(session.execute(first.group_by(Seat.request_id)).all())


def _end(world: World, stay: _Stay) -> tuple[date, bool]:
    """The day on which a stay ends, and whether that is before its time.

    Members of before the year are somewhere in the middle of their stay.
    """
    whole, start = _whole(world, stay), world.assumed.starts_on
    since = stay.began
    if stay.began < start:
        since = start - world.chance.draw(stay.key, "so far") * whole
    rest = whole - (max(since, start) - since)
    share = _dropout(world, stay) * (rest / whole)
    early = world.chance.happens(share, stay.key, "leaves")
    if early:
        return max(since, start) + world.chance.draw(stay.key, "leaves when") * rest, True
    planned = stay.plan_ends + _WEEK if stay.plan_ends else date.max
    return (planned if stay.intensive else since + whole), False


def _whole(world: World, stay: _Stay) -> timedelta:
    weeks = {"dbt-skills": world.assumed.stay_weeks_dbt}
    weeks["trauma-ptsd"] = world.assumed.stay_weeks_trauma
    usual = weeks.get(stay.topic, world.assumed.stay_weeks)
    return timedelta(weeks=world.assumed.intensive_weeks if stay.intensive else usual)


def _dropout(world: World, stay: _Stay) -> float:
    substance = stay.topic == "substance-use"
    share = world.assumed.dropout_share_substance if substance else world.assumed.dropout_share
    odds = share / (1 - share) * (1 if stay.wanted else world.assumed.mismatch_odds)
    return odds / (1 + odds)


def _finish(world: World, session: Session, stay: _Stay, why: str) -> None:
    seat = session.get_one(Seat, stay.seat)
    if seat.state != SeatState.ACTIVE or seat.participant.safety_flag_since:
        return
    others = select(Request.id).where(
        Request.participant_id == stay.person,
        Request.status == RequestStatus.OPEN,
        Request.id != seat.request_id,
    )
    if stay.intensive or session.scalars(others).first() is None:
        discharge_everywhere(world, session, stay.person, why)
        return
    reason = EndReason.COMPLETED if why == "completed" else EndReason.WITHDREW
    seats.end_seat(
        session,
        seat,
        last_on=clock.today(seat.group.timezone),
        reason=reason,
        by=world.staff,
        note=why,
    )
    world.tally[why] += 1
