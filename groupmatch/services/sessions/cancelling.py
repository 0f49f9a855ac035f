"""One session cancelled by a person, and taken up again."""

from sqlalchemy.orm import Session

from groupmatch.errors import Conflict, Refused
from groupmatch.records import CancelReason, GroupSession, SessionState
from groupmatch.services import locks
from groupmatch.services.sessions import session_news, sessions

#: What a person may give as a reason; the rest follows from holidays and the weekly rule.
REASONS = (
    CancelReason.LEADER_AWAY,
    CancelReason.TOO_FEW,
    CancelReason.TECHNICAL,
    CancelReason.OTHER,
)


def cancel_session(
    session: Session, meeting: GroupSession, *, reason: CancelReason, note: str, by: str | None
) -> None:
    """Cancel one session; its members hear that something changed, and nobody loses a seat.

    Raises Conflict `session_cancelled` or `session_held`, and Refused `unknown_cancel_reason`.
    """
    if reason not in REASONS:
        raise Refused("unknown_cancel_reason")
    locks.hold(session, meeting)
    if meeting.state == SessionState.CANCELLED:
        raise Conflict("session_cancelled")
    if meeting.state == SessionState.HELD:
        raise Conflict("session_held")
    session_news.cancel(session, meeting, reason, by=by, note=note)
    session_news.tell(session, [meeting])


def restore_session(session: Session, meeting: GroupSession, *, by: str | None) -> None:
    """Take a person's cancellation back.

    Raises Conflict `session_not_cancelled`, or `cancelled_by_rule` for a holiday, a changed hour
    or a group that ends before: those are undone where they were made.
    """
    locks.hold(session, meeting)
    if meeting.state != SessionState.CANCELLED:
        raise Conflict("session_not_cancelled")
    if meeting.cancel_reason not in REASONS or not sessions.follows_rule(session, meeting):
        raise Conflict("cancelled_by_rule")
    session_news.take_up(session, meeting, by=by)
    session_news.tell(session, [meeting])
