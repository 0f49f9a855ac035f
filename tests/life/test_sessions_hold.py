"""Each invariant of sessions notices what it is there for: rows change behind the services."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import Attendance, GroupSession, Holiday, Presence, Task
from groupmatch.services.sessions import attendance, sessions
from groupmatch.services.sessions.attendance import Mark
from groupmatch.simulation.facts import look
from tests.cast import NOW, Cast, make_cast
from tests.life.sessions_hold import broken_sessions, look_at_sessions

AFTER_THREE = NOW + timedelta(weeks=2, days=1, hours=6)


@pytest.fixture
def cast(sqlite_database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast after three sessions, to none of which Ada came."""
    with sqlite_database.transaction() as session:
        made = make_cast(session)
    sessions.lay_out_due(sqlite_database)
    fixed_clock.move_to(AFTER_THREE)
    with sqlite_database.transaction() as session:
        for meeting in _meetings(session)[:3]:
            absent = [Mark(made.ada.id, Presence.ABSENT)]
            attendance.record(session, meeting, absent, seen=0, by=made.mara.id)
    return made


def _meetings(session: Session) -> list[GroupSession]:
    query = select(GroupSession).join(GroupSession.group).order_by(GroupSession.starts_at)
    return list(session.scalars(query.where(GroupSession.group.has(name="Anxiety and depression"))))


def _forget_attendance(session: Session, cast: Cast) -> None:
    session.execute(delete(Attendance))


def _move_the_past(session: Session, cast: Cast) -> None:
    _meetings(session)[0].starts_at += timedelta(hours=1)


def _shift_an_hour(session: Session, cast: Cast) -> None:
    _meetings(session)[-1].starts_at += timedelta(hours=1)


def _change_a_link(session: Session, cast: Cast) -> None:
    _meetings(session)[-1].link_token = "another"


def _meet_on_a_holiday(session: Session, cast: Cast) -> None:
    on = _meetings(session)[-1].on
    session.add(Holiday(program_id=cast.program.id, on=on, name="Closed", created_at=NOW))


def _end_before_the_last(session: Session, cast: Cast) -> None:
    cast.group.ends_on = _meetings(session)[-1].on - timedelta(days=1)
    session.add(cast.group)


def _come_before_the_seat(session: Session, cast: Cast) -> None:
    cast.ada_seat.starts_on = AFTER_THREE.date()
    session.add(cast.ada_seat)


def _forget_the_task(session: Session, cast: Cast) -> None:
    session.execute(delete(Task))


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (_forget_attendance, "was lost"),
        (_move_the_past, "was rewritten"),
        (_shift_an_hour, "at another hour"),
        (_change_a_link, "has another link"),
        (_meet_on_a_holiday, "on the holiday"),
        (_end_before_the_last, "a session of a running group"),
        (_come_before_the_seat, "somebody without a seat"),
        (_forget_the_task, "nobody reaches out"),
    ],
)
def test_what_breaks_is_told(
    sqlite_database: Database, cast: Cast, tamper: Callable[[Session, Cast], None], words: str
) -> None:
    with sqlite_database.transaction() as session:
        before = look_at_sessions(session)
        assert broken_sessions(session, before, before, look(session).seats) == []
        tamper(session, cast)
        session.flush()
        after = look_at_sessions(session)
        told = broken_sessions(session, before, after, look(session).seats)
    assert any(words in each for each in told), told
