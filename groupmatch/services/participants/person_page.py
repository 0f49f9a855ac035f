"""Everything that staff see about one participant on one page."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from groupmatch.records import (
    Account,
    ApartPair,
    AvailabilityException,
    Group,
    GroupLeader,
    MeasureScore,
    Offer,
    OutboxMail,
    Participant,
    Plan,
    Request,
    Seat,
    SwitchRequest,
    Task,
)
from groupmatch.services.audit.history import History, history
from groupmatch.services.care.gate_lines import GateLine, gate_lines
from groupmatch.services.care.measures import Trend, trends
from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Span
from groupmatch.services.mail.messages import messages_to
from groupmatch.services.requests.request_lines import RequestLine, request_lines
from groupmatch.services.sessions.attended_hours import AttendedPlan, attended_plans


@dataclass(frozen=True)
class PersonPage:
    """One participant with payer and everything below loaded."""

    participant: Participant
    account: Account | None
    requests: tuple[RequestLine, ...]
    gates: tuple[GateLine, ...]
    availability: tuple[Span, ...]
    away: tuple[AvailabilityException, ...]
    #: All seats, the latest first, each with its group.
    seats: tuple[Seat, ...]
    switches: tuple[SwitchRequest, ...]
    #: Open tasks first.
    tasks: tuple[Task, ...]
    #: Pairs in force, with both people loaded.
    apart: tuple[ApartPair, ...]
    measures: tuple[Trend, ...]
    #: Hours really attended, for every plan.
    attended: tuple[AttendedPlan, ...]
    #: The latest mails to them, the last one first.
    messages: tuple[OutboxMail, ...]
    history: History


def person_page(session: Session, participant: Participant, *, on: date) -> PersonPage:
    """Read the page of one participant; gates stand as on a local date of the program."""
    seats = _seats(session, participant)
    requests = request_lines(session, participant, seats, on)
    switches = tuple(session.scalars(_switches(participant)))
    tasks = tuple(session.scalars(_tasks(participant)))
    apart = _apart(session, participant)
    plans = {line.request.plan_id for line in requests if line.request.plan_id}
    return PersonPage(
        participant=participant,
        account=session.scalar(select(Account).where(Account.participant_id == participant.id)),
        requests=requests,
        gates=gate_lines(session, participant, on),
        availability=tuple(availability.weekly(session, participant)),
        away=_away(session, participant, on),
        seats=seats,
        switches=switches,
        tasks=tasks,
        apart=apart,
        measures=trends(session, participant),
        attended=attended_plans(session, _plans_of(session, participant)),
        messages=tuple(messages_to(session, participant)),
        history=history(
            session,
            {
                Participant.__tablename__: [participant.id],
                Request.__tablename__: [line.request.id for line in requests],
                Plan.__tablename__: sorted(plans),
                Seat.__tablename__: [seat.id for seat in seats],
                SwitchRequest.__tablename__: [switch.id for switch in switches],
                Offer.__tablename__: _offered(session, participant),
                Task.__tablename__: [task.id for task in tasks],
                ApartPair.__tablename__: [pair.id for pair in apart],
                MeasureScore.__tablename__: _measured(session, participant),
            },
        ),
    )


def _seats(session: Session, participant: Participant) -> tuple[Seat, ...]:
    group = joinedload(Seat.group)
    query = (
        select(Seat)
        .where(Seat.participant_id == participant.id)
        .options(
            group.joinedload(Group.topic),
            group.selectinload(Group.meetings),
            group.selectinload(Group.leaders).joinedload(GroupLeader.therapist),
        )
        .order_by(Seat.ends_on.is_not(None), Seat.starts_on.desc(), Seat.id)
    )
    return tuple(session.scalars(query))


def _plans_of(session: Session, participant: Participant) -> tuple[Plan, ...]:
    query = select(Plan).where(Plan.participant_id == participant.id)
    return tuple(session.scalars(query.order_by(Plan.created_at, Plan.id)))


def _switches(participant: Participant) -> Select[SwitchRequest]:
    return (
        select(SwitchRequest)
        .where(SwitchRequest.participant_id == participant.id)
        .options(joinedload(SwitchRequest.seat).joinedload(Seat.group))
        .order_by(SwitchRequest.asked_at.desc())
    )


def _tasks(participant: Participant) -> Select[Task]:
    return (
        select(Task)
        .where(Task.participant_id == participant.id)
        .order_by(Task.done_at.is_not(None), Task.created_at.desc())
    )


def _away(
    session: Session, participant: Participant, on: date
) -> tuple[AvailabilityException, ...]:
    query = (
        select(AvailabilityException)
        .where(
            AvailabilityException.participant_id == participant.id,
            AvailabilityException.last_on >= on,
        )
        .order_by(AvailabilityException.first_on)
    )
    return tuple(session.scalars(query))


def _measured(session: Session, participant: Participant) -> list[str]:
    """Ids of all measures, those taken back too."""
    mine = MeasureScore.participant_id == participant.id
    return list(session.scalars(select(MeasureScore.id).where(mine)))


def _offered(session: Session, participant: Participant) -> list[str]:
    """Ids of everything that was offered."""
    return list(session.scalars(select(Offer.id).where(Offer.participant_id == participant.id)))


def _apart(session: Session, participant: Participant) -> tuple[ApartPair, ...]:
    query = (
        select(ApartPair)
        .where(
            or_(ApartPair.first_id == participant.id, ApartPair.second_id == participant.id),
            ApartPair.lifted_at.is_(None),
        )
        .options(joinedload(ApartPair.first), joinedload(ApartPair.second))
        .order_by(ApartPair.created_at)
    )
    return tuple(session.scalars(query))
