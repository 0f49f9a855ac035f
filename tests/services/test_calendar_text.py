"""Appointments as iCalendar: right on every clock, and neutral in every word."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from groupmatch.services.calendars.calendar_text import Appointment, calendar_text
from groupmatch.services.calendars.calendar_zone import calendar_zone, clock_changes
from groupmatch.services.hours.local_time import instant
from tests.cast import NOW

_ZONES = st.sampled_from(sorted(zone for zone in available_timezones() if "/" in zone))
_YEAR = (datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))


def weekly(weeks: int = 20) -> list[Appointment]:
    """Mondays at six in New York from September on: over the clock change of the fall."""
    days = (date(2026, 9, 7) + timedelta(weeks=week) for week in range(weeks))
    starts = (instant(day, 18 * 60, "America/New_York") for day in days)
    return [Appointment(f"Ada {at}", at, at + timedelta(minutes=90)) for at in starts]


def read(text: bytes) -> Calendar:
    calendar = Calendar.from_ical(text)
    assert isinstance(calendar, Calendar)
    return calendar


def offset_by_rule(zone: Calendar, wall: datetime) -> timedelta:
    """What RFC 5545 (3.6.5) says: the observance whose onset is the last before a wall time."""
    onsets = [(each["dtstart"].dt, each["tzoffsetto"].td) for each in zone.subcomponents]
    return max(each for each in onsets if each[0] <= wall)[1]


@settings(max_examples=60, deadline=None)
@given(_ZONES)
def test_every_appointment_is_at_its_instant_by_the_calendars_own_clocks(zone: str) -> None:
    appointments = weekly()
    calendar = read(calendar_text(appointments, zone, now=NOW))
    (clocks,) = calendar.walk("VTIMEZONE")
    for event, wanted in zip(calendar.walk("VEVENT"), appointments, strict=True):
        for name, at in (("dtstart", wanted.starts_at), ("dtend", wanted.ends_at)):
            wall = event[name].dt.replace(tzinfo=None)
            assert wall - offset_by_rule(clocks, wall) == at.replace(tzinfo=None)


@settings(max_examples=60, deadline=None)
@given(_ZONES, st.lists(st.integers(-7200, 7200), min_size=1, max_size=8))
def test_around_both_clock_changes_the_clocks_are_those_of_the_zone(
    name: str, seconds: list[int]
) -> None:
    zone = ZoneInfo(name)
    clocks = calendar_zone(zone, *_YEAR)
    for change in clock_changes(zone, *_YEAR):
        for at in (change + timedelta(seconds=second) for second in (*seconds, -1, 0)):
            local = at.astimezone(zone)
            # A wall time that occurs twice is the first of the two for RFC 5545.
            if not local.fold:
                wall = local.replace(tzinfo=None)
                assert offset_by_rule(clocks, wall) == local.utcoffset()


def test_the_clocks_go_forward_and_back_when_they_do_in_new_york() -> None:
    clocks = calendar_zone(ZoneInfo("America/New_York"), *_YEAR)
    text = clocks.to_ical().decode()
    assert "DTSTART:20261101T020000" in text
    assert "DTSTART:20270314T020000" in text


def test_a_cancelled_appointment_is_said_to_be_so_without_its_kind() -> None:
    first, *_ = weekly(1)
    gone = Appointment(first.key, first.starts_at, first.ends_at, cancelled=True)
    (event,) = read(calendar_text([gone], "America/New_York", now=NOW)).walk("VEVENT")
    assert event["status"] == "CANCELLED"
    assert event["summary"] == "Cancelled: appointment"
    assert event["sequence"] == 1


def test_nothing_but_times_and_the_word_appointment_is_written() -> None:
    (event,) = read(calendar_text(weekly(1), "America/New_York", now=NOW)).walk("VEVENT")
    assert event["summary"] == "Appointment"
    assert {name.lower() for name in event} == {
        "uid",
        "dtstamp",
        "dtstart",
        "dtend",
        "class",
        "sequence",
        "status",
        "summary",
    }


def test_the_same_session_has_one_uid_at_every_reading_and_another_for_another_person() -> None:
    first, *_ = weekly(1)
    hers = [calendar_text([first], "America/New_York", now=NOW + timedelta(n)) for n in (0, 1)]
    other = Appointment("Ben", first.starts_at, first.ends_at)
    his = calendar_text([other], "America/New_York", now=NOW)
    one, again, different = (str(read(text).walk("VEVENT")[0]["uid"]) for text in (*hers, his))
    assert one == again
    assert one != different


def test_nobody_with_appointments_has_an_empty_calendar() -> None:
    calendar = read(calendar_text([], "America/New_York", now=NOW))
    assert calendar.walk("VEVENT") == []
    assert calendar["method"] == "PUBLISH"
