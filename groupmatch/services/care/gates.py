"""Gates: the human decisions that must precede matching, and which of them stand in the way."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json, new_id
from groupmatch.database.among import among, ids_given
from groupmatch.errors import Refused
from groupmatch.matching.care import care
from groupmatch.records import (
    Gate,
    GateKind,
    LevelOfCare,
    Participant,
    Request,
    RequestStatus,
    RequestTopic,
    StaffRole,
    Topic,
)
from groupmatch.services.accounts import staff
from groupmatch.services.audit import audit

#: The code of an open safety flag among the codes of closed gates.
SAFETY = "safety"

_CLINICIAN = (StaffRole.CLINICIAN,)
_CARE_TEAM = (StaffRole.COORDINATOR, StaffRole.CLINICIAN)
#: Who writes each decision down and takes it back, by any of these roles.
DECIDED_BY = {
    GateKind.LEVEL_OF_CARE: _CLINICIAN,
    GateKind.CONSENT: _CARE_TEAM,
    GateKind.PART2_CONSENT: _CARE_TEAM,
    GateKind.LOCATION: _CARE_TEAM,
}


_PEOPLE = ids_given("people")
_Decided = Row[str, GateKind, str | None, str | None]
#: The decisions about some people that hold on a date.
_HOLDING = select(Gate.participant_id, Gate.kind, Gate.level_code, Gate.region).where(
    among(Gate.participant_id, _PEOPLE),
    or_(Gate.valid_to.is_(None), Gate.valid_to >= bindparam("on")),
)
_Asked = Row[str, str, str, date | None, bool]
#: Their open requests, once for each topic that would serve.
_ASKED = (
    select(Request.id, Request.participant_id, Request.level_code, Request.needed_from, Topic.part2)
    .outerjoin(RequestTopic, RequestTopic.request_id == Request.id)
    .outerjoin(Topic, Topic.code == RequestTopic.topic_code)
    .where(among(Request.participant_id, _PEOPLE), Request.status == RequestStatus.OPEN)
)


def clear_gate(
    session: Session,
    participant: Participant,
    kind: GateKind,
    *,
    by: str | None,
    level_code: str | None = None,
    valid_to: date | None = None,
) -> Gate:
    """Write down a decision; it replaces the former one of its kind, which the audit log keeps.

    `valid_to` is the last local date on which it holds; a person who decides on a level of care
    says by when to reassess it, and a location is asked again after the days of `config/care.toml`.
    Raises NotAllowed `not_your_decision` without a role of DECIDED_BY, and Refused `level_missing`,
    `unknown_level` or `reassess_missing` for a level-of-care decision that lacks something.
    """
    present = gate_of(session, participant, kind)
    return decide(
        session, participant, kind, present, by=by, level_code=level_code, valid_to=valid_to
    )


def decide(
    session: Session,
    participant: Participant,
    kind: GateKind,
    gate: Gate | None,
    *,
    by: str | None,
    level_code: str | None = None,
    valid_to: date | None = None,
) -> Gate:
    """The same for somebody whose present gate of this kind, if any, is at hand."""
    staff.refuse_without_role(session, participant.program_id, DECIDED_BY[kind], by=by)
    return _write(session, participant, kind, gate, by=by, level_code=level_code, valid_to=valid_to)


def _write(
    session: Session,
    participant: Participant,
    kind: GateKind,
    gate: Gate | None,
    *,
    by: str | None,
    level_code: str | None = None,
    valid_to: date | None = None,
) -> Gate:
    if kind == GateKind.LEVEL_OF_CARE:
        _refuse_unknown_level(session, level_code)
        if by is not None and valid_to is None:
            raise Refused("reassess_missing")
    before = _facts(gate) if gate else None
    if gate is None:
        gate = Gate(id=new_id(), participant_id=participant.id, kind=kind)
        session.add(gate)
    gate.level_code = level_code if kind == GateKind.LEVEL_OF_CARE else None
    if kind == GateKind.LOCATION:
        gate.region, valid_to = participant.region, valid_to or _asked_again(participant)
    gate.cleared_at, gate.cleared_by_id, gate.valid_to = clock.now(), by, valid_to
    audit.record(session, "gate.cleared", participant, by=by, before=before, after=_facts(gate))
    return gate


def close_gate(
    session: Session, participant: Participant, kind: GateKind, *, by: str | None, reason: str = ""
) -> None:
    """Withdraw a decision from today on: consent taken back, a level of care to decide anew.

    Raises NotAllowed `not_your_decision` without a role of DECIDED_BY.
    """
    staff.refuse_without_role(session, participant.program_id, DECIDED_BY[kind], by=by)
    _end(session, participant, kind, by=by, reason=reason)


def confirm_own_location(
    session: Session, participant: Participant, *, there: bool, by: str | None
) -> None:
    """A participant says themselves that they are, or are not, where their record has them.

    Their word opens or closes the gate like that of staff.
    """
    kind = GateKind.LOCATION
    if there:
        _write(session, participant, kind, gate_of(session, participant, kind), by=by)
    else:
        _end(session, participant, kind, by=by, reason="")


def _end(
    session: Session, participant: Participant, kind: GateKind, *, by: str | None, reason: str
) -> None:
    gate = gate_of(session, participant, kind)
    today = clock.today(participant.timezone)
    if gate is None or not gate.holds(today):
        return
    before = _facts(gate)
    gate.valid_to = today - timedelta(days=1)
    audit.record(
        session,
        "gate.closed",
        participant,
        by=by,
        before=before,
        after=_facts(gate),
        reason=reason,
    )


def closed_gates(
    session: Session, participants: Sequence[Participant], on: date
) -> dict[str, tuple[str, ...]]:
    """What keeps each person from being matched on a local date: codes of GateKind, or "safety".

    Keys are participants' ids; whoever is free to be matched is absent. A level of care counts
    for requests of that level only; Part 2 consent is asked for where no other topic would serve.
    """
    people = {"people": [participant.id for participant in participants]}
    holding = _by_person(session.execute(_HOLDING, people | {"on": on}))
    asked = session.execute(_ASKED, people).all()
    levels, part2 = _requested_levels(asked, on), _asking_for_part2_only(asked)
    found = {}
    for person in participants:
        gates = holding.get(person.id, {})
        level = gates.get(GateKind.LEVEL_OF_CARE)
        closed = [SAFETY] if person.safety_flag_since else []
        if level is None or levels.get(person.id, {level.level_code}) != {level.level_code}:
            closed.append(GateKind.LEVEL_OF_CARE)
        if GateKind.CONSENT not in gates:
            closed.append(GateKind.CONSENT)
        located = gates.get(GateKind.LOCATION)
        if located is None or located.region != person.region:
            closed.append(GateKind.LOCATION)
        if person.id in part2 and GateKind.PART2_CONSENT not in gates:
            closed.append(GateKind.PART2_CONSENT)
        if closed:
            found[person.id] = tuple(closed)
    return found


def gate_of(session: Session, participant: Participant, kind: GateKind) -> Gate | None:
    """The last decision of a kind about somebody, whether it still holds or not."""
    return session.scalars(
        select(Gate).where(Gate.participant_id == participant.id, Gate.kind == kind)
    ).one_or_none()


def _by_person(rows: Iterable[_Decided]) -> dict[str, dict[GateKind, _Decided]]:
    found: dict[str, dict[GateKind, _Decided]] = {}
    for gate in rows:
        found.setdefault(gate.participant_id, {})[gate.kind] = gate
    return found


def _requested_levels(asked: Iterable[_Asked], on: date) -> dict[str, set[str | None]]:
    levels: dict[str, set[str | None]] = {}
    for request in asked:
        # What is reserved ahead rests on the decision of the clinician who asked for it.
        if request.needed_from is None or request.needed_from <= on:
            levels.setdefault(request.participant_id, set()).add(request.level_code)
    return levels


def _asking_for_part2_only(asked: Iterable[_Asked]) -> set[str]:
    """People with an open request that nothing but topics under Part 2 would serve."""
    protected: dict[tuple[str, str], bool] = {}
    for request in asked:
        key = request.id, request.participant_id
        protected[key] = bool(request.part2) and protected.get(key, True)
    return {participant_id for (_, participant_id), every in protected.items() if every}


def _asked_again(participant: Participant) -> date:
    return clock.today(participant.timezone) + timedelta(days=care().location_days)


def _refuse_unknown_level(session: Session, level_code: str | None) -> None:
    if not level_code:
        raise Refused("level_missing")
    if session.get(LevelOfCare, level_code) is None:
        raise Refused("unknown_level", level=level_code)


def _facts(gate: Gate) -> Json:
    return {
        "gate": gate.kind,
        "level": gate.level_code,
        **({"region": gate.region} if gate.region else {}),
        "valid_to": gate.valid_to.isoformat() if gate.valid_to else None,
    }
