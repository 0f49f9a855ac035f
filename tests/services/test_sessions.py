"""Dated sessions: laid out from the weekly rule, right across clock changes, never lost."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import (
    AuditEntry,
    CancelReason,
    Group,
    GroupSession,
    GroupStatus,
    OutboxMail,
    SessionState,
)
from groupmatch.services.groups import groups
from groupmatch.services.groups.groups import MeetingTime
from groupmatch.services.sessions import session_news, sessions
from groupmatch.services.sessions.session_page import session_page
from groupmatch.services.sessions.session_policy import session_policy
from tests import cast as people
from tests.cast import EVENING, FRIDAY, MONDAY, NOW, THURSDAY, WEDNESDAY, Cast, make_cast

WEEKS = session_policy().ahead // timedelta(weeks=1)


@pytest.fixture
def cast(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast on both engines, with its sessions laid out."""
    with database.transaction() as session:
        made = make_cast(session)
    sessions.lay_out_due(database)
    return made


def of(session: Session, group: Group) -> list[GroupSession]:
    query = select(GroupSession).where(GroupSession.group_id == group.id)
    return list(session.scalars(query.order_by(GroupSession.starts_at)))


def starts(session: Session, group: Group) -> list[datetime]:
    return [each.starts_at for each in of(session, group) if each.state == SessionState.SCHEDULED]


def edit(database: Database, group: Group, **edits: object) -> None:
    with database.transaction() as session:
        groups.edit_group(session, session.get_one(Group, group.id), by=None, **edits)


def test_a_group_has_a_session_in_every_week_ahead(database: Database, cast: Cast) -> None:
    with database.read() as session:
        laid_out = of(session, cast.group)
    assert [each.on for each in laid_out] == [
        date(2026, 11, 23) + timedelta(weeks=week) for week in range(WEEKS)
    ]
    assert {each.minutes for each in laid_out} == {60}
    assert {each.state for each in laid_out} == {SessionState.SCHEDULED}


def test_laying_out_again_changes_nothing(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        before = [(each.id, each.link_token, each.starts_at) for each in of(session, cast.group)]
        sessions.lay_out(session, session.get_one(Group, cast.group.id), by=None)
    assert sessions.lay_out_due(database) == 0
    with database.read() as session:
        now = [(each.id, each.link_token, each.starts_at) for each in of(session, cast.group)]
        assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0
    assert now == before


def test_each_day_that_passes_adds_the_session_that_came_into_view(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    for day in range(1, 15):
        fixed_clock.move_to(NOW + timedelta(days=day))
        sessions.lay_out_due(database)
    with database.read() as session:
        days = [each.on for each in of(session, cast.group)]
    assert len(days) == WEEKS + 2
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(days))


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        # New York falls back on November 1 and springs forward on March 14.
        ("America/New_York", datetime(2026, 10, 18, 12, tzinfo=UTC), {22, 23}),
        ("America/New_York", datetime(2027, 2, 28, 12, tzinfo=UTC), {22, 23}),
        # Arizona keeps its clocks.
        ("America/Phoenix", datetime(2026, 10, 18, 12, tzinfo=UTC), {1}),
        ("America/Phoenix", datetime(2027, 2, 28, 12, tzinfo=UTC), {1}),
    ],
)
def test_weekly_hours_do_not_jump_at_a_clock_change(
    database: Database,
    fixed_clock: time_machine.Traveller,
    zone: str,
    now: datetime,
    hours: set[int],
) -> None:
    """features.md 5: a weekly hour across both clock changes, Arizona included."""
    fixed_clock.move_to(now)
    with database.transaction() as session:
        home = people.program(session)
        leader = people.therapist(session, home)
        group = people.therapy_group(session, home, leaders=[leader], timezone=zone)
    sessions.lay_out_due(database)
    with database.read() as session:
        found = starts(session, group)
    assert len(found) == WEEKS
    assert {start.hour for start in found} == hours
    local = {start.astimezone(ZoneInfo(zone)).strftime("%A %H:%M") for start in found}
    assert local == {"Monday 18:00"}


def test_two_schedulers_lay_out_one_session_once(database: Database, cast: Cast) -> None:
    with database.read() as session:
        there = session.scalars(select(GroupSession)).first()
    assert there is not None
    twin = GroupSession(
        program_id=there.program_id,
        group_id=there.group_id,
        on=there.on,
        starts_at=there.starts_at,
        minutes=60,
        created_at=NOW,
    )
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(twin)


def test_every_session_has_a_link_of_its_own(database: Database, cast: Cast) -> None:
    with database.read() as session:
        tokens = {each.link_token for each in of(session, cast.group)}
    assert len(tokens) == WEEKS
    assert min(map(len, tokens)) >= 20


def test_a_moved_session_carries_its_link(database: Database, cast: Cast) -> None:
    """features.md 5: a move must carry the video link."""
    with database.read() as session:
        before = [(each.id, each.link_token) for each in of(session, cast.group)]
    edit(database, cast.group, meetings=[MeetingTime(THURSDAY, EVENING, 75)])
    with database.read() as session:
        after = of(session, cast.group)
        mails = session.scalars(select(OutboxMail).order_by(OutboxMail.recipient)).all()
    assert [(each.id, each.link_token) for each in after] == before
    assert {each.on.weekday() for each in after} == {THURSDAY}
    assert {each.minutes for each in after} == {75}
    # One neutral mail to each, not one a session.
    assert [(mail.recipient, mail.template) for mail in mails] == [
        ("ada@example.org", "schedule"),
        ("cleo@example.org", "week"),
    ]


def test_past_sessions_never_change_on_an_edit(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    """features.md 5: past sessions never change on roster edits."""
    fixed_clock.move_to(NOW + timedelta(days=10))
    sessions.lay_out_due(database)
    with database.read() as session:
        past = [
            (each.on, each.starts_at, each.minutes, each.link_token)
            for each in of(session, cast.group)
            if each.starts_at <= clock.now()
        ]
    assert len(past) == 2
    edit(database, cast.group, meetings=[MeetingTime(WEDNESDAY, EVENING, 90)])
    with database.read() as session:
        told = [
            (each.on, each.starts_at, each.minutes, each.link_token)
            for each in of(session, cast.group)
        ]
    assert told[:2] == past


def test_a_past_session_keeps_those_who_led_it(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(NOW + timedelta(days=10))
    with database.transaction() as session:
        rhea = people.therapist(session, cast.program, "Rhea")
    for leaders in ([rhea.id], [cast.cleo.id, rhea.id]):
        edit(database, cast.group, leaders=leaders)
    with database.read() as session:
        led = [session_page(session, each).leaders for each in of(session, cast.group)]
    assert led[:3] == [("Cleo Marsh",), ("Cleo Marsh",), ("Cleo Marsh", "Rhea Marsh")]


def test_a_second_meeting_adds_sessions_and_taking_it_back_cancels_them(
    database: Database, cast: Cast
) -> None:
    both = [MeetingTime(MONDAY, EVENING, 60), MeetingTime(FRIDAY, EVENING, 60)]
    edit(database, cast.group, meetings=both)
    with database.read() as session:
        assert len(starts(session, cast.group)) == 2 * WEEKS
    edit(database, cast.group, meetings=both[:1])
    with database.read() as session:
        cancelled = [each for each in of(session, cast.group) if each.cancel_reason]
        assert len(starts(session, cast.group)) == WEEKS
    assert {each.cancel_reason for each in cancelled} == {CancelReason.RESCHEDULED}
    assert len(cancelled) == WEEKS
    edit(database, cast.group, meetings=both)
    with database.read() as session:
        assert len(of(session, cast.group)) == len(starts(session, cast.group)) == 2 * WEEKS


def test_a_group_that_ends_has_no_session_after_its_last_day(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        group = session.get_one(Group, cast.group.id)
        groups.end_group(session, group, last_on=date(2026, 12, 7), by=cast.mara.id, reason="x")
    with database.read() as session:
        assert [each.date() for each in starts(session, cast.group)] == [
            date(2026, 11, 23),
            date(2026, 11, 30),
            date(2026, 12, 7),
        ]
        reasons = {each.cancel_reason for each in of(session, cast.group)[3:]}
        entry = session.scalars(select(AuditEntry).filter_by(act="session.cancelled")).first()
    assert reasons == {CancelReason.GROUP_ENDED}
    assert entry is not None
    assert entry.actor_id == cast.mara.id


def test_a_proposed_group_has_no_sessions_until_it_opens(
    database: Database, fixed_clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        home = people.program(session)
        leader = people.therapist(session, home)
        group = people.therapy_group(session, home, leaders=[leader], status=GroupStatus.PROPOSED)
    assert sessions.lay_out_due(database) == 0
    edit(database, group, status=GroupStatus.RUNNING)
    assert sessions.lay_out_due(database) == 1
    with database.read() as session:
        assert len(starts(session, group)) == WEEKS


def test_what_a_person_cancelled_stays_cancelled(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        first = of(session, cast.group)[0]
        session_news.cancel(session, first, CancelReason.LEADER_AWAY, by=cast.mara.id)
    edit(database, cast.group, meetings=[MeetingTime(THURSDAY, EVENING, 60)])
    with database.read() as session:
        first = of(session, cast.group)[0]
    assert (first.on, first.cancel_reason) == (date(2026, 11, 26), CancelReason.LEADER_AWAY)


def test_more_groups_than_one_batch_holds_are_all_laid_out(
    database: Database, fixed_clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        home = people.program(session)
        leader = people.therapist(session, home)
        for _ in range(120):
            people.therapy_group(session, home, leaders=[leader])
    assert sessions.lay_out_due(database) == 120
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(GroupSession)) == 120 * WEEKS
