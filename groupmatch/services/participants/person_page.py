"""Everything that staff see about one participant on one page."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload, load_only

from groupmatch.records import (
    Account,
    ApartPair,
    AvailabilityException,
    Group,
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
from groupmatch.services.care import measures
from groupmatch.services.care.gate_lines import GateLine, gate_lines
from groupmatch.services.care.measures import Trend
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


# Each is written once: to put one together takes longer than to send it.
_PERSON: BindParameter[str] = bindparam("person")
#: All seats of a person, the latest first, each with what tells the hour of its group.
_SEATS = (
    select(Seat)
    .where(Seat.participant_id == _PERSON)
    .options(
        joinedload(Seat.group).options(
            load_only(Group.name, Group.timezone), joinedload(Group.meetings)
        )
    )
    .order_by(Seat.ends_on.is_not(None), Seat.starts_on.desc(), Seat.id)
)
_ACCOUNT = select(Account).where(Account.participant_id == _PERSON)
_PLANS = select(Plan).where(Plan.participant_id == _PERSON).order_by(Plan.created_at, Plan.id)
#: They are about those seats, which are read by then.
_SWITCHES = (
    select(SwitchRequest)
    .where(SwitchRequest.participant_id == _PERSON)
    .order_by(SwitchRequest.asked_at.desc())
)
_OFFERED = select(Offer.id).where(Offer.participant_id == _PERSON)
_TASKS = (
    select(Task)
    .where(Task.participant_id == _PERSON)
    .order_by(Task.done_at.is_not(None), Task.created_at.desc())
)
_AWAY = (
    select(AvailabilityException)
    .where(
        AvailabilityException.participant_id == _PERSON,
        AvailabilityException.last_on >= bindparam("on"),
    )
    .order_by(AvailabilityException.first_on)
)
_NAMES = load_only(Participant.first_name, Participant.last_name)
_APART = (
    select(ApartPair)
    .where(
        or_(ApartPair.first_id == _PERSON, ApartPair.second_id == _PERSON),
        ApartPair.lifted_at.is_(None),
    )
    .options(
        joinedload(ApartPair.first).options(_NAMES), joinedload(ApartPair.second).options(_NAMES)
    )
    .order_by(ApartPair.created_at)
)


def person_page(session: Session, participant: Participant, *, on: date) -> PersonPage:
    """Read the page of one participant; gates stand as on a local date of the program."""
    person = {"person": participant.id}
    seats = tuple(session.scalars(_SEATS, person).unique())
    requests = request_lines(session, participant, seats, on)
    switches = tuple(session.scalars(_SWITCHES, person))
    tasks = tuple(session.scalars(_TASKS, person))
    apart = tuple(session.scalars(_APART, person))
    scores = measures.scores(session, participant)
    plans = {line.request.plan_id for line in requests if line.request.plan_id}
    return PersonPage(
        participant=participant,
        account=session.scalar(_ACCOUNT, person),
        requests=requests,
        gates=gate_lines(session, participant, on),
        availability=tuple(availability.weekly(session, participant)),
        away=tuple(session.scalars(_AWAY, person | {"on": on})),
        seats=seats,
        switches=switches,
        tasks=tasks,
        apart=apart,
        measures=measures.trends_of(scores),
        attended=attended_plans(session, session.scalars(_PLANS, person).all()),
        messages=tuple(messages_to(session, participant)),
        history=history(
            session,
            {
                Participant.__tablename__: [participant.id],
                Request.__tablename__: [line.request.id for line in requests],
                Plan.__tablename__: sorted(plans),
                Seat.__tablename__: [seat.id for seat in seats],
                SwitchRequest.__tablename__: [switch.id for switch in switches],
                Offer.__tablename__: session.scalars(_OFFERED, person).all(),
                Task.__tablename__: [task.id for task in tasks],
                ApartPair.__tablename__: [pair.id for pair in apart],
                MeasureScore.__tablename__: [score.id for score in scores],
            },
        ),
    )
