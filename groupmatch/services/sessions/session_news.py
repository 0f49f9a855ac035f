"""What becomes of a session after it was laid out, and who hears of it.

Mails say only that something changed: the page behind the sign-in says what.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.records import (
    CancelReason,
    GroupLeader,
    GroupSession,
    Participant,
    Seat,
    SessionState,
    Therapist,
    leads_from,
)
from groupmatch.services.audit import audit
from groupmatch.services.hours.local_time import Sitting
from groupmatch.services.mail import outbox
from groupmatch.services.sessions.session_members import covers


def cancel(
    session: Session,
    meeting: GroupSession,
    reason: CancelReason,
    *,
    by: str | None,
    note: str = "",
) -> None:
    """Let a session not take place."""
    before = facts(meeting)
    meeting.state, meeting.cancel_reason = SessionState.CANCELLED, reason
    audit.record(
        session,
        "session.cancelled",
        meeting,
        by=by,
        before=before,
        after=facts(meeting),
        reason=note,
    )


def take_up(session: Session, meeting: GroupSession, *, by: str | None) -> None:
    """Let a cancelled session take place after all."""
    before = facts(meeting)
    meeting.state, meeting.cancel_reason = SessionState.SCHEDULED, None
    audit.record(session, "session.taken_up", meeting, by=by, before=before, after=facts(meeting))


def move(session: Session, meeting: GroupSession, sitting: Sitting, *, by: str | None) -> None:
    """Give a session another hour. Its link and the excuses for it stay.

    A substitute agreed to the former hour, so somebody is looked for anew.
    """
    before = facts(meeting)
    if meeting.substitute_id:
        meeting.substitute_id, meeting.cover_asked_at = None, clock.now()
    meeting.on, meeting.starts_at, meeting.minutes = sitting.on, sitting.starts_at, sitting.minutes
    audit.record(session, "session.moved", meeting, by=by, before=before, after=facts(meeting))


def tell(session: Session, meetings: Collection[GroupSession]) -> None:
    """Write to everybody whom a change of coming sessions concerns, one mail each."""
    changed = [each for each in meetings if each.starts_at > clock.now()]
    if not changed:
        return
    days = [each.on for each in changed]
    groups = {each.group_id for each in changed}
    program_id = changed[0].program_id
    members = (
        select(Participant.email, Participant.timezone)
        .join(Seat, Seat.participant_id == Participant.id)
        .where(Seat.group_id.in_(groups), covers(min(days), max(days)))
    )
    soonest = min(each.starts_at for each in changed)
    _write(session, "schedule", members, program_id, before=soonest)
    substitutes = {each.substitute_id for each in changed}
    leading = (
        select(Therapist.email, Therapist.timezone)
        .outerjoin(GroupLeader)
        .where(
            or_(
                and_(GroupLeader.group_id.in_(groups), leads_from(min(days))),
                Therapist.id.in_(substitutes),
            )
        )
    )
    _write(session, "week", leading, program_id, before=soonest)


def _write(
    session: Session,
    template: str,
    recipients: Select[str, str],
    program_id: str,
    *,
    before: datetime,
) -> None:
    """One mail to each address, in its owner's waking hours unless it must come earlier."""
    people = [(email, zone) for email, zone in session.execute(recipients)]
    outbox.post_once_each(session, template, people, program_id=program_id, before=before)


def replace_leader(
    session: Session, meeting: GroupSession, substitute: Therapist | None, *, by: str | None
) -> None:
    """Let a substitute lead a session, or nobody but its leaders."""
    before = facts(meeting)
    meeting.substitute_id = substitute.id if substitute else None
    act = "session.substitute_sent" if substitute else "session.substitute_taken_back"
    audit.record(session, act, meeting, by=by, before=before, after=facts(meeting))


def facts(meeting: GroupSession) -> Json:
    """A session for the audit log."""
    return {
        "group": meeting.group_id,
        "session_on": meeting.on.isoformat(),
        "starts_at": meeting.starts_at.isoformat(),
        "minutes": meeting.minutes,
        "state": meeting.state,
        "cancel_reason": meeting.cancel_reason,
        "substitute": meeting.substitute_id,
    }
