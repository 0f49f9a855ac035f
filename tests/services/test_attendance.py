"""Attendance: written down once by whoever was there, kept on every move, and acted on."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    Attendance,
    AuditEntry,
    CancelReason,
    EndReason,
    Group,
    GroupSession,
    Presence,
    Seat,
    SeatState,
    SessionState,
    Task,
    TaskKind,
)
from groupmatch.services.care import calls
from groupmatch.services.groups import groups
from groupmatch.services.groups.groups import MeetingTime
from groupmatch.services.seats import seats
from groupmatch.services.sessions import attendance, cancelling, sessions
from groupmatch.services.sessions.attendance import Mark
from tests import cast as people
from tests.cast import EVENING, NOW, TUESDAY, Cast, make_cast

DURING = NOW + timedelta(days=1, hours=5, minutes=30)
WEEK = timedelta(weeks=1)


@pytest.fixture
def cast(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast on both engines with Ben beside Ada, half an hour into the first session."""
    with database.transaction() as session:
        made = make_cast(session)
        people.seat(session, made.ben_request, made.group)
    sessions.lay_out_due(database)
    fixed_clock.move_to(DURING)
    return made


def nth(session: Session, cast: Cast, number: int) -> GroupSession:
    query = select(GroupSession).where(GroupSession.group_id == cast.group.id)
    return session.scalars(query.order_by(GroupSession.starts_at)).all()[number]


def write(database: Database, cast: Cast, number: int, *marks: Mark) -> None:
    with database.transaction() as session:
        meeting = nth(session, cast, number)
        attendance.record(session, meeting, marks, seen=meeting.recordings, by=cast.mara.id)


def ada(cast: Cast, presence: Presence, minutes: int | None = None) -> Mark:
    return Mark(cast.ada.id, presence, minutes)


def written(database: Database, cast: Cast, number: int) -> dict[str, tuple[Presence, int]]:
    with database.read() as session:
        return {
            row.participant_id: (row.presence, row.minutes)
            for row in nth(session, cast, number).attendance
        }


def outreach(database: Database) -> list[Task]:
    with database.read() as session:
        return list(session.scalars(select(Task).where(Task.kind == TaskKind.OUTREACH)))


def test_who_came_is_written_down_with_minutes(database: Database, cast: Cast) -> None:
    write(database, cast, 0, ada(cast, Presence.PRESENT), Mark(cast.ben.id, Presence.LATE))
    assert written(database, cast, 0) == {
        cast.ada.id: (Presence.PRESENT, 60),
        cast.ben.id: (Presence.LATE, 50),
    }
    with database.read() as session:
        assert nth(session, cast, 0).state == SessionState.HELD
        entry = session.scalars(select(AuditEntry).filter_by(act="session.attendance")).one()
    assert entry.actor_id == cast.mara.id
    assert entry.after == {cast.ada.id: ["present", 60], cast.ben.id: ["late", 50]}


def test_a_correction_replaces_what_was_written(database: Database, cast: Cast) -> None:
    write(database, cast, 0, ada(cast, Presence.ABSENT))
    write(database, cast, 0, ada(cast, Presence.LATE, 35))
    assert written(database, cast, 0) == {cast.ada.id: (Presence.LATE, 35)}


def test_two_who_write_at_once_do_not_overwrite_each_other(database: Database, cast: Cast) -> None:
    with database.read() as session:
        seen = nth(session, cast, 0).recordings
    write(database, cast, 0, ada(cast, Presence.PRESENT))
    with pytest.raises(Conflict, match="attendance_changed"), database.transaction() as session:
        attendance.record(
            session,
            nth(session, cast, 0),
            [ada(cast, Presence.ABSENT)],
            seen=seen,
            by=cast.mara.id,
        )
    assert written(database, cast, 0) == {cast.ada.id: (Presence.PRESENT, 60)}


@pytest.mark.parametrize(
    ("number", "presence", "minutes", "code"),
    [
        (0, Presence.PRESENT, 0, "minutes_attended"),
        (0, Presence.PRESENT, 61, "minutes_attended"),
        (0, Presence.ABSENT, 5, "minutes_attended"),
        (1, Presence.PRESENT, None, "session_ahead"),
        (1, Presence.ABSENT, None, "session_ahead"),
    ],
)
def test_what_cannot_be_is_refused(
    database: Database,
    cast: Cast,
    number: int,
    presence: Presence,
    minutes: int | None,
    code: str,
) -> None:
    with pytest.raises(Refused, match=code):
        write(database, cast, number, ada(cast, presence, minutes))
    assert written(database, cast, number) == {}


def test_somebody_without_a_seat_that_day_cannot_be_marked(database: Database, cast: Cast) -> None:
    with pytest.raises(Refused, match="not_a_member"):
        write(database, cast, 0, Mark(cast.dov.id, Presence.PRESENT))


def test_an_offer_that_was_declined_stands_on_no_roster(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    """The offered seat would have begun with the first session, and was declined after it."""
    with database.transaction() as session:
        lou = people.participant(session, cast.program, "Lou")
        people.seat(
            session,
            people.request(session, lou),
            cast.group,
            state=SeatState.ENDED,
            end_reason=EndReason.DECLINED,
            ends_on=DURING.date() + timedelta(days=1),
        )
        meeting = nth(session, cast, 0)
        names = {each.seat.participant.first_name for each in attendance.expected(session, meeting)}
    assert names == {"Ada", "Ben"}


def test_a_member_is_excused_before_the_session(database: Database, cast: Cast) -> None:
    write(database, cast, 1, ada(cast, Presence.EXCUSED))
    with database.read() as session:
        assert nth(session, cast, 1).state == SessionState.SCHEDULED
    with database.transaction() as session:
        group = session.get_one(Group, cast.group.id)
        groups.edit_group(
            session, group, meetings=[MeetingTime(TUESDAY, EVENING, 60)], by=cast.mara.id
        )
    # This week has a session more, and the excuse moved with next week's.
    assert written(database, cast, 2) == {cast.ada.id: (Presence.EXCUSED, 0)}


def test_a_session_knows_how_many_came_as_it_was_written_down_last(
    database: Database, cast: Cast
) -> None:
    def counts() -> tuple[int, int, int]:
        with database.read() as session:
            meeting = nth(session, cast, 0)
            return meeting.came, meeting.excused, meeting.absent

    write(database, cast, 0, ada(cast, Presence.ABSENT), Mark(cast.ben.id, Presence.EXCUSED))
    assert counts() == (0, 1, 1)
    write(database, cast, 0, ada(cast, Presence.LATE))
    assert counts() == (1, 1, 0)


def test_a_swap_does_not_drop_attendance(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    """features.md 5: a move keeps today's attendance; rosters are never hard-deleted."""
    write(database, cast, 0, ada(cast, Presence.LATE, 40))
    with database.transaction() as session:
        other = people.therapy_group(session, cast.program, leaders=[cast.cleo])
        held = session.get_one(Seat, cast.ada_seat.id)
        seats.move(session, held, other, starts_on=date(2026, 11, 30), by=cast.mara.id)
    assert written(database, cast, 0) == {cast.ada.id: (Presence.LATE, 40)}
    with database.read() as session:
        row = session.scalars(select(Attendance)).one()
        assert row.seat_id == cast.ada_seat.id
        roster = attendance.expected(session, nth(session, cast, 0))
        assert [each.seat.participant_id for each in roster] == [cast.ada.id, cast.ben.id]
        # From the next week on she is expected in the other group alone.
        later = attendance.expected(session, nth(session, cast, 1))
        assert [each.seat.participant_id for each in later] == [cast.ben.id]


def test_three_misses_in_a_row_open_one_task(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    for week in range(5):
        fixed_clock.move_to(DURING + week * WEEK)
        write(database, cast, week, ada(cast, Presence.ABSENT))
        # A correction of the same session asks for nothing more.
        write(database, cast, week, ada(cast, Presence.ABSENT))
        assert len(outreach(database)) == (1 if week >= 2 else 0)
    [task] = outreach(database)
    assert task.participant_id == cast.ada.id


def test_misses_are_counted_anew_after_somebody_came(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    absent, present = Presence.ABSENT, Presence.PRESENT
    for week, presence in enumerate([absent, absent, present, absent, absent, absent]):
        fixed_clock.move_to(DURING + week * WEEK)
        write(database, cast, week, ada(cast, presence))
        assert len(outreach(database)) == (1 if week == 5 else 0)


def test_an_excused_or_cancelled_session_is_no_miss_and_ends_no_row(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    for week in range(5):
        fixed_clock.move_to(DURING + week * WEEK)
        if week == 1:
            write(database, cast, week, ada(cast, Presence.EXCUSED))
        elif week == 2:
            with database.transaction() as session:
                cancelling.cancel_session(
                    session,
                    nth(session, cast, week),
                    reason=CancelReason.TECHNICAL,
                    note="",
                    by=None,
                )
        else:
            write(database, cast, week, ada(cast, Presence.ABSENT))
    assert len(outreach(database)) == 1


def test_a_row_of_misses_goes_on_over_a_move(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    for week in range(2):
        fixed_clock.move_to(DURING + week * WEEK)
        write(database, cast, week, ada(cast, Presence.ABSENT))
    with database.transaction() as session:
        other = people.therapy_group(session, cast.program, leaders=[cast.cleo])
        held = session.get_one(Seat, cast.ada_seat.id)
        seats.move(session, held, other, starts_on=date(2026, 12, 7), by=cast.mara.id)
    sessions.lay_out_due(database)
    fixed_clock.move_to(DURING + 2 * WEEK)
    with database.transaction() as session:
        meeting = session.scalars(
            select(GroupSession).where(
                GroupSession.group_id == other.id, GroupSession.on == date(2026, 12, 7)
            )
        ).one()
        attendance.record(session, meeting, [ada(cast, Presence.ABSENT)], seen=0, by=None)
    assert len(outreach(database)) == 1


def test_a_task_that_was_done_opens_again_for_the_next_row_only(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    presences = [Presence.ABSENT] * 4 + [Presence.PRESENT] + [Presence.ABSENT] * 3
    for week, presence in enumerate(presences):
        fixed_clock.move_to(DURING + week * WEEK)
        write(database, cast, week, ada(cast, presence))
        if week == 2:
            with database.transaction() as session:
                calls.finish_task(
                    session, session.get_one(Task, outreach(database)[0].id), by=cast.mara.id
                )
    assert [task.done_at is None for task in outreach(database)] in ([False, True], [True, False])
