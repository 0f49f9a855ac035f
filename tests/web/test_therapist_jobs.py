"""The therapist's main jobs, start to end: by mouse, by keys, on a phone, without a script."""

from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Attendance, AvailabilityException, GroupSession
from groupmatch.services.sessions import sessions
from tests import cast
from tests.cast import Cast
from tests.web.conftest import Site
from tests.web.test_sessions import DURING
from tests.web.ways import WAYS, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def during(people: Cast, sqlite_database: Database, clock_at_now: time_machine.Traveller) -> None:
    """Ada and Ben sit in Cleo's group, whose first session goes on."""
    with sqlite_database.transaction() as session:
        cast.seat(session, people.ben_request, people.group)
    sessions.lay_out_due(sqlite_database)
    clock_at_now.move_to(DURING)


@pytest.fixture(params=WAYS)
def page(request: pytest.FixtureRequest, site: Site) -> Iterator[Page]:
    """Cleo's page, in each way."""
    context = site.visit_as("Cleo", **WAYS[request.param])
    yield context.new_page()
    context.close()


@pytest.fixture
def keys(site: Site) -> Iterator[Page]:
    """Cleo, who uses no mouse and no finger."""
    context = site.visit_as("Cleo")
    yield context.new_page()
    context.close()


def came(database: Database) -> dict[str, str]:
    with database.read() as session:
        rows = session.scalars(select(Attendance)).all()
        return {row.participant.first_name: row.presence for row in rows}


def covers_asked(database: Database) -> int:
    asked = select(GroupSession).where(GroupSession.cover_asked_at.is_not(None))
    with database.read() as session:
        return len(session.scalars(asked).all())


def test_a_session_is_written_down_and_the_next_one_handed_over(page: Page, site: Site) -> None:
    page.goto("/")
    page.get_by_role("link", name="Attendance of Anxiety and depression").click()
    page.get_by_role("group", name="Ben Q.").get_by_label("Absent").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Attendance is written down")).to_be_visible()
    assert came(site.database) == {"Ada": "present", "Ben": "absent"}
    page.get_by_role("link", name="Week after").click()
    page.get_by_role("link", name="Session of Anxiety and depression").click()
    page.get_by_role("link", name="I cannot come").click()
    page.get_by_label("Ask for a substitute").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Staff look for a substitute.")).to_be_visible()
    assert covers_asked(site.database) == 1
    page.get_by_role("button", name="Come after all").click()
    expect(page.get_by_role("link", name="I cannot come")).to_be_visible()
    assert covers_asked(site.database) == 0


def test_who_is_in_the_groups_and_ones_own_work_are_kept(page: Page, site: Site) -> None:
    page.goto("/")
    page.get_by_role("link", name="Rosters").first.click()
    expect(page.locator("main")).to_contain_text("Ada Q.")
    page.get_by_role("link", name="Work").first.click()
    expect(page.locator("main")).to_contain_text("1 group, 2 members")
    page.get_by_role("link", name="Change your hours").click()
    page.get_by_label("Hours").fill("Mon 17:00-20:00")
    page.get_by_role("button", name="Save the hours").click()
    expect(page.locator("main")).to_contain_text("Monday 5:00–8:00 pm")
    page.get_by_role("link", name="Add days away").click()
    page.get_by_label("First day").fill("2026-12-21")
    page.get_by_label("Last day").fill("2026-12-23")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("December 21")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("None are written down.")
    with site.database.read() as session:
        assert session.scalars(select(AvailabilityException)).all() == []


def test_keys_alone_write_down_who_came_and_ask_for_a_substitute(keys: Page, site: Site) -> None:
    keys.goto("/")
    tab_to(keys, "Attendance of Anxiety and depression")
    keys.keyboard.press("Enter")
    keys.wait_for_url("**/therapist/sessions/*")
    tab_to(keys, "Present")
    tab_to(keys, "Present")
    keys.keyboard.press("ArrowRight")
    tab_to(keys, "Save")
    keys.keyboard.press("Enter")
    expect(keys.get_by_text("Attendance is written down")).to_be_visible()
    assert came(site.database)["Ada"] == "present"
    assert came(site.database)["Ben"] != "present"
    tab_to(keys, "Week after")
    keys.keyboard.press("Enter")
    keys.wait_for_url("**ahead=1")
    tab_to(keys, "Session")
    keys.keyboard.press("Enter")
    keys.wait_for_url("**/therapist/sessions/*")
    tab_to(keys, "I cannot come")
    keys.keyboard.press("Enter")
    keys.wait_for_url("**/away")
    tab_to(keys, "Ask for a substitute")
    keys.keyboard.press("Space")
    tab_to(keys, "Send")
    keys.keyboard.press("Enter")
    expect(keys.get_by_text("Staff look for a substitute.")).to_be_visible()
    assert covers_asked(site.database) == 1
