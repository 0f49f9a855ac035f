"""Participants: take one in, change what is known, raise and lower the safety flag."""

from typing import Any

from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import new_id
from groupmatch.errors import Refused
from groupmatch.records import (
    Participant,
    Payer,
    Program,
    StaffRole,
    TaskKind,
)
from groupmatch.services import locks
from groupmatch.services.accounts import staff
from groupmatch.services.audit import audit, changes
from groupmatch.services.care import calls
from groupmatch.services.programs import places

AGE_BANDS = ("adult", "adolescent")
EDITABLE = (
    "external_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "timezone",
    "region",
    "language",
    "age_band",
    "attributes",
    "payer_code",
    "household",
)
#: Audited by name only: who somebody is, and what they suffer from.
PRIVATE = ("first_name", "last_name", "email", "phone", "attributes")


def add_participant(
    session: Session,
    program: Program,
    *,
    first_name: str,
    last_name: str,
    timezone: str,
    region: str,
    by: str | None,
    **more: Any,
) -> Participant:
    """Take somebody in. Consent and level of care are gates of their own.

    `more` are further fields of EDITABLE. Raises Refused as `edit_participant` does.
    """
    fields = {
        "first_name": first_name,
        "last_name": last_name,
        "timezone": timezone,
        "region": region,
        **more,
    }
    _refuse_unusable(session, fields)
    person = Participant(id=new_id(), program_id=program.id, created_at=clock.now(), **fields)
    session.add(person)
    after = changes.facts(person, EDITABLE, PRIVATE)
    audit.record(session, "participant.added", person, by=by, after=after)
    return person


def edit_participant(
    session: Session, participant: Participant, *, by: str | None, **edits: Any
) -> bool:
    """Change what is known of somebody; False when nothing differed.

    Raises Refused `name_missing`, `unknown_zone`, `unknown_region`, `unknown_age_band` or
    `unknown_payer`.
    """
    _refuse_unusable(session, edits)
    return changes.apply(
        session,
        participant,
        edits,
        editable=EDITABLE,
        private=PRIVATE,
        act="participant.edited",
        by=by,
    )


def set_safety_flag(
    session: Session, participant: Participant, *, raised: bool, by: str | None, reason: str
) -> None:
    """Raise or lower the safety flag. Raising it opens a task for staff; seats stay as they are.

    Lowering is a clinician's decision. Raises Refused `person_must_decide` where the software
    would lower it, and NotAllowed `not_your_decision` for somebody else.
    """
    locks.hold(session, participant)
    if raised == (participant.safety_flag_since is not None):
        return
    if not raised and by is None:
        raise Refused("person_must_decide")
    if not raised:
        staff.refuse_without_role(session, participant.program_id, [StaffRole.CLINICIAN], by=by)
    participant.safety_flag_since = clock.now() if raised else None
    act = "participant.safety_raised" if raised else "participant.safety_lowered"
    audit.record(session, act, participant, by=by, after={"safety": raised}, reason=reason)
    if raised:
        _ask_to_look(session, participant, reason, by=by)


def raise_alarm(session: Session, participant: Participant, *, note: str, by: str | None) -> None:
    """Raise the safety flag or, where it is up already, add to the task for today."""
    if participant.safety_flag_since is None:
        set_safety_flag(session, participant, raised=True, by=by, reason=note)
    else:
        _ask_to_look(session, participant, note, by=by)


def _ask_to_look(session: Session, participant: Participant, note: str, *, by: str | None) -> None:
    today = clock.today(participant.program.timezone)
    calls.open_task(session, participant, TaskKind.SAFETY, note=note, by=by, due_on=today)


def _refuse_unusable(session: Session, fields: dict[str, Any]) -> None:
    if not all(fields.get(name, "-").strip() for name in ("first_name", "last_name")):
        raise Refused("name_missing")
    if "timezone" in fields:
        places.refuse_unknown_zone(fields["timezone"])
    if "region" in fields:
        places.refuse_unknown_region(fields["region"])
    if fields.get("age_band", "adult") not in AGE_BANDS:
        raise Refused("unknown_age_band", age_band=fields["age_band"])
    payer = fields.get("payer_code")
    if payer and session.get(Payer, payer) is None:
        raise Refused("unknown_payer", payer=payer)
