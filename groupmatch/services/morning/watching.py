"""What will be trouble soon: decisions and licenses that end, groups that end, old hours."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

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
from groupmatch.services.morning.acts import Act, ActKind, Acts, acts
from groupmatch.services.requests.waiting import waiting

#: How far ahead an end is told, and how old hours may be before somebody asks again.
GATE_DAYS = 14
LICENSE_DAYS = 60
GROUP_DAYS = 42
HOURS_DAYS = 90


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
    query = (
        select(Offer)
        .where(
            Offer.program_id == program.id,
            Offer.state == OfferState.OPEN,
            Offer.expires_at < midnight,
        )
        .options(joinedload(Offer.participant), joinedload(Offer.to_group))
        .order_by(Offer.expires_at, Offer.id)
    )
    return [
        Act(
            ActKind.LAPSING,
            offer.id,
            participant=offer.participant,
            group=offer.to_group,
            since=offer.expires_at,
        )
        for offer in session.scalars(query)
    ]


def _gates(session: Session, program: Program, today: date) -> list[Act]:
    query = (
        select(Gate)
        .join(Participant)
        .where(
            Participant.program_id == program.id,
            Participant.status == ParticipantStatus.ACTIVE,
            Gate.valid_to.between(today, today + timedelta(days=GATE_DAYS)),
        )
        .options(joinedload(Gate.participant))
        .order_by(Gate.valid_to, Gate.id)
    )
    return [
        Act(
            ActKind.GATE_ENDING,
            gate.participant_id,
            participant=gate.participant,
            until=gate.valid_to,
            codes=(gate.kind,),
        )
        for gate in session.scalars(query)
    ]


def _licenses(session: Session, program: Program, today: date) -> list[Act]:
    query = (
        select(License)
        .join(Therapist)
        .where(
            Therapist.program_id == program.id,
            Therapist.active,
            License.valid_to.between(today, today + timedelta(days=LICENSE_DAYS)),
        )
        .options(joinedload(License.therapist))
        .order_by(License.valid_to, License.id)
    )
    return [
        Act(
            ActKind.LICENSE,
            license.therapist_id,
            therapist=license.therapist,
            until=license.valid_to,
            codes=(license.region or license.compact or "",),
        )
        for license in session.scalars(query)
    ]


def _groups(session: Session, program: Program, today: date) -> list[Act]:
    query = (
        select(Group)
        .where(
            Group.program_id == program.id,
            Group.status.in_(MEETING_STATES),
            Group.ends_on.between(today, today + timedelta(days=GROUP_DAYS)),
        )
        .order_by(Group.ends_on, Group.name)
    )
    return [
        Act(ActKind.GROUP_ENDING, group.id, group=group, until=group.ends_on)
        for group in session.scalars(query)
    ]


def _hours(session: Session, program: Program, today: date) -> list[Act]:
    """One act for all waiting people whose hours nobody has confirmed for long."""
    confirmed = Participant.availability_confirmed_on
    query = select(func.count(), func.min(confirmed)).where(
        Participant.program_id == program.id,
        Participant.status == ParticipantStatus.ACTIVE,
        select(Request.id).where(Request.participant_id == Participant.id, waiting()).exists(),
        or_(confirmed.is_(None), confirmed < today - timedelta(days=HOURS_DAYS)),
    )
    count, oldest = session.execute(query).one()
    return [Act(ActKind.STALE, "", since=oldest, count=count)] if count else []
