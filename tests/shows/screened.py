"""What the screens show: every page that a GET opens, with records of the demo in its address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import (
    Account,
    ApartPair,
    AvailabilityException,
    CompactRegion,
    DraftBundle,
    DraftEntry,
    EmergencyAccess,
    EntryKind,
    Finding,
    FindingKind,
    Group,
    GroupLeader,
    GroupMerge,
    GroupSession,
    License,
    MeasureScore,
    MergeConsent,
    Offer,
    Participant,
    Plan,
    Program,
    Request,
    Run,
    Seat,
    SwitchRequest,
    Task,
)
from groupmatch.services.requests.waiting import waiting
from groupmatch.web import access
from groupmatch.web.access import Who

#: Whose page it is → the demo's sign-in that opens it.
_ROLES = {
    Who.ANYONE: "",
    Who.SIGNED_IN: "coordinator",
    Who.STAFF: "coordinator",
    Who.PARTICIPANT: "participant",
    Who.THERAPIST: "therapist",
}
#: What stands in a URL beside the ids of records.
_PLAIN = {
    "code": "anxiety-depression",
    "filename": "",
    "kind": "consent",
    "table": "topics",
    "token": "made-up",
}
_PLAIN_ON = {
    "admin.add_payer_rule": {"code": "medicare"},
    "admin.end_row": {"table": "compacts"},
    "people.add_score": {"code": "phq-9"},
}


@dataclass(frozen=True)
class View:
    """One page of one role."""

    role: str
    #: Neutral: the role and the page, never what stands on it.
    name: str
    title: str
    path: str


def views(database: Database, app: Flask) -> Iterator[View]:
    """Every page that a GET opens, in the order of the roles and of the URL map."""
    with database.read() as session:
        ids = _ids(session)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        declared = access.declared(app, rule.endpoint)
        role = _ROLES.get(declared.who) if declared else None
        if declared is None or role is None or "GET" not in (rule.methods or ()):
            continue
        if "filename" in rule.arguments:
            continue
        values = _values(rule, ids[declared.who is Who.PARTICIPANT])
        if None in values.values():
            print(f"{rule.endpoint}: the demo has none")
            continue
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **values)
        title = rule.endpoint.replace("_", " ").replace(".", ": ")
        name = f"{role or 'anybody'}-{rule.endpoint.replace('.', '-').replace('_', '-')}"
        yield View(role, name, title, path)


def _values(rule: Rule, ids: Mapping[str, str | None]) -> dict[str, str | None]:
    known = {**_PLAIN, **_PLAIN_ON.get(rule.endpoint, {}), **ids}
    return {name: known.get(name) for name in rule.arguments}


def _ids(session: Session) -> dict[bool, Mapping[str, str | None]]:
    """What URLs name: for staff (False) and for the participant who is signed in (True)."""
    person = star(session)
    therapist = session.scalars(select(Account).where(Account.therapist_id.is_not(None))).first()
    assert therapist
    led = (
        select(Group)
        .join(GroupLeader)
        .where(GroupLeader.therapist_id == therapist.therapist_id, Group.status != "ended")
        .order_by(Group.status.desc(), Group.name)
    )
    group = session.scalars(led).first()
    pair = select(ApartPair).where(
        (ApartPair.first_id == person.id) | (ApartPair.second_id == person.id)
    )
    asked = select(SwitchRequest).where(SwitchRequest.participant_id != person.id)
    waits = select(Request).where(waiting(), Request.participant_id != person.id)
    all_of: dict[str, Select[Any]] = {
        "session_id": _session_of(group),
        "request_id": waits.order_by(Request.waiting_since, Request.id),
        "seat_id": of(Seat, person),
        "exception_id": select(AvailabilityException),
        "days_id": select(AvailabilityException),
        "license_id": select(License).where(License.therapist_id == therapist.therapist_id),
        "pair_id": pair,
        "plan_id": select(Plan),
        "score_id": select(MeasureScore).where(MeasureScore.participant_id == person.id),
        "switch_id": asked.order_by(SwitchRequest.asked_at),
        "task_id": select(Task),
        "offer_id": select(Offer),
        "merge_id": select(GroupMerge),
        "consent_id": select(MergeConsent),
        "run_id": select(Run).order_by(Run.started_at.desc()),
        "bundle_id": select(DraftBundle).order_by(DraftBundle.position),
        "finding_id": select(Finding).where(Finding.kind == FindingKind.WHAT_IF),
        "look_id": select(EmergencyAccess),
        "entry_id": select(DraftEntry).where(DraftEntry.kind == EntryKind.PLACED),
        "program_id": select(Program),
        "row_id": select(CompactRegion),
    }
    staff = {name: _first(session, query) for name, query in all_of.items()}
    staff |= {"person_id": person.id, "group_id": group.id if group else None}
    staff |= {"other_id": _first(session, _others(person)), "therapist_id": therapist.therapist_id}
    own = {
        "request_id": _first(session, of(Request, person).where(waiting())),
        "seat_id": _first(session, of(Seat, person).where(Seat.state == "active")),
        "switch_id": _first(session, of(SwitchRequest, person)),
        "offer_id": _first(session, of(Offer, person)),
    }
    return {False: staff, True: {**staff, **own}}


def _first(session: Session, query: Select[Any]) -> str | None:
    found = session.scalars(query.limit(1)).first()
    return found.id if found else None


def star(session: Session) -> Participant:
    """The participant whom the demo signs in."""
    return session.scalars(
        select(Participant).join(Account, Account.participant_id == Participant.id)
    ).one()


def of(record: Any, person: Participant) -> Select[Any]:
    return select(record).where(record.participant_id == person.id).order_by(record.id)


def _others(person: Participant) -> Select[Participant]:
    return select(Participant).where(Participant.id != person.id).order_by(Participant.last_name)


def _session_of(group: Group | None) -> Select[GroupSession]:
    """The last one that has begun, or the next one."""
    begun = GroupSession.starts_at <= clock.now()
    return (
        select(GroupSession)
        .where(GroupSession.group_id == (group.id if group else None))
        .order_by(begun.desc(), GroupSession.starts_at.desc())
    )
