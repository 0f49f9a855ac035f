"""Everything that a URL can name, once at home and once in another program."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

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

#: What stands in a URL beside the ids of a program's records.
PLAIN = {
    "code": "anxiety-depression",
    "filename": "css/base.css",
    "kind": "consent",
    "look_id": "made-up",
    "role": "nobody",
    "row_id": "",
    "table": "topics",
    "token": "made-up",
}

#: Pages on which one of these means something else.
PLAIN_ON = {
    "admin.add_payer_rule": {"code": "medicare"},
    "admin.end_row": {"table": "compacts"},
    "findings.find": {"kind": "shortage"},
    "people.add_score": {"code": "phq-9"},
}


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
        **_merge(session, group, seat),
        "access": _looked_at(session, person),
        "exception": _away(session, participant_id=person.id),
        "days": _away(session, therapist_id=leader.id),
        "license": leader.licenses[0],
        "other": friend,
        "offer": _offer(session, person, seat, leader),
        "pair": _apart(session, program, person, friend),
        "pin": _pin(session, request, group),
        "plan": _plan(session, person),
        "score": _score(session, person),
        "switch": _switch(session, seat),
        "task": _task(session, person),
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


def _merge(session: Session, group: Group, seat: Seat) -> dict[str, Record]:
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


def _away(session: Session, **owner: str) -> AvailabilityException:
    last_on = TODAY + timedelta(days=3)
    return _added(session, AvailabilityException(first_on=TODAY, last_on=last_on, **owner))


def _looked_at(session: Session, person: Participant) -> EmergencyAccess:
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


def _apart(session: Session, program: Program, one: Participant, two: Participant) -> ApartPair:
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


def _offer(session: Session, person: Participant, seat: Seat, leader: Therapist) -> Offer:
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


def _pin(session: Session, request: Request, group: Group) -> Pin:
    pin = Pin(request_id=request.id, group_id=group.id, kind=PinKind.BAN, set_at=NOW)
    return _added(session, pin)


def _plan(session: Session, person: Participant) -> Plan:
    plan = Plan(
        program_id=person.program_id,
        participant_id=person.id,
        level_code="iop-adult",
        created_at=NOW,
    )
    return _added(session, plan)


def _score(session: Session, person: Participant) -> MeasureScore:
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


def _switch(session: Session, seat: Seat) -> SwitchRequest:
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


def _task(session: Session, person: Participant) -> Task:
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
    bundle = _added(
        session,
        DraftBundle(run_id=run.id, program_id=program.id, position=0, state=BundleState.PROPOSED),
    )
    request = cast.request(session, waiting)
    entry = DraftEntry(
        bundle_id=bundle.id,
        position=0,
        kind=EntryKind.PLACED,
        request_id=request.id,
        participant_id=waiting.id,
        to_group_id=group.id,
    )
    return {
        "run": run,
        "bundle": bundle,
        "entry": _added(session, entry),
        "finding": _finding(session, run, group),
    }


def _finding(session: Session, run: Run, group: Group) -> Finding:
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


def object_names(rule: Rule) -> list[str]:
    """The parts of a URL that name a record."""
    return sorted(name for name in rule.arguments if name not in PLAIN)


def address(app: Flask, rule: Rule, world: World, ids: Mapping[str, str]) -> str:
    """The URL of a rule with these records in it."""
    unknown = [name for name in object_names(rule) if name not in ids]
    assert not unknown, f"{rule.rule} names {unknown}: add it to tests/web/world.py"
    known = {**PLAIN, "row_id": world.row_id, **PLAIN_ON.get(rule.endpoint, {}), **ids}
    values = {name: known[name] for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def addresses(app: Flask, rule: Rule, world: World) -> Iterator[tuple[str, bool, bool]]:
    """Every URL of a rule that mixes the two programs in at most one part.

    With each: whether all its records are at home, and whether all are in the other program.
    """
    names = object_names(rule)
    home, other = world.home.ids, world.other.ids
    yield address(app, rule, world, home), True, not names
    for name in names:
        mixed = {**home, name: other.get(name, "")}
        yield address(app, rule, world, mixed), False, len(names) == 1
    if len(names) > 1:
        yield address(app, rule, world, other), False, True
