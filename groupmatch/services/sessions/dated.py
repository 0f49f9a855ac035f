"""What became of single dates of weekly hours: the dated sessions beside the rule."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.records import GroupSession, SessionState
from groupmatch.services.sessions.session_policy import session_policy

#: A group's id and the instant at which a session of it begins.
Dated = Mapping[tuple[str, datetime], GroupSession]


def dated_sessions(
    session: Session, group_ids: Collection[str], after: datetime, before: datetime
) -> Dated:
    """The dated sessions of some groups between two instants, substitutes loaded."""
    query = (
        select(GroupSession)
        .where(
            GroupSession.group_id.in_(group_ids),
            GroupSession.starts_at >= after,
            GroupSession.starts_at < before,
        )
        .options(joinedload(GroupSession.substitute))
    )
    return {(each.group_id, each.starts_at): each for each in session.scalars(query)}


def open_link(meeting: GroupSession | None) -> str:
    """The token of a session's link while members may see it; otherwise empty."""
    if meeting is None or meeting.state == SessionState.CANCELLED:
        return ""
    now = clock.now()
    opens = meeting.starts_at - session_policy().link_opens
    return meeting.link_token if opens <= now < meeting.ends_at else ""
