"""The participant's main jobs, start to end: by mouse, by keys, on a phone, without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from groupmatch.records import Offer, OfferState, Program, Seat
from groupmatch.services.offers import offering
from tests import cast
from tests.cast import EVENING, TUESDAY, Cast
from tests.web.conftest import Site
from tests.web.ways import WAYS, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture(params=WAYS)
def ben(request: pytest.FixtureRequest, site: Site) -> Iterator[BrowserContext]:
    context = site.visit_as("Ben", **WAYS[request.param])
    yield context
    context.close()


@pytest.fixture
def keys(site: Site) -> Iterator[Page]:
    """Ben, who uses no mouse and no finger."""
    context = site.visit_as("Ben")
    yield context.new_page()
    context.close()


def tuesdays(site: Site, people: Cast) -> None:
    """A second group, whose seats may be taken at once."""
    with site.database.transaction() as session:
        session.get_one(Program, people.program.id).reserve_at_once = True
        cast.therapy_group(
            session, people.program, leaders=[people.cleo], meetings=((TUESDAY, EVENING, 60),)
        )


def offered(site: Site, people: Cast) -> str:
    """Ben is offered the seat beside Ada; its id."""
    with site.database.transaction() as session:
        program, request, group = (
            session.get_one(type(each), each.id)
            for each in (people.program, people.ben_request, people.group)
        )
        return offering.offer_seat(session, program, request, group, by=people.mara.id).id


def seats(site: Site, people: Cast) -> list[str]:
    with site.database.read() as session:
        return list(session.scalars(select(Seat.state).filter_by(participant_id=people.ben.id)))


def test_hours_lead_to_a_time_to_a_seat_to_a_calendar_and_to_a_change(
    ben: BrowserContext, site: Site, people: Cast
) -> None:
    """All of it by links and buttons alone: no address is typed but the first."""
    tuesdays(site, people)
    page = ben.new_page()
    page.goto("/me")
    page.get_by_role("link", name="See times that fit").click()
    page.get_by_role("link", name="Other times, and why they do not fit").click()
    expect(page.locator("main")).to_contain_text("You have not said that you can come")
    page.get_by_role("button", name="I can come then, if needed").click()
    expect(page.locator("main")).to_contain_text("At hours you marked “if needed”")
    page.get_by_role("link", name="Take this seat").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Take this seat?")
    page.get_by_role("button", name="Take this seat").click()
    expect(page.locator(".next")).to_contain_text("Tuesday, November 24")
    assert seats(site, people) == ["active"]
    page.get_by_role("link", name="Add to my calendar").click()
    page.get_by_role("button", name="Make my calendar link").click()
    expect(page.get_by_label("Your private link")).to_have_value(re.compile(r"/calendar/.+\.ics$"))
    page.get_by_role("link", name="Back to your schedule").click()
    expect(page.locator("main")).to_contain_text("Tuesday, November 24")
    page.get_by_role("link", name="Requests").click()
    page.get_by_role("link", name="Ask for a change").click()
    expect(page.locator("main")).to_contain_text("If you do not feel safe there, say so now")
    page.get_by_label("Another group").check()
    page.get_by_label("I do not feel safe there").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("Thank you for telling us.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status").first).to_contain_text("You have taken your request back.")


def test_hours_are_written_line_by_line_changed_copied_and_taken_back(
    ben: BrowserContext, site: Site
) -> None:
    page = ben.new_page()
    page.goto("/me/hours")
    lines = page.locator("#spans")
    page.get_by_text("Add a time", exact=True).click()
    page.locator("label[for=on-5]").click()
    page.locator("#times-start").fill("09:00")
    page.locator("#times-end").fill("11:30")
    page.get_by_role("button", name="Add this time").click()
    expect(lines).to_contain_text("Saturday 9:00–11:30 am works well")
    page.get_by_text("Change Saturday", exact=False).click()
    page.locator("#line-2-end").fill("12:15")
    page.get_by_role("button", name="Save this time").last.click()
    expect(lines).to_contain_text("Saturday 9:00 am–12:15 pm works well")
    page.wait_for_load_state("networkidle")
    page.get_by_text("Fill in many at once").click()
    page.get_by_role("button", name="Copy this day").click()
    expect(lines).to_contain_text("Friday 6:00–9:00 pm")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(lines).not_to_contain_text("Friday")
    expect(lines).to_contain_text("Saturday 9:00 am–12:15 pm")


def test_an_offer_is_read_and_accepted(ben: BrowserContext, site: Site, people: Cast) -> None:
    offer = offered(site, people)
    page = ben.new_page()
    page.goto("/me")
    page.get_by_role("link", name="Read it and answer").click()
    expect(page.get_by_role("heading", name="What to expect")).to_be_visible()
    page.get_by_role("button", name="Yes, I will come").click()
    expect(page.get_by_role("status").first).to_have_text("The seat is yours.")
    with site.database.read() as session:
        assert session.get_one(Offer, offer).state == OfferState.ACCEPTED


def test_keys_alone_paint_decline_and_rank_the_times_that_fit(
    keys: Page, site: Site, people: Cast
) -> None:
    tuesdays(site, people)
    offer = offered(site, people)
    page = keys
    page.goto("/me/hours")
    tab_to(page, "Monday 6:00 pm works well")
    for key in ("ArrowRight", "Space", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#spans")).to_contain_text("Tuesday 6:00–7:00 pm")
    page.goto("/me")
    tab_to(page, "Read it and answer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/offers/*")
    tab_to(page, "The time does not work for me")
    page.keyboard.press("Space")
    tab_to(page, "No, thank you")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("We go on looking")
    with site.database.read() as session:
        assert session.get_one(Offer, offer).state == OfferState.DECLINED
    tab_to(page, "See times that fit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/times")
    expect(page.locator("main")).to_contain_text("Tuesday 6:00–7:00 pm")
    tab_to(page, "No first choice")
    for key in ("ArrowRight", "Space"):
        page.keyboard.press(key)
    tab_to(page, "Save my choices")
    page.keyboard.press("Enter")
    expect(page.get_by_label("First choice").first).to_be_checked()
