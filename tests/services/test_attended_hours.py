"""Hours of an intensive plan are those that were attended, not those that were scheduled."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import GroupSession, Plan, Presence, Request, Seat
from groupmatch.services.seats import seats
from groupmatch.services.sessions import attendance, sessions
from groupmatch.services.sessions.attendance import Mark
from groupmatch.services.sessions.attended_hours import AttendedWeek, attended_weeks
from tests import cast as people
from tests.cast import MONDAY, NOW, THURSDAY, TODAY, WEDNESDAY, Cast, make_cast

_TRACK = tuple((day, 9 * 60, 180) for day in (MONDAY, WEDNESDAY, THURSDAY))


@pytest.fixture
def cast(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast on both engines, with two tracks of nine hours a week, and Ben in the first."""
    with database.transaction() as session:
        made = make_cast(session)
        plan = Plan(
            program_id=made.program.id,
            participant_id=made.ben.id,
            level_code="iop-adult",
            created_at=NOW,
        )
        session.add(plan)
        session.flush()
        asked = people.request(session, made.ben, level_code="iop-adult", plan_id=plan.id)
        for name in ("First", "Second"):
            track = people.therapy_group(
                session, made.program, leaders=[made.cleo], meetings=_TRACK, name=name
            )
            if name == "First":
                people.seat(session, asked, track)
    sessions.lay_out_due(database)
    return made


def attend(session: Session, cast: Cast, on: date, minutes: int) -> None:
    """Ben is at the session of his group on a date for some minutes, or misses it."""
    asked = session.scalars(select(Request).where(Request.plan_id.is_not(None))).one()
    held = seats.seat_of(session, asked)
    assert held is not None
    meeting = session.scalars(
        select(GroupSession).where(GroupSession.group_id == held.group_id, GroupSession.on == on)
    ).one()
    presence = Presence.LATE if minutes else Presence.ABSENT
    attendance.record(
        session, meeting, [Mark(cast.ben.id, presence, minutes)], seen=0, by=cast.mara.id
    )


def weeks(session: Session) -> tuple[AttendedWeek, ...]:
    return attended_weeks(session, session.scalars(select(Plan)).one())


def test_minutes_are_summed_by_week_against_what_the_level_asks(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(NOW + timedelta(days=12))
    with database.transaction() as session:
        for day, minutes in ((23, 180), (25, 180), (26, 180), (30, 175), (2, 0), (3, 180)):
            on = date(2026, 12, day) if day < 10 else date(2026, 11, day)
            attend(session, cast, on, minutes)
    with database.read() as session:
        assert weeks(session) == (
            AttendedWeek(date(2026, 11, 30), attended=355, held=540, needed=540),
            AttendedWeek(date(2026, 11, 23), attended=540, held=540, needed=540),
        )
        assert [week.met for week in weeks(session)] == [False, True]


def test_a_plan_of_which_nothing_is_written_down_tells_nothing(
    database: Database, cast: Cast
) -> None:
    with database.read() as session:
        assert weeks(session) == ()


def test_a_week_without_any_session_counts_as_nothing_attended(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(NOW + timedelta(days=17))
    with database.transaction() as session:
        attend(session, cast, date(2026, 11, 23), 180)
    with database.read() as session:
        assert [week.attended for week in weeks(session)] == [0, 0, 180]


def test_hours_stay_with_the_plan_over_a_move(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(NOW + timedelta(days=1))
    with database.transaction() as session:
        attend(session, cast, date(2026, 11, 23), 180)
        held = session.scalars(select(Seat).where(Seat.participant_id == cast.ben.id)).one()
        second = session.scalars(select(people.Group).where(people.Group.name == "Second")).one()
        seats.move(session, held, second, starts_on=TODAY + timedelta(days=2), by=cast.mara.id)
    fixed_clock.move_to(NOW + timedelta(days=5))
    with database.transaction() as session:
        attend(session, cast, date(2026, 11, 25), 150)
    with database.read() as session:
        assert [week.attended for week in weeks(session)] == [330]


def test_a_plan_may_ask_for_other_hours_than_its_level(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(NOW + timedelta(days=2))
    with database.transaction() as session:
        attend(session, cast, date(2026, 11, 23), 180)
        session.scalars(select(Plan)).one().min_minutes = 180
    with database.read() as session:
        assert weeks(session)[0].met
