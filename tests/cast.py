"""The fixed cast, and builders that make one record with sensible defaults in one line.

Ada has a seat in Cleo's anxiety group. Ben waits for one. Cleo leads. Dov belongs to another
program and must never see or change anything of theirs. Mara coordinates, Nora is a clinician,
Ines is admin.
Builders write records directly: what services do is for the tests of services.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.records import (
    Account,
    Availability,
    Gate,
    GateKind,
    Group,
    GroupLeader,
    License,
    Meeting,
    Participant,
    Plan,
    Program,
    ProgramRole,
    Request,
    RequestTopic,
    Seat,
    StaffRole,
    Therapist,
    Topic,
)
from groupmatch.services.programs import governed

_Made = TypeVar("_Made")

#: The instant at which tests with `fixed_clock` live: a Sunday, 13:00 in New York.
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
#: When who has had a seat for long got it: long enough to ask for a switch.
LONG_AGO = date(2026, 10, 5)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
EVENING = 18 * 60


@dataclass(frozen=True)
class Cast:
    """The people of most tests, and what is theirs."""

    program: Program
    ada: Participant
    ada_request: Request
    ada_seat: Seat
    ben: Participant
    ben_request: Request
    cleo: Therapist
    group: Group
    mara: Account
    nora: Account
    ines: Account
    other_program: Program
    dov: Participant
    dov_staff: Account


def make_cast(session: Session) -> Cast:
    """The whole cast. Ada's group meets on Mondays at 18:00 in New York and has seats left."""
    home, other = program(session), program(session, name="Harbor House")
    cleo = therapist(session, home)
    group = therapy_group(session, home, leaders=[cleo])
    ada = participant(session, home, "Ada")
    ada_request = request(session, ada)
    ben = participant(session, home, "Ben")
    dov = participant(session, other, "Dov")
    made = Cast(
        program=home,
        ada=ada,
        ada_request=ada_request,
        ada_seat=seat(session, ada_request, group, starts_on=LONG_AGO),
        ben=ben,
        ben_request=request(session, ben),
        cleo=cleo,
        group=group,
        mara=staff(session, home, "Mara"),
        nora=staff(session, home, "Nora", StaffRole.CLINICIAN),
        ines=staff(session, home, "Ines", StaffRole.ADMIN),
        other_program=other,
        dov=dov,
        dov_staff=staff(session, other, "Dana"),
    )
    for person in (ada, ben, dov):
        account(session, person.first_name, participant=person)
    account(session, "Cleo", therapist=cleo)
    session.flush()
    return made


def program(session: Session, *, name: str = "Lakeside", **more: object) -> Program:
    """A program in New York, beside the governed vocabulary."""
    if session.scalars(select(Topic).limit(1)).first() is None:
        governed.load(session)
    return _added(session, Program(name=name, **{"timezone": "America/New_York", **more}))


def participant(
    session: Session,
    program: Program,
    first_name: str = "Ada",
    *,
    last_name: str = "Quill",
    hours: tuple[tuple[int, int, int], ...] = ((MONDAY, EVENING, EVENING + 180),),
    gates: bool = True,
    **more: object,
) -> Participant:
    """Somebody in New York, free on Monday evenings, whom no gate holds back."""
    fields = {"timezone": "America/New_York", "region": "NY", "language": ["en"], **more}
    person = _added(
        session,
        Participant(
            program_id=program.id,
            first_name=first_name,
            last_name=last_name,
            email=f"{first_name.lower()}@example.org",
            created_at=NOW,
            **fields,
        ),
    )
    for weekday, start, end in hours:
        span = Availability(weekday=weekday, start_minute=start, end_minute=end)
        span.participant_id = person.id
        session.add(span)
    if gates:
        cleared = {"participant_id": person.id, "cleared_at": NOW}
        session.add(Gate(kind=GateKind.CONSENT, **cleared))
        session.add(Gate(kind=GateKind.LEVEL_OF_CARE, level_code="outpatient", **cleared))
        session.add(Gate(kind=GateKind.LOCATION, region=person.region, **cleared))
    session.flush()
    return person


def therapist(
    session: Session,
    program: Program,
    first_name: str = "Cleo",
    *,
    regions: tuple[str, ...] = ("NY",),
    **more: object,
) -> Therapist:
    """A therapist licensed in New York since 2020."""
    fields = {"last_name": "Marsh", "timezone": "America/New_York", **more}
    leader = _added(
        session,
        Therapist(
            program_id=program.id,
            first_name=first_name,
            email=f"{first_name.lower()}@example.org",
            created_at=NOW,
            **fields,
        ),
    )
    for region in regions:
        license_ = License(therapist_id=leader.id, region=region, valid_from=date(2020, 1, 1))
        session.add(license_)
    session.flush()
    return leader


def therapy_group(
    session: Session,
    program: Program,
    *,
    leaders: list[Therapist],
    meetings: tuple[tuple[int, int, int], ...] = ((MONDAY, EVENING, 60),),
    **more: object,
) -> Group:
    """A running anxiety group of 1 to 8 in New York, on Mondays from 18:00 to 19:00."""
    fields = {
        "name": "Anxiety and depression",
        "topic_code": "anxiety-depression",
        "level_code": "outpatient",
        "timezone": "America/New_York",
        "min_size": 1,
        "max_size": 8,
        **more,
    }
    group = _added(session, Group(program_id=program.id, created_at=NOW, **fields))
    for weekday, start, minutes in meetings:
        meeting = Meeting(weekday=weekday, start_minute=start, minutes=minutes)
        group.meetings.append(meeting)
    for position, leader in enumerate(leaders):
        group.leaders.append(GroupLeader(therapist_id=leader.id, position=position))
    session.flush()
    return group


def request(
    session: Session,
    participant: Participant,
    *,
    topics: tuple[str, ...] = ("anxiety-depression",),
    **more: object,
) -> Request:
    """An open routine request for a weekly group, waiting since today."""
    fields = {"level_code": "outpatient", "waiting_since": TODAY, **more}
    asked = _added(
        session,
        Request(
            program_id=participant.program_id,
            participant_id=participant.id,
            created_at=NOW,
            **fields,
        ),
    )
    for rank, topic in enumerate(topics, start=1):
        asked.topics.append(RequestTopic(topic_code=topic, rank=rank))
    session.flush()
    return asked


def plan(
    session: Session, participant: Participant, *, requests: int, **more: object
) -> list[Request]:
    """The requests of a week that is served whole."""
    fields = {"level_code": "outpatient", **more}
    made = _added(
        session,
        Plan(
            program_id=participant.program_id,
            participant_id=participant.id,
            created_at=NOW,
            **fields,
        ),
    )
    return [request(session, participant, plan_id=made.id) for _ in range(requests)]


def seat(session: Session, request: Request, group: Group, **more: object) -> Seat:
    """An active seat since today."""
    return _added(
        session,
        Seat(
            program_id=group.program_id,
            request_id=request.id,
            participant_id=request.participant_id,
            group_id=group.id,
            created_at=NOW,
            **{"starts_on": TODAY, **more},
        ),
    )


def account(session: Session, name: str, **more: object) -> Account:
    """A sign-in without a password."""
    email = f"{name.lower()}@example.org"
    return _added(session, Account(email=email, name=name, created_at=NOW, **more))


def staff(
    session: Session, program: Program, name: str, role: StaffRole = StaffRole.COORDINATOR
) -> Account:
    """A member of staff with one role in one program."""
    made = account(session, name)
    session.add(ProgramRole(account_id=made.id, program_id=program.id, role=role))
    session.flush()
    return made


def _added(session: Session, record: _Made) -> _Made:
    session.add(record)
    session.flush()
    return record
