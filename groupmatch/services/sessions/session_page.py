"""One dated session on a page, and the sessions of a group in a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.records import CAME, Attendance, Group, GroupLeader, GroupSession, SessionState
from groupmatch.services.audit.history import History, history
from groupmatch.services.sessions.attendance import Expected, expected
from groupmatch.services.sessions.session_leaders import leaders_of_session
from groupmatch.services.sessions.session_policy import session_policy

#: How far a group's page looks back and ahead.
_BACK = timedelta(weeks=6)
_AHEAD = timedelta(weeks=4)


@dataclass(frozen=True)
class SessionPage:
    """One session with its group, its leaders' names and everybody who is expected."""

    meeting: GroupSession
    group: Group
    leaders: tuple[str, ...]
    substitute: str | None
    roster: tuple[Expected, ...]

    @property
    def begun(self) -> bool:
        """Whether attendance can be written down."""
        return self.meeting.starts_at <= clock.now()

    @property
    def standing(self) -> str:
        """Where it stands: a SessionState, or "unwritten"."""
        return _standing(self.meeting)

    @property
    def over(self) -> bool:
        """Whether nobody can lead it any more."""
        return self.meeting.ends_at <= clock.now()

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.meeting.state == SessionState.CANCELLED

    @property
    def late_minutes(self) -> int:
        """Minutes that somebody late is taken to have missed."""
        return session_policy().late_minutes


@dataclass(frozen=True)
class SessionLine:
    """One session in the list of a group."""

    meeting: GroupSession
    #: How many came, of how many who were marked.
    came: int
    marked: int

    @property
    def standing(self) -> str:
        """Where it stands: a SessionState, or "unwritten"."""
        return _standing(self.meeting)


def _standing(meeting: GroupSession) -> str:
    """A session that has begun, and whose attendance nobody has written down, is unwritten."""
    begun = meeting.starts_at <= clock.now()
    return "unwritten" if begun and meeting.state == SessionState.SCHEDULED else meeting.state


def session_page(session: Session, meeting: GroupSession) -> SessionPage:
    """Read the page of one session."""
    leaders = joinedload(Group.leaders).joinedload(GroupLeader.therapist)
    return SessionPage(
        meeting=meeting,
        group=session.get_one(Group, meeting.group_id, options=[leaders]),
        leaders=leaders_of_session(session, meeting),
        substitute=meeting.substitute.full_name if meeting.substitute else None,
        roster=tuple(expected(session, meeting)),
    )


def session_history(session: Session, meeting: GroupSession) -> History:
    """What happened to one session, for staff."""
    return history(session, {GroupSession.__tablename__: [meeting.id]})


def session_lines(session: Session, group: Group) -> Sequence[SessionLine]:
    """The sessions of a group of the last weeks and the coming ones, in order."""
    now = clock.now()
    came = func.count(Attendance.id).filter(Attendance.presence.in_(CAME))
    counted = (
        select(Attendance.session_id, came, func.count(Attendance.id))
        .join(GroupSession)
        .where(GroupSession.group_id == group.id)
        .group_by(Attendance.session_id)
    )
    counts = {name: (some, every) for name, some, every in session.execute(counted)}
    query = (
        select(GroupSession)
        .where(
            GroupSession.group_id == group.id,
            GroupSession.starts_at > now - _BACK,
            GroupSession.starts_at < now + _AHEAD,
        )
        .options(joinedload(GroupSession.substitute))
        .order_by(GroupSession.starts_at)
    )
    return [SessionLine(each, *counts.get(each.id, (0, 0))) for each in session.scalars(query)]
