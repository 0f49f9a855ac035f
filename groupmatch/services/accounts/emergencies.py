"""Emergency access: a look at one person outside of one's program, stated, short and reviewed.

Somebody calls in a crisis while only another program's staff is there. Whoever looks says why, sees
what a crisis takes and no more, for an hour; the administrators of the person's program are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.errors import Conflict, NotFound, Refused
from groupmatch.names import fold
from groupmatch.records import (
    Account,
    EmergencyAccess,
    Group,
    GroupLeader,
    Participant,
    ProgramRole,
    Seat,
    SeatState,
    StaffRole,
    Therapist,
)
from groupmatch.services.accounts.sign_in_policy import sign_in_policy
from groupmatch.services.audit import audit
from groupmatch.services.mail import outbox

#: A reason of fewer characters says nothing to who reviews it.
_LEAST_REASON = 15


@dataclass(frozen=True)
class EmergencyPage:
    """What a crisis takes: who it is, how to reach them, who treats them."""

    access: EmergencyAccess
    participant: Participant
    #: Those who lead their groups at present.
    therapists: tuple[Therapist, ...]


def open_person(
    session: Session, *, named: str, reached: str, reason: str, by: Account
) -> EmergencyAccess:
    """Open somebody by their whole name and their email or phone, both as they are written down.

    Raises Refused `reason_short`, and NotFound `nobody_by_that`, which is also the answer where
    several match. How often somebody may try is counted before (`web/attempts`).
    """
    if len(reason.strip()) < _LEAST_REASON:
        raise Refused("reason_short", least=_LEAST_REASON)
    person = _found(session, named, reached)
    now = clock.now()
    opened = EmergencyAccess(
        program_id=person.program_id,
        account_id=by.id,
        participant_id=person.id,
        reason=reason.strip(),
        opened_at=now,
        ends_at=now + sign_in_policy().emergency,
    )
    session.add(opened)
    facts = {"participant": person.id}
    audit.record(session, "emergency.opened", opened, by=by.id, after=facts, reason=opened.reason)
    for email in _administrators(session, person.program_id):
        outbox.post(session, "emergency", email, program_id=person.program_id, facts={})
    return opened


def missed(session: Session, *, by: str) -> None:
    """Write down that somebody asked for a person whom they could not name rightly.

    Neither whom they named nor why: the administrators of who asked treat nobody of theirs.
    """
    audit.record(session, "emergency.missed", session.get_one(Account, by), by=by)


def emergency_page(session: Session, look_id: str, *, by: Account) -> EmergencyPage:
    """What is shown of the person. Raises NotFound to others, and when the time is over."""
    found = session.get(EmergencyAccess, look_id)
    if found is None or found.account_id != by.id or clock.now() >= found.ends_at:
        raise NotFound()
    leaders = joinedload(Seat.group).selectinload(Group.leaders).joinedload(GroupLeader.therapist)
    seats = session.scalars(
        select(Seat)
        .where(Seat.participant_id == found.participant_id, Seat.state != SeatState.ENDED)
        .options(leaders)
    )
    today = clock.today(found.participant.timezone)
    leading = [leader.therapist for seat in seats for leader in seat.group.leading(today)]
    return EmergencyPage(found, found.participant, tuple(dict.fromkeys(leading)))


def of_program(session: Session, program_id: str) -> Sequence[EmergencyAccess]:
    """All looks at people of a program, those not reviewed first, then the latest first."""
    query = (
        select(EmergencyAccess)
        .where(EmergencyAccess.program_id == program_id)
        .options(joinedload(EmergencyAccess.participant), joinedload(EmergencyAccess.account))
        .order_by(EmergencyAccess.reviewed_at.is_not(None), EmergencyAccess.opened_at.desc())
    )
    return session.scalars(query).all()


def review(session: Session, opened: EmergencyAccess, *, by: Account) -> None:
    """An administrator has looked into it. Raises Conflict `reviewed_own` or `reviewed_already`."""
    if opened.account_id == by.id:
        raise Conflict("reviewed_own")
    if opened.reviewed_at is not None:
        raise Conflict("reviewed_already")
    opened.reviewed_at, opened.reviewed_by_id = clock.now(), by.id
    audit.record(session, "emergency.reviewed", opened, by=by.id)


def _found(session: Session, named: str, reached: str) -> Participant:
    words = sorted(fold(named).split())
    ways = reached.strip().lower()
    query = select(Participant).where(
        or_(func.lower(Participant.email) == ways, Participant.phone == reached.strip()),
    )
    matching = [
        person
        for person in session.scalars(query)
        if ways and sorted(fold(person.full_name).split()) == words
    ]
    if len(matching) != 1:
        raise NotFound("nobody_by_that")
    return matching[0]


def _administrators(session: Session, program_id: str) -> Sequence[str]:
    query = (
        select(Account.email)
        .join(ProgramRole, ProgramRole.account_id == Account.id)
        .where(
            ProgramRole.program_id == program_id,
            ProgramRole.role == StaffRole.ADMIN,
            ProgramRole.ended_at.is_(None),
        )
    )
    return session.scalars(query).all()
