"""A private calendar feed: made, given a new address, stopped, and read by its address alone."""

import secrets
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.records import CalendarFeed, Participant, ParticipantStatus
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.calendars.calendar_text import Appointment, calendar_text
from groupmatch.services.sessions.my_sessions import MySession, my_sessions
from groupmatch.services.sessions.session_policy import session_policy

#: 256 bits: nobody finds an address by guessing.
_TOKEN_BYTES = 32


def live_feed(session: Session, participant: Participant) -> CalendarFeed | None:
    """The feed that a participant has at present."""
    return session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.participant_id == participant.id, CalendarFeed.ended_at.is_(None)
        )
    )


def new_address(session: Session, participant: Participant, *, by: str | None) -> str:
    """Give a participant's feed a new address; the one before stops at once.

    Returns its secret end, which is kept nowhere and cannot be told again.
    """
    locks.hold(session, participant)
    _end(session, participant)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    feed = CalendarFeed(
        participant_id=participant.id, token_hash=_hash(token), created_at=clock.now()
    )
    session.add(feed)
    session.flush()
    audit.record(session, "calendar.address_made", participant, by=by, after={"feed": feed.id})
    return token


def stop(session: Session, participant: Participant, *, by: str | None) -> None:
    """Stop a participant's feed, if there is one."""
    locks.hold(session, participant)
    if ended := _end(session, participant):
        audit.record(session, "calendar.stopped", participant, by=by, before={"feed": ended.id})


def calendar_of(session: Session, token: str) -> bytes:
    """The coming appointments behind an address, as iCalendar.

    Raises NotFound for an address that never was, that was stopped, or whose person has left.
    """
    feed = session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == _hash(token), CalendarFeed.ended_at.is_(None))
        .options(joinedload(CalendarFeed.participant))
    )
    if feed is None or feed.participant.status != ParticipantStatus.ACTIVE:
        raise NotFound()
    person, now = feed.participant, clock.now()
    coming = my_sessions(session, person, now=now, until=now + session_policy().ahead)
    appointments = [_appointment(person, each) for each in coming]
    return calendar_text(appointments, person.timezone, now=now)


def _end(session: Session, participant: Participant) -> CalendarFeed | None:
    if feed := live_feed(session, participant):
        feed.ended_at = clock.now()
        # The database takes a second live one only after this is written.
        session.flush()
    return feed


def _appointment(person: Participant, each: MySession) -> Appointment:
    key = f"{person.id} {each.group_id} {each.starts_at.isoformat()}"
    return Appointment(key, each.starts_at, each.ends_at, each.cancelled)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
