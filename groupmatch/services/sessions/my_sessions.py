"""The coming sessions of a participant, on their own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch.records import (
    Group,
    GroupKind,
    GroupLeader,
    Participant,
    Seat,
    SeatState,
    SessionState,
    still_comes,
)
from groupmatch.services.groups.leading import Leader, leaders_on
from groupmatch.services.hours import local_time
from groupmatch.services.hours.local_time import LocalMeeting, Sitting
from groupmatch.services.sessions.dated import Dated, dated_sessions, open_link
from groupmatch.services.sessions.session_policy import session_policy


@dataclass(frozen=True)
class MySession:
    """One coming session on the participant's own clock."""

    group_id: str
    starts_at: datetime
    ends_at: datetime
    meeting: LocalMeeting
    topic: str
    kind: GroupKind
    leaders: tuple[Leader, ...]
    #: The session does not take place.
    cancelled: bool
    #: Who leads it this time in place of a leader.
    substitute: str | None
    #: The secret end of its meeting link, from shortly before it begins until it ends.
    link_token: str

    @property
    def opens_at(self) -> datetime:
        """From when on its link shows."""
        return self.starts_at - session_policy().link_opens


def my_sessions(
    session: Session, participant: Participant, *, now: datetime, until: datetime
) -> list[MySession]:
    """The sessions that are not over at an instant and begin before another, in order."""
    today = now.astimezone(ZoneInfo(participant.timezone)).date()
    return sessions_of(session, seats_of(session, participant, today), now=now, until=until)


def seats_of(session: Session, participant: Participant, today: date) -> Sequence[Seat]:
    """The seats that somebody holds or still comes to, also those offered; groups are loaded."""
    # Somebody has a seat or two: few queries tell it all.
    group = joinedload(Seat.group)
    query = (
        select(Seat)
        .where(Seat.participant_id == participant.id, still_comes(today))
        .options(
            group.joinedload(Group.topic),
            group.selectinload(Group.meetings),
            group.selectinload(Group.leaders).joinedload(GroupLeader.therapist),
        )
        .order_by(Seat.starts_on, Seat.id)
    )
    return session.scalars(query).all()


def sessions_of(
    session: Session, seats: Sequence[Seat], *, now: datetime, until: datetime
) -> list[MySession]:
    """The same for seats that are loaded; an offered one brings no session yet."""
    held = [seat for seat in seats if seat.state != SeatState.OFFERED]
    # A session that has begun is still the next one until it is over.
    since = now - timedelta(days=1)
    dated = dated_sessions(session, [seat.group_id for seat in held], since, until)
    found = [
        _my_session(seat, sitting, dated)
        for seat in held
        for sitting in local_time.sittings_between(seat.group, since, until)
        if sitting.ends_at > now
        if seat.starts_on <= sitting.on <= (seat.ends_on or sitting.on)
    ]
    return sorted(found, key=lambda each: (each.starts_at, each.group_id))


def _my_session(seat: Seat, sitting: Sitting, dated: Dated) -> MySession:
    group = seat.group
    became = dated.get((group.id, sitting.starts_at))
    return MySession(
        group_id=group.id,
        starts_at=sitting.starts_at,
        ends_at=sitting.ends_at,
        meeting=local_time.local_meeting(sitting, seat.participant.timezone),
        topic=group.topic.name,
        kind=group.kind,
        leaders=leaders_on(group, sitting.on),
        cancelled=became is not None and became.state == SessionState.CANCELLED,
        substitute=became.substitute.full_name if became and became.substitute else None,
        link_token=open_link(became),
    )
