"""What happens in the demo before its screens are taken: something of everything."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import (
    Account,
    Group,
    GroupStatus,
    Participant,
    Program,
    Request,
    Seat,
    SeatState,
    SwitchKind,
    SwitchReason,
)
from groupmatch.services.accounts import emergencies
from groupmatch.services.care import measures
from groupmatch.services.care.instruments import instruments
from groupmatch.services.findings import findings, what_ifs
from groupmatch.services.groups import merging
from groupmatch.services.hours import availability
from groupmatch.services.offers import offering
from groupmatch.services.privacy import apart
from groupmatch.services.requests import pins, requests
from groupmatch.services.seats import placing, seats
from groupmatch.services.sessions import holidays
from groupmatch.services.switching import switches
from tests.shows.screened import star

_PHQ_9 = (
    (2, 3, 2, 2, 2, 2, 2, 1, 0),
    (2, 2, 2, 2, 1, 2, 2, 1, 0),
    (1, 2, 1, 2, 1, 1, 2, 1, 0),
    (1, 1, 1, 1, 0, 1, 1, 0, 0),
)


def let_happen(database: Database) -> None:
    """The demo's participant has a seat, wants another, is offered one and waits for a third."""
    with database.transaction() as session:
        program = session.scalars(select(Program)).one()
        coordinator = session.scalars(select(Account).where(Account.staff_roles.any())).one()
        by = coordinator.id
        person = star(session)
        _sit_and_ask(session, person)
        _answer(session, person, by)
        _offer(session, program, person, by)
        _wait(session, person)
        _close(session, program, by)
        _merge(session, program, by)
        _look(session, person, coordinator)
        tried = _try(session, program, by)
    findings.work(database, tried)


def _sit_and_ask(session: Session, person: Participant) -> None:
    """A seat since some weeks, and another hour asked for."""
    request = requests.add_request(
        session,
        person,
        topics=["divorce"],
        level_code="outpatient",
        waiting_since=_ago(weeks=11),
        by=None,
    )
    session.flush()
    group = _fitting(session, request)
    seat = seats.take(session, request, group, starts_on=_ago(weeks=9), by=None, tell=False)
    session.flush()
    kind, reason = SwitchKind.TIME, SwitchReason.SCHEDULE
    switches.request_switch(
        session, seat, kind=kind, reason=reason, note="My shift moved.", by=None
    )


def _answer(session: Session, person: Participant, by: str) -> None:
    """Measures, days away and somebody to be kept apart from."""
    for number, answers in enumerate(_PHQ_9):
        day = _ago(weeks=9 - 3 * number)
        questionnaire = instruments()["phq-9"]
        measures.add_score(session, person, questionnaire, taken_on=day, answers=answers, by=by)
    first = _ago(weeks=-3)
    availability.add_exception(
        session, person, first_on=first, last_on=first + timedelta(days=4), note="Travel", by=by
    )
    other = session.scalars(select(Participant).where(Participant.id != person.id)).first()
    assert other
    apart.keep_apart(session, person, other, kind="work", source="intake call", by=by)


def _offer(session: Session, program: Program, person: Participant, by: str) -> None:
    open_request = select(Request).where(Request.participant_id == person.id)
    request = session.scalars(open_request.order_by(Request.waiting_since.desc())).first()
    assert request
    group = _fitting(session, request)
    offering.offer_seat(session, program, request, group, by=by)
    other = session.scalars(select(Group).where(Group.status == GroupStatus.RUNNING)).first()
    assert other
    pins.ban(session, request, other.id, by=by)


def _wait(session: Session, person: Participant) -> None:
    """A topic for which an open time fits."""
    requests.add_request(
        session,
        person,
        topics=["relationship-issues"],
        level_code="outpatient",
        waiting_since=_ago(weeks=2),
        by=None,
    )


def _close(session: Session, program: Program, by: str) -> None:
    day = date(_ago(weeks=0).year, 12, 25)
    holidays.declare_holiday(session, program, on=day, name="Christmas Day", by=by)


def _merge(session: Session, program: Program, by: str) -> None:
    """The smallest group that has members goes on in one with room."""
    size = (
        select(func.count())
        .where(Seat.group_id == Group.id, Seat.state == SeatState.ACTIVE)
        .scalar_subquery()
    )
    running = select(Group).where(Group.status == GroupStatus.RUNNING, size > 0).order_by(size)
    for group in session.scalars(running):
        alike = (Group.kind == group.kind, Group.level_code == group.level_code)
        for into in session.scalars(running.where(Group.id != group.id, *alike)):
            members = session.scalar(select(size).where(Group.id == group.id)) or 0
            if members <= seats.free_seats(session, into):
                day = _ago(weeks=-4)
                merging.propose_merge(session, group, into, on=day, reason="Too few come", by=by)
                return


def _look(session: Session, person: Participant, coordinator: Account) -> None:
    emergencies.open_person(
        session,
        named=person.full_name,
        reached=person.email or "",
        reason="Their sister called, and cannot reach them.",
        by=coordinator,
    )


def _try(session: Session, program: Program, by: str) -> str:
    """A proposed group opens, on a copy; the id of what is to be worked out."""
    proposed = select(Group).where(Group.status == GroupStatus.PROPOSED).order_by(Group.name)
    change = {"kind": "open_group", "group": session.scalars(proposed.limit(1)).one().id}
    asked = what_ifs.ask(session, program, [change], by=by)
    session.flush()
    return asked.id


def _fitting(session: Session, request: Request) -> Group:
    """The group with room against which the least speaks, and nothing binding."""
    running = select(Group).where(Group.status == GroupStatus.RUNNING, Group.kind == request.kind)
    against = [
        (placing.warnings_of(session, request, group), group)
        for group in session.scalars(running.order_by(Group.name))
        if seats.free_seats(session, group) > 0
    ]
    possible = [each for each in against if not any(warning.binding for warning in each[0])]
    return min(possible, key=lambda each: len(each[0]))[1]


def _ago(*, weeks: int) -> date:
    # Nobody in the demo has an earlier date than they have there.
    return clock.today("Pacific/Honolulu") - timedelta(weeks=weeks)
