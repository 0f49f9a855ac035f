"""The coordinator's main jobs in a browser: by mouse, by keys, and without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import cast as made
from tests.cast import TUESDAY, Cast
from tests.web.conftest import Site
from tests.web.ways import wait_for

pytestmark = pytest.mark.browser

_DESK = {"width": 1280, "height": 860}


@pytest.fixture
def desk(site: Site) -> Iterator[Page]:
    yield from _page(site.visit_as("Mara", viewport=_DESK))


@pytest.fixture
def scriptless(site: Site) -> Iterator[Page]:
    yield from _page(site.visit_as("Mara", viewport=_DESK, java_script_enabled=False))


def _page(context: BrowserContext) -> Iterator[Page]:
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    """Press the one button of this name."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow the first link of this name."""
    page.get_by_role("link", name=name, exact=True).first.click()


def test_from_the_morning_to_a_seat_that_the_member_sees(
    desk: Page, site: Site, people: Cast
) -> None:
    desk.goto("/morning")
    press(desk, "Run the match now")
    # The page follows the match by itself, and shows the outcome when it is over.
    expect(desk.get_by_text("Proved: nobody else could be placed")).to_be_visible(timeout=60_000)
    expect(desk.get_by_text("It found a seat for 1 of 1 waiting.")).to_be_visible()
    follow(desk, "Review the draft")
    row = desk.locator("[data-bundle]")
    expect(row).to_have_count(1)
    row.locator("summary").click()
    expect(row.get_by_text("Gives a seat to somebody who waits")).to_be_visible()
    press(desk, "Approve all 1")
    press(desk, "Publish 1 bundle")
    expect(desk.get_by_role("status")).to_contain_text("Published: 1 seat.")
    desk.goto(f"/people/{people.ben.id}")
    seats = desk.get_by_role("region", name="Seats over time")
    expect(seats.get_by_role("row", name=re.compile("Anxiety and depression"))).to_contain_text(
        "Active"
    )
    bens = site.visit_as("Ben")
    home = bens.new_page()
    home.goto("/me")
    expect(home.get_by_role("main")).to_contain_text("Monday, November 23 6:00–7:00 pm EST")
    bens.close()


def test_the_draft_is_decided_on_by_keys_alone(desk: Page, site: Site, people: Cast) -> None:
    with site.database.transaction() as session:
        eve = made.participant(session, people.program, "Eve")
        made.request(session, eve)
    desk.goto("/runs")
    desk.get_by_role("button", name="Run the match now").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Proved: nobody else could be placed")).to_be_visible(timeout=60_000)
    desk.goto("/draft")
    rows = desk.locator("[data-bundle]")
    expect(rows).to_have_count(2)
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(rows.nth(0).get_by_role("heading", name="Now")).to_be_visible()
    desk.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    desk.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    desk.keyboard.press("a")
    expect(rows.nth(0)).to_contain_text("Approved")
    expect(rows.nth(0)).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.get_by_role("status")).to_contain_text("Removed.")
    expect(rows).to_have_count(1)


def test_rows_of_a_table_are_gone_through_by_keys(desk: Page, people: Cast) -> None:
    desk.goto("/people")
    desk.keyboard.press("j")
    expect(desk.get_by_role("link", name="Ada Quill")).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Ben Quill")
    desk.keyboard.press("/")
    desk.keyboard.type("ada")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("link", name="Ada Quill")).to_be_visible()


def test_somebody_is_taken_in_asked_for_and_placed_by_hand_without_a_script(
    scriptless: Page, site: Site, people: Cast
) -> None:
    with site.database.transaction() as session:
        made.therapy_group(
            session,
            people.program,
            leaders=[people.cleo],
            name="Tuesday mornings",
            meetings=((TUESDAY, 600, 60),),
        )
    page = scriptless
    page.goto("/people/new")
    page.get_by_label("First name").fill("Zoë")
    page.get_by_label("Last name").fill("Núñez")
    page.get_by_label("Region", exact=True).select_option("NY")
    page.get_by_label("They confirmed that they are in this region").check()
    page.get_by_label("Hours that suit").fill("Mon 18:00-21:00")
    press(page, "Take in")
    _decide_on_the_level(site, page.url)
    follow(page, "Clear consent")
    press(page, "Write it down")
    follow(page, "Add a request")
    page.get_by_label("Topic, first choice").select_option(label="Anxiety and depression")
    press(page, "Add the request")
    expect(page.get_by_text("Waits since today")).to_be_visible()
    follow(page, "Place by hand")
    follow(page, "Other groups, at other hours too")
    follow(page, "Tuesday mornings")
    page.get_by_label("Reason").fill("She can come on Tuesdays from next week on")
    press(page, "Give the seat")
    expect(page.get_by_role("alert")).to_contain_text("Read the warnings")
    page.get_by_label("It meets when they say they cannot come.").check()
    press(page, "Give the seat")
    expect(page.get_by_role("status")).to_contain_text("Zoë Núñez has a seat, and is told.")
    history = page.get_by_role("region", name="History")
    expect(history).to_contain_text("She can come on Tuesdays from next week on")


def _decide_on_the_level(site: Site, person: str) -> None:
    """A clinician signs the level of care, which a coordinator may not."""
    context = site.visit_as("Nora", viewport=_DESK, java_script_enabled=False)
    page = context.new_page()
    page.goto(person)
    follow(page, "Clear level of care")
    page.get_by_label("Level of care").select_option(label="Weekly outpatient")
    page.get_by_label("Reassess by").fill("2027-02-22")
    press(page, "Write it down")
    expect(page.get_by_role("status")).to_contain_text("The decision is written down.")
    context.close()


def test_a_match_started_without_a_script_shows_its_outcome_after_a_reload(
    scriptless: Page, people: Cast
) -> None:
    page = scriptless
    page.goto("/runs")
    press(page, "Run the match now")
    wait_for(page.get_by_text("Proved: nobody else could be placed"))
