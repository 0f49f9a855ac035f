"""Sessions that do not take place: cancelled alone or by a holiday, told neutrally, undone."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    AuditEntry,
    CancelReason,
    EndReason,
    Group,
    GroupSession,
    Holiday,
    OutboxMail,
    Presence,
    Seat,
    SeatState,
    SessionState,
)
from groupmatch.services.groups import groups
from groupmatch.services.seats import seats
from groupmatch.services.sessions import attendance, cancelling, holidays, sessions
from groupmatch.services.sessions.attendance import Mark
from groupmatch.services.sessions.session_policy import session_policy
from tests.cast import NOW, TODAY, Cast, make_cast

THANKSGIVING_WEEK = date(2026, 11, 23)


@pytest.fixture
def cast(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast on both engines, with its sessions laid out."""
    with database.transaction() as session:
        made = make_cast(session)
    sessions.lay_out_due(database)
    return made


def first(session: Session, cast: Cast) -> GroupSession:
    query = select(GroupSession).where(GroupSession.group_id == cast.group.id)
    return session.scalars(query.order_by(GroupSession.starts_at)).first() or pytest.fail("none")


def cancel(database: Database, cast: Cast, reason: CancelReason = CancelReason.LEADER_AWAY) -> None:
    with database.transaction() as session:
        cancelling.cancel_session(
            session, first(session, cast), reason=reason, note="flu", by=cast.mara.id
        )


def mails(database: Database) -> list[tuple[str, str, dict[str, object]]]:
    with database.read() as session:
        found = session.scalars(select(OutboxMail).order_by(OutboxMail.recipient))
        return [(mail.recipient, mail.template, mail.facts) for mail in found]


def states(database: Database, cast: Cast) -> list[SessionState]:
    with database.read() as session:
        query = select(GroupSession.state).where(GroupSession.group_id == cast.group.id)
        return list(session.scalars(query.order_by(GroupSession.starts_at)))


def test_one_session_is_cancelled_and_members_hear_only_that_something_changed(
    database: Database, cast: Cast
) -> None:
    cancel(database, cast)
    assert states(database, cast)[:2] == [SessionState.CANCELLED, SessionState.SCHEDULED]
    assert mails(database) == [
        ("ada@example.org", "schedule", {}),
        ("cleo@example.org", "week", {}),
    ]
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).filter_by(act="session.cancelled")).one()
    assert (entry.actor_id, entry.reason) == (cast.mara.id, "flu")


def test_a_cancellation_takes_no_seat(database: Database, cast: Cast) -> None:
    """features.md 5: one leaver must not cancel the session, nor a session the seat."""
    cancel(database, cast)
    with database.read() as session:
        assert session.get_one(Seat, cast.ada_seat.id).state == SeatState.ACTIVE


def test_a_cancellation_is_undone_with_the_same_link(database: Database, cast: Cast) -> None:
    with database.read() as session:
        token = first(session, cast).link_token
    cancel(database, cast)
    with database.transaction() as session:
        cancelling.restore_session(session, first(session, cast), by=cast.mara.id)
    with database.read() as session:
        again = first(session, cast)
    assert (again.state, again.cancel_reason, again.link_token) == (
        SessionState.SCHEDULED,
        None,
        token,
    )


def test_a_session_is_not_cancelled_twice(database: Database, cast: Cast) -> None:
    cancel(database, cast)
    with pytest.raises(Conflict, match="session_cancelled"):
        cancel(database, cast)


def test_a_reason_of_the_rule_is_none_that_a_person_may_give(
    database: Database, cast: Cast
) -> None:
    with pytest.raises(Refused, match="unknown_cancel_reason"):
        cancel(database, cast, CancelReason.HOLIDAY)


def test_a_session_with_attendance_took_place(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(NOW + timedelta(days=2))
    with database.transaction() as session:
        marks = [Mark(cast.ada.id, Presence.PRESENT)]
        attendance.record(session, first(session, cast), marks, seen=0, by=None)
    with pytest.raises(Conflict, match="session_held"):
        cancel(database, cast)


def test_a_session_that_is_cancelled_takes_no_attendance(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    cancel(database, cast)
    fixed_clock.move_to(NOW + timedelta(days=2))
    marks = [Mark(cast.ada.id, Presence.PRESENT)]
    with pytest.raises(Conflict, match="session_cancelled"), database.transaction() as session:
        attendance.record(session, first(session, cast), marks, seen=0, by=None)


def declare(database: Database, cast: Cast, on: date = THANKSGIVING_WEEK) -> str:
    with database.transaction() as session:
        made = holidays.declare_holiday(
            session, cast.program, on=on, name="Closed", by=cast.mara.id
        )
        return made.id


def test_a_holiday_cancels_what_is_laid_out_and_lifting_it_takes_it_up(
    database: Database, cast: Cast
) -> None:
    holiday = declare(database, cast)
    assert states(database, cast)[:2] == [SessionState.CANCELLED, SessionState.SCHEDULED]
    assert [mail[0] for mail in mails(database)] == ["ada@example.org", "cleo@example.org"]
    with pytest.raises(Conflict, match="cancelled_by_rule"), database.transaction() as session:
        cancelling.restore_session(session, first(session, cast), by=cast.mara.id)
    with database.transaction() as session:
        holidays.lift_holiday(session, session.get_one(Holiday, holiday), by=cast.mara.id)
    assert set(states(database, cast)) == {SessionState.SCHEDULED}


def end(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        group = session.get_one(Group, cast.group.id)
        groups.end_group(session, group, last_on=TODAY, by=cast.mara.id, reason="few")


@pytest.mark.parametrize("changed", [declare, end])
def test_a_session_is_not_taken_up_where_the_rule_has_none_any_more(
    database: Database, cast: Cast, changed: Callable[[Database, Cast], object]
) -> None:
    cancel(database, cast)
    changed(database, cast)
    with pytest.raises(Conflict, match="cancelled_by_rule"), database.transaction() as session:
        cancelling.restore_session(session, first(session, cast), by=cast.mara.id)
    assert states(database, cast)[0] == SessionState.CANCELLED


def test_a_holiday_beyond_the_horizon_is_kept_when_its_week_comes(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    far = THANKSGIVING_WEEK + session_policy().ahead + timedelta(weeks=1)
    declare(database, cast, far)
    assert set(states(database, cast)) == {SessionState.SCHEDULED}
    fixed_clock.move_to(NOW + timedelta(weeks=3))
    sessions.lay_out_due(database)
    with database.read() as session:
        cancelled = session.scalars(
            select(GroupSession).where(GroupSession.state == SessionState.CANCELLED)
        ).one()
    assert (cancelled.on, cancelled.cancel_reason) == (far, CancelReason.HOLIDAY)
    # It was never announced, so nobody hears that it changed.
    assert mails(database) == []


def test_a_holiday_of_another_program_changes_nothing_here(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        holidays.declare_holiday(
            session, cast.other_program, on=THANKSGIVING_WEEK, name="Closed", by=None
        )
    assert set(states(database, cast)) == {SessionState.SCHEDULED}


def test_a_date_is_a_holiday_once_and_may_be_declared_again_after_lifting(
    database: Database, cast: Cast
) -> None:
    holiday = declare(database, cast)
    with pytest.raises(Conflict, match="holiday_exists"):
        declare(database, cast)
    with database.transaction() as session:
        holidays.lift_holiday(session, session.get_one(Holiday, holiday), by=None)
    with pytest.raises(Conflict, match="holiday_lifted"), database.transaction() as session:
        holidays.lift_holiday(session, session.get_one(Holiday, holiday), by=None)
    declare(database, cast)
    assert states(database, cast)[0] == SessionState.CANCELLED


def test_a_holiday_is_neither_past_nor_nameless(database: Database, cast: Cast) -> None:
    with pytest.raises(Refused, match="holiday_past"):
        declare(database, cast, date(2026, 11, 21))
    with pytest.raises(Refused, match="name_missing"), database.transaction() as session:
        holidays.declare_holiday(session, cast.program, on=THANKSGIVING_WEEK, name=" ", by=None)


def test_one_member_who_leaves_cancels_no_session(database: Database, cast: Cast) -> None:
    """features.md 5: one leaver must not cancel the session, even the last member."""
    with database.transaction() as session:
        seat = session.get_one(Seat, cast.ada_seat.id)
        seats.end_seat(session, seat, last_on=TODAY, reason=EndReason.WITHDREW, by=cast.mara.id)
    sessions.lay_out_due(database)
    assert set(states(database, cast)) == {SessionState.SCHEDULED}


def test_nobody_who_left_hears_of_a_cancellation(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        seat = session.get_one(Seat, cast.ada_seat.id)
        reason = EndReason.WITHDREW
        seats.end_seat(session, seat, last_on=TODAY, reason=reason, by=None, tell=False)
    cancel(database, cast)
    assert [mail[0] for mail in mails(database)] == ["cleo@example.org"]
