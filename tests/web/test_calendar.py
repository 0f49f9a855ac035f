"""My schedule and my calendar: both views, joining in time, and the private link."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from playwright.sync_api import expect

from groupmatch.database import Database
from groupmatch.records import Participant
from tests.cast import NOW, Cast
from tests.queries import counted
from tests.web.conftest import Site
from tests.web.pages import words


@pytest.fixture
def ada(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("Ada")


def _address(page: str) -> str:
    found = re.search(r'value="http://localhost(/calendar/[\w-]+\.ics)"', page)
    assert found
    return found[1]


def test_a_link_is_shown_once_and_read_without_a_sign_in(app: Flask, ada: FlaskClient) -> None:
    address = _address(ada.post("/me/calendar").text)
    answer = app.test_client().get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 10
    page = ada.get("/me/calendar").text
    assert "You made your link on Nov 22" in page
    assert address not in page


def test_a_new_link_and_a_stop_end_the_one_before_with_the_same_answer(
    app: Flask, ada: FlaskClient
) -> None:
    old, new = (_address(ada.post("/me/calendar").text) for _ in range(2))
    stranger = app.test_client()
    made_up = stranger.get("/calendar/made-up.ics")
    assert made_up.status_code == 404
    assert stranger.get(new).status_code == 200
    assert stranger.get(old).data == made_up.data
    ada.post("/me/calendar/stop")
    assert stranger.get(new).data == made_up.data
    assert "Make my calendar link" in words(ada.get("/me/calendar"))


def test_the_week_tells_every_day_and_leads_to_the_weeks_around_it(ada: FlaskClient) -> None:
    page = words(ada.get("/me/schedule/week?of=2026-11-25"))
    assert "Week of Monday, November 23" in page
    assert "Monday Nov 23 6:00–7:00 pm (EST) Anxiety and depression with Cleo Marsh" in page
    assert "Tuesday Nov 24 No session" in page
    assert "Week beforeWeek after" in page
    assert "Sunday Nov 22, today No session" in words(ada.get("/me/schedule/week?of=1999-01-01"))
    assert "Week after" not in words(ada.get("/me/schedule/week?of=2099-01-01"))
    assert ada.get("/me/schedule/week?of=never").status_code == 200


def test_the_week_is_the_one_of_ones_own_clock(
    ada: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Participant, people.ada.id).timezone = "Asia/Tokyo"
    page = words(ada.get("/me/schedule/week?of=2026-11-23"))
    assert "Monday Nov 23, today No session" in page
    assert "Tuesday Nov 24 8:00–9:00 am (JST)" in page


@pytest.mark.parametrize("url", ["/me/schedule", "/me/schedule/week", "/me/calendar"])
def test_pages_of_the_schedule_take_few_queries(
    ada: FlaskClient, sqlite_database: Database, url: str
) -> None:
    with sqlite_database.read() as session, counted(session) as counter:
        ada.get(url)
    assert len(counter) <= 14


@pytest.mark.browser
def test_on_a_phone_a_link_is_made_and_the_session_joined_in_time(site: Site) -> None:
    context = site.visit_as("Ada", viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.clock.install(time=NOW)
    page.goto("/me")
    expect(page.locator(".next")).to_contain_text("You can join here from 5:50 pm EST on.")
    page.get_by_role("link", name="Add to my calendar").tap()
    page.get_by_role("button", name="Make my calendar link").tap()
    link = page.get_by_role("link", name="Open in my calendar app")
    expect(link).to_have_attribute("href", re.compile("^webcal://localhost/calendar/"))
    expect(page.get_by_label("Your private link")).to_have_value(re.compile(r"\.ics$"))
    page.get_by_role("link", name="Back to your schedule").tap()
    page.get_by_role("link", name="Week", exact=True).tap()
    page.get_by_role("link", name="Week after").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Week of Monday, November 23")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    context.close()
