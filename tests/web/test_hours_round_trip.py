"""Weekly hours go round: grid, lines of text and stored spans, in forty zones, over both clocks.

What somebody paints or writes is a time on their own wall. Clocks that change must neither move it
nor lose a minute of it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from groupmatch.database import Database
from groupmatch.records import Fit, Group, Meeting, Participant
from groupmatch.services.hours.availability import Span, normalized, set_weekly, weekly
from groupmatch.services.hours.clock_changes import next_change
from groupmatch.services.hours.local_time import meeting_times
from groupmatch.web.participant.time_form import TimesForm, clock_value
from groupmatch.web.participant.week_grid import painted, rows
from tests.cast import Cast

ZONES = (
    "Africa/Cairo",
    "Africa/Johannesburg",
    "America/Adak",
    "America/Anchorage",
    "America/Chicago",
    "America/Denver",
    "America/Halifax",
    "America/Havana",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Nuuk",
    "America/Phoenix",
    "America/Puerto_Rico",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Vancouver",
    "Asia/Beirut",
    "Asia/Dubai",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Guam",
    "Pacific/Honolulu",
)
_SUMMER = date(2026, 7, 1)


@st.composite
def weeks(draw: st.DrawFn) -> list[Span]:
    """Any hours of a week, to the minute."""
    parts = st.tuples(
        st.integers(0, 6), st.integers(0, 1438), st.integers(1, 600), st.sampled_from(list(Fit))
    )
    return normalized(
        Span(day, start, min(start + minutes, 1440), fit)
        for day, start, minutes, fit in draw(st.lists(parts, max_size=8))
    )


def days_around_changes(zone: str) -> Iterator[date]:
    """The days before, of and after the next two changes of clocks; some day where none is."""
    after = _SUMMER
    for _ in range(2):
        if change := next_change(zone, after):
            after = change.on
        yield from (after + timedelta(days=n) for n in (-1, 0, 1))


def sent(week: list[Span], fit: Fit) -> list[str]:
    """The checked boxes of one level."""
    return [cell.value for row in rows(week) for cell in row.cells if cell.fit == fit]


def lines_of(page: str) -> list[dict[str, str]]:
    """The forms of the lines of text as a browser would send them."""
    forms = re.findall(r'<details class="line">.*?</details>', page, re.DOTALL)
    checked = r'<input type="radio" name="fit" value="(\w+)"[^>]*checked'
    return [
        {
            **dict(re.findall(r'name="(days|start|end)" value="([^"]*)"', unescape(form))),
            "fit": re.findall(checked, form)[0],
        }
        for form in forms
    ]


def read_lines(app: Flask, lines: list[dict[str, str]]) -> list[Span]:
    """The hours that some lines mean."""
    found: list[Span] = []
    with app.test_request_context(method="POST"):
        for line in lines:
            form = TimesForm(formdata=MultiDict(line), meta={"csrf": False})
            assert form.validate(), form.errors
            found += form.spans()
    return normalized(found)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(week=weeks(), zone=st.sampled_from(ZONES))
def test_grid_and_lines_and_what_is_met_by_are_the_same_wall_times(
    app: Flask, week: list[Span], zone: str
) -> None:
    assert painted(week, sent(week, Fit.WORKS_WELL), sent(week, Fit.IF_NEEDED)) == week
    lines = [
        {
            "days": str(span.weekday),
            "start": clock_value(span.start_minute),
            "end": clock_value(span.end_minute),
            "fit": str(span.fit),
        }
        for span in week
    ]
    assert read_lines(app, lines) == week
    for on in days_around_changes(zone):
        assert _met_by(week, zone, on) == _walls(week, zone, on)


def _met_by(week: list[Span], zone: str, on: date) -> list[tuple[int, time]]:
    """When a group that meets by these hours begins on its members' walls in the week of a day."""
    group = Group(timezone=zone)
    for span in week:
        minutes = span.end_minute - span.start_minute
        group.meetings.append(
            Meeting(weekday=span.weekday, start_minute=span.start_minute, minutes=minutes)
        )
    return sorted((each.weekday, each.start) for each in meeting_times(group, zone, on))


def _walls(week: list[Span], zone: str, on: date) -> list[tuple[int, time]]:
    """The starts of the hours as they are written, but for those that the clocks skip that week."""
    monday = on - timedelta(days=on.weekday())
    starts = []
    for span in week:
        wall = datetime.combine(
            monday + timedelta(days=span.weekday),
            time(span.start_minute // 60, span.start_minute % 60),
            ZoneInfo(zone),
        )
        shown = wall.astimezone(UTC).astimezone(ZoneInfo(zone))
        starts.append((shown.weekday(), shown.time()))
    return sorted(starts)


def test_in_forty_zones_what_is_stored_is_what_is_shown_and_sent_back(
    app: Flask,
    client_of: Callable[[str], FlaskClient],
    people: Cast,
    sqlite_database: Database,
) -> None:
    assert len(set(ZONES)) == 40
    for number, zone in enumerate(ZONES):
        on = list(days_around_changes(zone))[number % 6]
        week = _week_of(number)
        with time_machine.travel(datetime.combine(on, time(12), UTC)):
            _store(sqlite_database, people, week, zone)
            page = client_of("Ben").get("/me/hours").text
            assert _boxes(page, "well") == sent(week, Fit.WORKS_WELL), zone
            assert _boxes(page, "if_needed") == sent(week, Fit.IF_NEEDED), zone
            assert read_lines(app, lines_of(page)) == week, zone
            cells = {name: _boxes(page, name) for name in ("well", "if_needed")}
            client_of("Ben").post("/me/hours/autosave", data=cells)
        with sqlite_database.read() as session:
            assert weekly(session, session.get_one(Participant, people.ben.id)) == week, zone


def _week_of(number: int) -> list[Span]:
    """Hours that differ by zone and lie where clocks change: early on the weekend."""
    return normalized(
        [
            Span(6, number * 5 % 90, 240),
            Span(5, 1320 + number, 1440, Fit.IF_NEEDED),
            Span(number % 5, 600 + 7 * number, 960, list(Fit)[number % 2]),
        ]
    )


def _store(database: Database, people: Cast, week: list[Span], zone: str) -> None:
    with database.transaction() as session:
        person = session.get_one(Participant, people.ben.id)
        person.timezone = zone
        set_weekly(session, person, week, by=None)


def _boxes(page: str, name: str) -> list[str]:
    boxes = re.findall(rf'<input type="checkbox" name="{name}" value="([\d-]+)"([^>]*)>', page)
    return [value for value, rest in boxes if "checked" in rest]
