"""A group keeps its own hour, whatever the clocks of its members do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupmatch.records import Group, Meeting
from groupmatch.services.hours.local_time import (
    changed_times,
    instant,
    meeting_times,
    next_session,
    sittings,
    sittings_between,
)

NEW_YORK = "America/New_York"


def group_at(*meetings: tuple[int, str, int], zone: str = NEW_YORK, **dates: date) -> Group:
    return Group(
        timezone=zone,
        meetings=[
            Meeting(weekday=weekday, start_minute=_minute(start), minutes=minutes)
            for weekday, start, minutes in meetings
        ],
        **dates,
    )


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def hour(group: Group, zone: str, on: date) -> tuple[int, str, str]:
    [meeting] = meeting_times(group, zone, on)
    return meeting.weekday, f"{meeting.start:%H:%M}-{meeting.end:%H:%M}", meeting.zone


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (NEW_YORK, (1, "18:00-19:30", "EDT"), (1, "18:00-19:30", "EST")),
        # Arizona does not change its clocks, so its hour moves when New York's do.
        ("America/Phoenix", (1, "15:00-16:30", "MST"), (1, "16:00-17:30", "MST")),
        # London changed a week earlier, on October 25.
        ("Europe/London", (1, "22:00-23:30", "GMT"), (1, "23:00-00:30", "GMT")),
        ("Asia/Kolkata", (2, "03:30-05:00", "IST"), (2, "04:30-06:00", "IST")),
        ("Asia/Kathmandu", (2, "03:45-05:15", "UTC+5:45"), (2, "04:45-06:15", "UTC+5:45")),
        ("America/Sao_Paulo", (1, "19:00-20:30", "UTC-3"), (1, "20:00-21:30", "UTC-3")),
        ("America/St_Johns", (1, "19:30-21:00", "NDT"), (1, "19:30-21:00", "NST")),
        # Lord Howe Island moves its clocks by half an hour, and did so in October.
        ("Australia/Lord_Howe", (2, "09:00-10:30", "UTC+11"), (2, "10:00-11:30", "UTC+11")),
    ],
)
def test_the_hour_that_a_viewer_sees_over_the_autumn_change(
    zone: str, before: tuple[int, str, str], after: tuple[int, str, str]
) -> None:
    group = group_at((1, "18:00", 90))
    assert hour(group, zone, date(2026, 10, 28)) == before
    assert hour(group, zone, date(2026, 11, 4)) == after


def test_the_hour_that_a_viewer_sees_over_the_spring_change() -> None:
    group = group_at((1, "18:00", 90))
    assert hour(group, "America/Phoenix", date(2027, 3, 9)) == (1, "16:00-17:30", "MST")
    assert hour(group, "America/Phoenix", date(2027, 3, 16)) == (1, "15:00-16:30", "MST")
    # New York changes on March 14 and London on March 28: two weeks of four hours' difference.
    assert hour(group, "Europe/London", date(2027, 3, 9)) == (1, "23:00-00:30", "GMT")
    assert hour(group, "Europe/London", date(2027, 3, 16)) == (1, "22:00-23:30", "GMT")
    assert hour(group, "Europe/London", date(2027, 3, 30)) == (1, "23:00-00:30", "BST")


def test_a_change_of_the_viewers_hour_is_told_ahead() -> None:
    group = group_at((1, "18:00", 90))
    [changed] = changed_times(group, "America/Phoenix", date(2026, 10, 7), weeks=8)
    assert (changed.on, changed.start) == (date(2026, 11, 3), time(16, 0))
    assert changed_times(group, NEW_YORK, date(2026, 10, 7), weeks=8) == []
    assert changed_times(group, "America/Phoenix", date(2026, 10, 7), weeks=3) == []


def test_a_wall_time_that_does_not_exist_moves_forward() -> None:
    assert instant(date(2027, 3, 14), _minute("02:30"), NEW_YORK) == datetime(
        2027, 3, 14, 7, 30, tzinfo=UTC
    )
    group = group_at((6, "02:30", 60))
    assert hour(group, NEW_YORK, date(2027, 3, 14)) == (6, "03:30-04:30", "EDT")


def test_a_wall_time_that_exists_twice_is_the_first_of_the_two() -> None:
    assert instant(date(2026, 11, 1), _minute("01:30"), NEW_YORK) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


def test_a_session_over_the_change_lasts_its_minutes() -> None:
    [sitting] = sittings(group_at((6, "01:30", 90)), date(2026, 11, 1), date(2026, 11, 1))
    assert sitting.ends_at - sitting.starts_at == timedelta(minutes=90)


def test_a_viewer_in_another_zone_may_have_another_weekday() -> None:
    group = group_at((0, "00:30", 60), zone="Europe/London")
    assert hour(group, "America/Los_Angeles", date(2026, 6, 3)) == (6, "16:30-17:30", "PDT")
    [meeting] = meeting_times(group, "America/Los_Angeles", date(2026, 6, 3))
    assert meeting.on == date(2026, 5, 31)


def test_a_track_lists_all_its_meetings_in_order() -> None:
    track = group_at((4, "09:00", 180), (0, "09:00", 180), (2, "09:00", 180))
    assert [m.weekday for m in meeting_times(track, NEW_YORK, date(2026, 6, 3))] == [0, 2, 4]


def test_the_next_session_may_be_this_very_minute() -> None:
    group = group_at((1, "18:00", 90))
    start = datetime(2026, 11, 3, 23, 0, tzinfo=UTC)
    assert next_session(group, start) == start
    assert next_session(group, start + timedelta(seconds=1)) == start + timedelta(days=7)


def test_a_group_has_no_sessions_before_it_starts_or_after_it_ends() -> None:
    group = group_at((1, "18:00", 90), starts_on=date(2026, 11, 3), ends_on=date(2026, 11, 17))
    dates = [sitting.on for sitting in sittings(group, date(2026, 10, 1), date(2027, 1, 1))]
    assert dates == [date(2026, 11, 3), date(2026, 11, 10), date(2026, 11, 17)]
    assert next_session(group, datetime(2026, 1, 1, tzinfo=UTC)) == datetime(
        2026, 11, 3, 23, tzinfo=UTC
    )
    assert next_session(group, datetime(2026, 11, 20, tzinfo=UTC)) is None
    assert sittings(group, date(2027, 1, 1), date(2027, 2, 1)) == []


def test_sessions_between_two_instants_leave_out_the_second() -> None:
    group = group_at((1, "18:00", 90))
    first = datetime(2026, 11, 3, 23, 0, tzinfo=UTC)
    between = sittings_between(group, first, first + timedelta(days=14))
    assert [sitting.starts_at for sitting in between] == [first, first + timedelta(days=7)]


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(
        [
            NEW_YORK,
            "Europe/London",
            "America/Phoenix",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "America/Havana",
            "Africa/Casablanca",
        ]
    ),
    start=st.integers(0, 1439),
    first=st.dates(date(2024, 1, 1), date(2035, 1, 1)),
)
def test_every_week_has_one_session_at_the_groups_own_wall_time(
    zone: str, start: int, first: date
) -> None:
    group = Group(timezone=zone, meetings=[Meeting(weekday=6, start_minute=start, minutes=50)])
    found = sittings(group, first, first + timedelta(days=69))
    assert len(found) == 10
    for sitting in found:
        wall = sitting.starts_at.astimezone(ZoneInfo(zone))
        minutes = (wall.date() - sitting.on).days * 1440 + wall.hour * 60 + wall.minute
        # Only an hour that the clocks skip may read otherwise, and then by the skipped span.
        assert minutes - start in (0, 30, 60)
