"""What will be trouble soon: decisions and licenses that end, groups that end, old hours."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, bindparam, func, or_, select
from sqlalchemy.orm import Session

from groupmatch.database.columns import columns
from groupmatch.records import (
    MEETING_STATES,
    Gate,
    Group,
    License,
    Offer,
    OfferState,
    Participant,
    ParticipantStatus,
    Program,
    Request,
    Therapist,
)
from groupmatch.services.morning.acts import FULL_NAME, PROGRAM, Act, ActKind, Acts, acts
from groupmatch.services.requests.waiting import waiting

#: How far ahead an end is told, and how old hours may be before somebody asks again.
GATE_DAYS = 14
LICENSE_DAYS = 60
GROUP_DAYS = 42
HOURS_DAYS = 90

_TODAY, _LAST = bindparam("today", type_=Date()), bindparam("last", type_=Date())
_OFFERS = (
    select(Offer.id, FULL_NAME, Group.name, Offer.expires_at)
    .join(Participant, Participant.id == Offer.participant_id)
    .join(Group, Group.id == Offer.to_group_id)
    .where(
        Offer.program_id == PROGRAM,
        Offer.state == OfferState.OPEN,
        Offer.expires_at < bindparam("midnight"),
    )
    .order_by(Offer.expires_at, Offer.id)
)
_GATES = (
    select(Gate.participant_id, FULL_NAME, Gate.valid_to, Gate.kind)
    .join(Participant, Participant.id == Gate.participant_id)
    .where(
        Participant.program_id == PROGRAM,
        Participant.status == ParticipantStatus.ACTIVE,
        Gate.valid_to.between(_TODAY, _LAST),
    )
    .order_by(Gate.valid_to, Gate.id)
)
_LICENSES = (
    select(
        License.therapist_id,
        # As `Therapist.full_name` says it.
        Therapist.first_name + " " + Therapist.last_name,
        License.valid_to,
        License.region,
        License.compact,
    )
    .join(Therapist, Therapist.id == License.therapist_id)
    .where(
        Therapist.program_id == PROGRAM,
        Therapist.active,
        License.valid_to.between(_TODAY, _LAST),
    )
    .order_by(License.valid_to, License.id)
)
_GROUPS = (
    select(Group.id, Group.name, Group.ends_on)
    .where(
        Group.program_id == PROGRAM,
        Group.status.in_(MEETING_STATES),
        Group.ends_on.between(_TODAY, _LAST),
    )
    .order_by(Group.ends_on, Group.name)
)
_HOURS = select(func.count(), func.min(Participant.availability_confirmed_on)).where(
    Participant.program_id == PROGRAM,
    Participant.status == ParticipantStatus.ACTIVE,
    select(Request.id).where(Request.participant_id == Participant.id, waiting()).exists(),
    or_(
        Participant.availability_confirmed_on.is_(None),
        Participant.availability_confirmed_on < bindparam("last"),
    ),
)


def acts_of(session: Session, program: Program, today: date) -> tuple[Acts, ...]:
    """What ends first comes first in each list."""
    return (
        acts(ActKind.LAPSING, _offers(session, program, today)),
        acts(ActKind.GATE_ENDING, _gates(session, program, today)),
        acts(ActKind.LICENSE, _licenses(session, program, today)),
        acts(ActKind.GROUP_ENDING, _groups(session, program, today)),
        acts(ActKind.STALE, _hours(session, program, today)),
    )


def _offers(session: Session, program: Program, today: date) -> list[Act]:
    """Offers that nobody has answered and that lapse before the day is over."""
    midnight = datetime.combine(today + timedelta(days=1), time(), ZoneInfo(program.timezone))
    found = columns(session, _OFFERS, program=program.id, midnight=midnight)
    return [
        Act(ActKind.LAPSING, offer_id, name, group, since=expires_at)
        for offer_id, name, group, expires_at in found
    ]


def _gates(session: Session, program: Program, today: date) -> list[Act]:
    found = columns(session, _GATES, **_ending(program, today, GATE_DAYS))
    return [
        Act(ActKind.GATE_ENDING, person_id, name, until=until, codes=(kind,))
        for person_id, name, until, kind in found
    ]


def _licenses(session: Session, program: Program, today: date) -> list[Act]:
    found = columns(session, _LICENSES, **_ending(program, today, LICENSE_DAYS))
    return [
        Act(ActKind.LICENSE, therapist_id, name, until=until, codes=(region or compact or "",))
        for therapist_id, name, until, region, compact in found
    ]


def _groups(session: Session, program: Program, today: date) -> list[Act]:
    found = columns(session, _GROUPS, **_ending(program, today, GROUP_DAYS))
    return [
        Act(ActKind.GROUP_ENDING, group_id, name, until=until) for group_id, name, until in found
    ]


def _ending(program: Program, today: date, days: int) -> dict[str, object]:
    """What asks for an end within some days."""
    return {"program": program.id, "today": today, "last": today + timedelta(days=days)}


def _hours(session: Session, program: Program, today: date) -> list[Act]:
    """One act for all waiting people whose hours nobody has confirmed for long."""
    last = today - timedelta(days=HOURS_DAYS)
    [(count, oldest)] = columns(session, _HOURS, program=program.id, last=last)
    return [Act(ActKind.STALE, "", since=oldest, count=count)] if count else []
