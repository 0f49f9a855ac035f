"""A group that meets at other hours from a date on: before it nothing changes, anywhere."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Refused
from groupmatch.matching import compile_program
from groupmatch.matching.fits import fit
from groupmatch.records import AuditEntry, Availability, Group, GroupSession, Request, SessionState
from groupmatch.services.groups import groups
from groupmatch.services.groups.group_page import group_page
from groupmatch.services.groups.group_parts import parts_of
from groupmatch.services.groups.groups import MeetingTime
from groupmatch.services.participants.my_care import my_care
from groupmatch.services.sessions import sessions
from tests.cast import EVENING, MONDAY, NOW, THURSDAY, TODAY, TUESDAY, Cast, make_cast

#: A Monday two weeks ahead.
LATER = date(2026, 12, 7)
TUESDAYS = [MeetingTime(TUESDAY, EVENING, 90)]


@pytest.fixture
def cast(database: Database, fixed_clock: time_machine.Traveller) -> Cast:
    """The cast on both engines, with its sessions laid out."""
    with database.transaction() as session:
        made = make_cast(session)
    sessions.lay_out_due(database)
    return made


def edit(database: Database, cast: Cast, **edits: object) -> bool:
    with database.transaction() as session:
        group = session.get_one(Group, cast.group.id)
        return groups.edit_group(session, group, by=cast.mara.id, **edits)


def days(session: Session, group: Group) -> list[tuple[date, int]]:
    query = select(GroupSession).where(
        GroupSession.group_id == group.id, GroupSession.state == SessionState.SCHEDULED
    )
    found = session.scalars(query.order_by(GroupSession.starts_at))
    return [(each.on, each.minutes) for each in found]


def test_sessions_before_the_date_stay_and_those_after_it_move(
    database: Database, cast: Cast
) -> None:
    assert edit(database, cast, meetings=TUESDAYS, since=LATER)
    with database.read() as session:
        assert days(session, cast.group)[:4] == [
            (date(2026, 11, 23), 60),
            (date(2026, 11, 30), 60),
            (date(2026, 12, 8), 90),
            (date(2026, 12, 15), 90),
        ]
        entry = session.scalars(select(AuditEntry).filter_by(act="group.parts_edited")).one()
    assert entry.after is not None
    assert entry.after["holds_from"] == "2026-12-07"


def test_the_same_edit_again_changes_nothing(database: Database, cast: Cast) -> None:
    assert edit(database, cast, meetings=TUESDAYS, since=LATER)
    assert not edit(database, cast, meetings=TUESDAYS, since=LATER)


def test_another_edit_before_the_first_one_holds_takes_its_place(
    database: Database, cast: Cast
) -> None:
    edit(database, cast, meetings=TUESDAYS, since=LATER)
    thursdays = [MeetingTime(THURSDAY, EVENING, 60)]
    edit(database, cast, meetings=thursdays, since=date(2026, 11, 30))
    with database.read() as session:
        found = [day for day, _ in days(session, cast.group)]
    assert found[:3] == [date(2026, 11, 23), date(2026, 12, 3), date(2026, 12, 10)]


def test_two_edits_for_two_dates_hold_one_after_the_other(database: Database, cast: Cast) -> None:
    edit(database, cast, meetings=TUESDAYS, since=date(2026, 11, 30))
    edit(database, cast, meetings=[MeetingTime(THURSDAY, EVENING, 60)], since=LATER)
    with database.read() as session:
        found = [day for day, _ in days(session, cast.group)]
    assert found[:4] == [
        date(2026, 11, 23),
        date(2026, 12, 1),
        date(2026, 12, 10),
        date(2026, 12, 17),
    ]


def test_no_edit_reaches_into_the_past(database: Database, cast: Cast) -> None:
    with pytest.raises(Refused, match="change_past"):
        edit(database, cast, meetings=TUESDAYS, since=TODAY - timedelta(days=1))


def test_the_week_that_was_keeps_its_hours(
    database: Database, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    """features.md 5: past sessions never change on roster edits."""
    fixed_clock.move_to(NOW + timedelta(days=3))
    edit(database, cast, meetings=TUESDAYS)
    with database.read() as session:
        assert days(session, cast.group)[:2] == [(date(2026, 11, 23), 60), (date(2026, 12, 1), 90)]


def test_a_group_that_has_not_begun_gets_its_new_hours_throughout(
    database: Database, cast: Cast
) -> None:
    edit(database, cast, starts_on=LATER)
    edit(database, cast, meetings=TUESDAYS, since=date(2026, 11, 30))
    with database.read() as session:
        group = session.get_one(Group, cast.group.id)
        assert [each.from_on for each in group.meetings] == [None]
        assert days(session, group)[0] == (date(2026, 12, 8), 90)


def test_the_form_and_the_export_show_the_hours_that_last(database: Database, cast: Cast) -> None:
    edit(database, cast, meetings=TUESDAYS, since=LATER)
    with database.read() as session:
        group = session.get_one(Group, cast.group.id)
        assert parts_of(group).meetings == TUESDAYS
        assert group_page(session, group).hours_change_on == LATER


def test_a_member_is_told_of_the_new_hours_ahead(database: Database, cast: Cast) -> None:
    edit(database, cast, meetings=TUESDAYS, since=LATER)
    with database.read() as session:
        [seat] = my_care(session, cast.ada, now=NOW).seats
    assert [each.weekday for each in seat.meetings] == [MONDAY]
    assert [(each.on, each.weekday) for each in seat.later] == [(date(2026, 12, 8), TUESDAY)]


def compiled(database: Database, cast: Cast) -> dict[str, object]:
    with database.read() as session:
        return compile_program(session, cast.program, on=TODAY).document


def test_the_match_sees_in_each_week_the_hours_that_hold_then(
    database: Database, cast: Cast
) -> None:
    week = 7 * 24 * 60
    document = compiled(database, cast)
    assert (document["weeks"], _meetings(document)) == (1, [[1080, 1140]])
    edit(database, cast, meetings=TUESDAYS, since=LATER)
    document = compiled(database, cast)
    tuesday = week + 24 * 60 + EVENING
    assert document["weeks"] == 2
    assert _meetings(document) == [[1080, 1140], [tuesday, tuesday + 90]]


def _meetings(document: dict[str, object]) -> object:
    groups_of: list[dict[str, object]] = document["groups"]  # type: ignore[assignment]
    return groups_of[0]["meetings"]


def test_nobody_is_matched_to_hours_that_suit_only_until_they_change(
    database: Database, cast: Cast
) -> None:
    """Ben is free on Mondays; from the change on the group meets on Tuesdays."""

    def broken() -> set[str]:
        with database.read() as session:
            asked = session.get_one(Request, cast.ben_request.id)
            found = fit(session, asked, session.get_one(Group, cast.group.id), on=TODAY)
            return {each.rule for each in found.groups[0].broken}

    assert broken() == set()
    edit(database, cast, meetings=TUESDAYS, since=LATER)
    assert broken() == {"availability"}
    with database.transaction() as session:
        free = Availability(weekday=TUESDAY, start_minute=EVENING, end_minute=EVENING + 90)
        free.participant_id = cast.ben.id
        session.add(free)
    assert broken() == set()
