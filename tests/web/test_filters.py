"""How times and dates read."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from groupmatch.services.hours.local_time import LocalMeeting
from groupmatch.web import filters
from tests.cast import NOW


@pytest.fixture(autouse=True)
def _now(fixed_clock: time_machine.Traveller) -> None:
    """NOW is Sunday, November 22, 2026."""


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (time(18), time(19, 30), "6:00–7:30 pm"),
        (time(11, 30), time(13), "11:30 am–1:00 pm"),
        (time(9), time(12), "9:00 am–noon"),
        (time(12), time(13), "noon–1:00 pm"),
        (time(23), time(0), "11:00 pm–midnight"),
        (time(0), time(0, 30), "midnight–12:30 am"),
    ],
)
def test_a_span_of_time_names_each_half_of_the_day_once(start: time, end: time, text: str) -> None:
    assert filters.span(start, end) == text


def test_minutes_after_midnight_read_as_hours() -> None:
    assert filters.minute_span(1080, 1170) == "6:00–7:30 pm"
    assert filters.minute_span(1320, 1440) == "10:00 pm–midnight"


def test_a_meeting_says_its_zone() -> None:
    meeting = LocalMeeting(date(2026, 11, 24), 1, time(18), time(19), "EST")
    assert filters.meeting(meeting) == "Tuesday 6:00–7:00 pm EST"


def test_an_instant_is_told_on_the_clock_of_a_zone() -> None:
    assert filters.at(NOW, "America/New_York") == "Nov 22, 1:00 pm EST"
    assert filters.at(NOW, "Asia/Kolkata") == "Nov 22, 11:30 pm IST"
    assert filters.at(NOW, "America/New_York", day=False) == "1:00 pm EST"
    assert filters.at(datetime(2025, 7, 4, 16, tzinfo=UTC), "America/New_York") == (
        "Jul 4, 2025, noon EDT"
    )


def test_the_year_of_an_instant_is_that_of_the_zone() -> None:
    new_year = datetime(2027, 1, 1, 3, tzinfo=UTC)
    assert filters.at(new_year, "America/New_York") == "Dec 31, 10:00 pm EST"


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 21), "1 day"),
        (date(2026, 11, 9), "13 days"),
        (date(2026, 11, 8), "2 weeks"),
        (date(2026, 9, 23), "8 weeks"),
        (date(2026, 9, 22), "2 months"),
    ],
)
def test_how_long_ago_uses_the_largest_unit_that_says_enough(then: date, text: str) -> None:
    assert filters.since(then) == text


def test_dates_and_zones_read_as_in_a_sentence() -> None:
    assert filters.long_date(date(2026, 11, 3)) == "Tuesday, November 3"
    assert filters.long_date(date(2026, 11, 3), year=True) == "Tuesday, November 3, 2026"
    assert filters.short_date(date(2026, 11, 3)) == "Nov 3"
    assert filters.short_date(date(2025, 11, 3)) == "Nov 3, 2025"
    assert filters.monday(date(2026, 11, 22)) == date(2026, 11, 16)
    assert filters.zone_name("America/Argentina/Buenos_Aires") == "Buenos Aires time"
    assert [filters.hours(minutes) for minutes in (0, 45, 60, 90)] == [
        "0 min",
        "45 min",
        "1 h",
        "1 h 30 min",
    ]
    assert filters.lower_first("The time") == "the time"
    assert filters.lower_first("I do not feel safe") == "I do not feel safe"
    assert filters.dialed("+1 (555) 010-0199") == "+15550100199"
