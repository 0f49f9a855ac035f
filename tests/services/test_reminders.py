"""Reminders reach those who are expected, once, while they are awake."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import (
    Attendance,
    CancelReason,
    GroupSession,
    OutboxMail,
    Presence,
    Program,
    SessionState,
)
from groupmatch.services.mail import reminders
from groupmatch.services.offers import offering
from tests import cast as make
from tests.cast import NOW, Cast

#: Ada's group meets on Mondays at 18:00 in New York.
MONDAY_EVENING = datetime.fromisoformat("2026-11-23T18:00:00-05:00")


@pytest.fixture
def people(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    with database.transaction() as session:
        people = make.make_cast(session)
        session.add(coming(people))
    return people


def coming(people: Cast, starts_at: datetime = MONDAY_EVENING) -> GroupSession:
    return GroupSession(
        program_id=people.program.id,
        group_id=people.group.id,
        on=starts_at.date(),
        starts_at=starts_at,
        minutes=60,
        created_at=NOW,
    )


def mails(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    with database.read() as session:
        return [
            (mail.template, mail.recipient, mail.facts)
            for mail in session.scalars(select(OutboxMail).order_by(OutboxMail.recipient))
        ]


def test_members_are_reminded_once_a_day_ahead(
    database: Database, people: Cast, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(MONDAY_EVENING - timedelta(hours=24, seconds=1))
    assert reminders.remind_all_due(database) == 0
    fixed_clock.shift(timedelta(seconds=1))
    assert reminders.remind_all_due(database) == 1
    assert reminders.remind_all_due(database) == 0
    told = {"at": "Monday, November 23, 6:00 pm EST"}
    assert mails(database) == [("session_soon", "ada@example.org", told)]


def test_schedulers_that_find_the_same_reminder_at_once_write_it_once(
    database: Database,
    people: Cast,
    fixed_clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fixed_clock.move_to(MONDAY_EVENING - timedelta(hours=1))
    all_have_read = Barrier(3)

    def read(session: Session) -> list[Any]:
        all_have_read.wait(60)
        return []

    monkeypatch.setattr(reminders, "_of_offers", read)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(reminders.remind_all_due, [database] * 3)) == [1, 1, 1]
    assert len(mails(database)) == 1


def test_whoever_sleeps_is_reminded_in_the_morning(
    database: Database, people: Cast, fixed_clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        session.get_one(Program, people.program.id).reminder_hours = 12
    fixed_clock.move_to("2026-11-23T12:59:00Z")  # 7:59 in New York
    assert reminders.remind_all_due(database) == 0
    fixed_clock.move_to("2026-11-23T13:00:00Z")
    assert reminders.remind_all_due(database) == 1


def cancel(session: Session, people: Cast) -> None:
    meeting = session.scalars(select(GroupSession)).one()
    meeting.state, meeting.cancel_reason = SessionState.CANCELLED, CancelReason.OTHER


def excuse(session: Session, people: Cast) -> None:
    meeting = session.scalars(select(GroupSession)).one()
    session.add(
        Attendance(
            session_id=meeting.id,
            participant_id=people.ada.id,
            seat_id=people.ada_seat.id,
            presence=Presence.EXCUSED,
            minutes=0,
            recorded_at=NOW,
        )
    )


def leave(session: Session, people: Cast) -> None:
    session.merge(people.ada_seat).ends_on = make.TODAY


def turn_off(session: Session, people: Cast) -> None:
    session.get_one(Program, people.program.id).reminder_hours = 0


@pytest.mark.parametrize("change", [cancel, excuse, leave, turn_off])
def test_who_is_not_expected_is_not_reminded(
    sqlite_database: Database, fixed_clock: time_machine.Traveller, change: object
) -> None:
    with sqlite_database.transaction() as session:
        people = make.make_cast(session)
        session.add(coming(people))
        session.flush()
        change(session, people)  # type: ignore[operator]
    fixed_clock.move_to(MONDAY_EVENING - timedelta(hours=9))
    assert reminders.remind_all_due(sqlite_database) == 0


def test_an_offer_is_brought_to_mind_when_a_quarter_of_its_time_is_left(
    database: Database, people: Cast, fixed_clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        program = session.get_one(Program, people.program.id)
        program.reminder_hours = 0
        request, group = session.merge(people.ben_request), session.merge(people.group)
        offering.offer_seat(session, program, request, group, by=None)  # 24 hours from 13:00
    fixed_clock.move_to(NOW + timedelta(hours=18))  # 7:00: not awake yet
    assert reminders.remind_all_due(database) == 0
    fixed_clock.move_to(NOW + timedelta(hours=19))
    assert reminders.remind_all_due(database) == 1
    assert reminders.remind_all_due(database) == 0
    templates = sorted(template for template, *_ in mails(database))
    assert templates == ["offer", "offer_ends"]
