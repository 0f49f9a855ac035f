"""Everything that a URL can name, once at home and once in another program."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Record
from groupmatch.records import (
    ApartPair,
    AvailabilityException,
    BundleState,
    CompactRegion,
    DraftBundle,
    DraftEntry,
    EmergencyAccess,
    EntryKind,
    Finding,
    FindingKind,
    FindingState,
    Group,
    GroupMerge,
    GroupSession,
    Holiday,
    MeasureScore,
    MergeConsent,
    Offer,
    Participant,
    Pin,
    PinKind,
    Plan,
    Program,
    ProgramRole,
    Request,
    Run,
    RunKind,
    RunState,
    Seat,
    StaffRole,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    Task,
    TaskKind,
    Therapist,
)
from groupmatch.services.calendars import calendar_feed
from tests import cast
from tests.cast import NOW, TODAY


@dataclass(frozen=True)
class Place:
    """One program with one of everything, by the name that URLs give it."""

    program: Program
    ids: Mapping[str, str]


@dataclass(frozen=True)
class World:
    """Home, and another program whose ids nobody at home may use."""

    home: Place
    other: Place
    #: A row of the tables that all programs share.
    row_id: str


def make_world(session: Session) -> World:
    """Two programs with the same people in each; every account is named after its role.

    At home: participant Ada with the seat, Ben beside her; therapist Cleo with the group, Rhea
    without; coordinator Mara, clinician Nora, admin Ines. In the other program only Dov, a
    participant with a seat of his own, Dana, its coordinator, and Theo, its therapist.
    """
    home = cast.program(session)
    other = cast.program(session, name="Harbor House")
    ada, ben = (_participant(session, home, name) for name in ("Ada", "Ben"))
    dov = _participant(session, other, "Dov")
    cleo, theo = _therapist(session, home, "Cleo"), _therapist(session, other, "Theo")
    _therapist(session, home, "Rhea")
    cast.staff(session, home, "Mara")
    cast.staff(session, home, "Nora", StaffRole.CLINICIAN)
    cast.staff(session, home, "Ines", StaffRole.ADMIN)
    cast.staff(session, other, "Dana")
    friend = cast.participant(session, other, "Dora")
    return World(
        home=_place(session, home, ada, ben, cleo),
        other=_place(session, other, dov, friend, theo),
        row_id=session.scalars(select(CompactRegion.id).limit(1)).one(),
    )


def _participant(session: Session, program: Program, name: str) -> Participant:
    person = cast.participant(session, program, name, last_name=f"{name}son")
    cast.account(session, name, participant=person)
    return person


def _therapist(session: Session, program: Program, name: str) -> Therapist:
    person = cast.therapist(session, program, name)
    cast.account(session, name, therapist=person)
    return person


def _place(
    session: Session, program: Program, person: Participant, friend: Participant, leader: Therapist
) -> Place:
    group = cast.therapy_group(session, program, leaders=[leader])
    request = cast.request(session, person)
    seat = cast.seat(session, request, group)
    made: dict[str, Record] = {
        "program": program,
        "participant": person,
        "person": person,
        "role": _role(session, program),
        "therapist": leader,
        "group": group,
        "request": request,
        "seat": seat,
        "session": _session_of(session, group),
        "holiday": _holiday(session, program),
        **merge(session, group, seat),
        "access": looked_at(session, person),
        "exception": away(session, participant_id=person.id),
        "days": away(session, therapist_id=leader.id),
        "license": leader.licenses[0],
        "other": friend,
        "offer": offer(session, person, seat, leader),
        "pair": apart(session, program, person, friend),
        "pin": pin(session, request, group),
        "plan": plan(session, person),
        "score": score(session, person),
        "switch": switch(session, seat),
        "task": task(session, person),
        **_draft(session, program, friend, group),
    }
    ids = {f"{kind}_id": record.id for kind, record in made.items()}  # type: ignore[attr-defined]
    token = calendar_feed.new_address(session, person, by=None)
    return Place(program, {**ids, "feed_token": token})


def _role(session: Session, program: Program) -> ProgramRole:
    account = cast.staff(session, program, f"Staff of {program.name}")
    return session.scalars(select(ProgramRole).filter_by(account_id=account.id)).one()


def _session_of(session: Session, group: Group) -> GroupSession:
    """A session that began an hour ago, so that attendance can be written down."""
    begun = GroupSession(
        program_id=group.program_id,
        group_id=group.id,
        on=TODAY,
        starts_at=NOW - timedelta(hours=1),
        minutes=60,
        created_at=NOW,
    )
    return _added(session, begun)


def merge(session: Session, group: Group, seat: Seat) -> dict[str, Record]:
    """A merge, of the group with itself, that waits for an answer."""
    merge = GroupMerge(
        program_id=group.program_id,
        from_group_id=group.id,
        into_group_id=group.id,
        on=TODAY + timedelta(days=14),
        reason="Too few come",
        created_at=NOW,
    )
    consent = MergeConsent(program_id=group.program_id, seat_id=seat.id)
    merge.consents.append(consent)
    return {"merge": _added(session, merge), "consent": consent}


def _holiday(session: Session, program: Program) -> Holiday:
    day = TODAY + timedelta(days=4)
    return _added(session, Holiday(program_id=program.id, on=day, name="Closed", created_at=NOW))


def away(session: Session, **owner: str) -> AvailabilityException:
    """Days away of whoever is named."""
    last_on = TODAY + timedelta(days=3)
    return _added(session, AvailabilityException(first_on=TODAY, last_on=last_on, **owner))


def looked_at(session: Session, person: Participant) -> EmergencyAccess:
    """Somebody from elsewhere has looked at a person."""
    looker = cast.account(session, f"Looker at {person.first_name}")
    look = EmergencyAccess(
        program_id=person.program_id,
        account_id=looker.id,
        participant_id=person.id,
        reason="They called in a crisis.",
        opened_at=NOW,
        ends_at=NOW + timedelta(hours=1),
    )
    return _added(session, look)


def apart(session: Session, program: Program, one: Participant, two: Participant) -> ApartPair:
    """Two who must not meet."""
    first, second = sorted((one.id, two.id))
    return _added(
        session,
        ApartPair(
            program_id=program.id,
            first_id=first,
            second_id=second,
            kind="work",
            created_at=NOW,
        ),
    )


def offer(session: Session, person: Participant, seat: Seat, leader: Therapist) -> Offer:
    """A seat in another group in place of the present one."""
    group = cast.therapy_group(session, person.program, leaders=[leader], name="Second group")
    return _added(
        session,
        Offer(
            program_id=person.program_id,
            request_id=seat.request_id,
            participant_id=person.id,
            to_group_id=group.id,
            from_seat_id=seat.id,
            made_at=NOW,
            expires_at=NOW + timedelta(days=1),
        ),
    )


def pin(session: Session, request: Request, group: Group) -> Pin:
    """A coordinator's word that a request must never get a group."""
    pin = Pin(request_id=request.id, group_id=group.id, kind=PinKind.BAN, set_at=NOW)
    return _added(session, pin)


def plan(session: Session, person: Participant) -> Plan:
    """A week that is served whole."""
    plan = Plan(
        program_id=person.program_id,
        participant_id=person.id,
        level_code="iop-adult",
        created_at=NOW,
    )
    return _added(session, plan)


def score(session: Session, person: Participant) -> MeasureScore:
    """A questionnaire that was answered today."""
    score = MeasureScore(
        program_id=person.program_id,
        participant_id=person.id,
        instrument="gad-7",
        taken_on=TODAY,
        answers=[1] * 7,
        total=7,
        entered_at=NOW,
    )
    return _added(session, score)


def switch(session: Session, seat: Seat) -> SwitchRequest:
    """An ask for another time."""
    return _added(
        session,
        SwitchRequest(
            program_id=seat.program_id,
            seat_id=seat.id,
            participant_id=seat.participant_id,
            kind=SwitchKind.TIME,
            reason=SwitchReason.SCHEDULE,
            asked_at=NOW,
        ),
    )


def task(session: Session, person: Participant) -> Task:
    """Somebody is to be called."""
    task = Task(
        program_id=person.program_id,
        participant_id=person.id,
        kind=TaskKind.CALL,
        created_at=NOW,
    )
    return _added(session, task)


def _draft(
    session: Session, program: Program, waiting: Participant, group: Group
) -> dict[str, Record]:
    """Last night's run, which would place somebody who waits."""
    run = _added(
        session,
        Run(
            program_id=program.id,
            kind=RunKind.NIGHTLY,
            local_date=TODAY,
            state=RunState.DONE,
            started_at=NOW,
            ended_at=NOW,
        ),
    )
    bundle = proposed(session, run, waiting, group)
    return {
        "run": run,
        "bundle": bundle,
        "entry": bundle.entries[0],
        "finding": finding(session, run, group),
    }


def proposed(session: Session, run: Run, waiting: Participant, group: Group) -> DraftBundle:
    """A run would place somebody who waits."""
    bundle = DraftBundle(run_id=run.id, program_id=run.program_id, position=0)
    bundle.state = BundleState.PROPOSED
    entry = DraftEntry(
        position=0,
        kind=EntryKind.PLACED,
        request_id=cast.request(session, waiting).id,
        participant_id=waiting.id,
        to_group_id=group.id,
    )
    bundle.entries.append(entry)
    return _added(session, bundle)


def finding(session: Session, run: Run, group: Group) -> Finding:
    """What would be if the group had one more seat."""
    return _added(
        session,
        Finding(
            program_id=run.program_id,
            run_id=run.id,
            kind=FindingKind.WHAT_IF,
            state=FindingState.DONE,
            changes=[{"kind": "add_seat", "group": group.id}],
            begun_at=NOW,
            ends_by=NOW,
            answer={
                "before": dict.fromkeys(("placed", "switched", "moved", "opened", "cost"), 0),
                "after": dict.fromkeys(("placed", "switched", "moved", "opened", "cost"), 1),
                "gain": [],
                "lose": [],
                "elsewhere": [],
                "proved": True,
            },
        ),
    )


_Made = TypeVar("_Made", bound=Record)


def _added(session: Session, record: _Made) -> _Made:
    session.add(record)
    session.flush()
    return record
