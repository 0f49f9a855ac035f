"""Painting the week in a browser: by mouse, by finger, by keys, and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from groupmatch.records import Fit, Participant
from groupmatch.services.availability import Span, weekly
from tests.cast import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Cast
from tests.web.conftest import Site

pytestmark = pytest.mark.browser

_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def desk(site: Site) -> Iterator[Page]:
    context = site.visit_as("Ben")
    yield _hours(context)
    context.close()


@pytest.fixture
def phone(site: Site) -> Iterator[Page]:
    context = site.visit_as("Ben", **_PHONE)
    yield _hours(context)
    context.close()


@pytest.fixture
def scriptless(site: Site) -> Iterator[Page]:
    context = site.visit_as("Ben", java_script_enabled=False)
    yield _hours(context)
    context.close()


def _hours(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/me/hours")
    return page


def _cell(page: Page, day: int, hour: float, name: str = "well") -> Locator:
    return page.locator(f'.grid [name="{name}"][value="{day}-{round(hour * 60)}"]')


def _drag(page: Page, start: Locator, end: Locator) -> None:
    for at, step in ((start, page.mouse.down), (end, page.mouse.up)):
        at.scroll_into_view_if_needed()
        box = at.bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        step()


def _saved(page: Page, site: Site, people: Cast) -> list[Span]:
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_role("status")).to_contain_text("Your hours are saved")
    with site.database.read() as session:
        return weekly(session, session.get_one(Participant, people.ben.id))


def test_one_drag_of_the_mouse_paints_twenty_half_hours(
    desk: Page, site: Site, people: Cast
) -> None:
    _drag(desk, _cell(desk, TUESDAY, 10), _cell(desk, FRIDAY, 12))
    expect(desk.locator("#spans")).to_contain_text("Wednesday 10:00 am–12:30 pm works well")
    assert _saved(desk, site, people) == [
        Span(MONDAY, 18 * 60, 21 * 60),
        *(Span(day, 600, 750) for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)),
    ]


def test_a_drag_from_a_painted_cell_erases(desk: Page, site: Site, people: Cast) -> None:
    _drag(desk, _cell(desk, MONDAY, 18), _cell(desk, MONDAY, 20.5))
    expect(desk.locator("#spans")).to_have_text("No hours yet.")
    assert _saved(desk, site, people) == []


def test_a_click_marks_one_half_hour_and_a_second_one_clears_it(desk: Page) -> None:
    _cell(desk, FRIDAY, 9).click()
    expect(_cell(desk, FRIDAY, 9)).to_be_checked()
    _cell(desk, FRIDAY, 9).click()
    expect(_cell(desk, FRIDAY, 9)).not_to_be_checked()


def test_escape_takes_a_drag_back(desk: Page) -> None:
    start = _cell(desk, WEDNESDAY, 10)
    start.scroll_into_view_if_needed()
    box = start.bounding_box()
    assert box
    desk.mouse.move(box["x"] + 5, box["y"] + 5)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 5, box["y"] + 80, steps=3)
    expect(_cell(desk, WEDNESDAY, 10.5)).to_be_checked()
    desk.keyboard.press("Escape")
    desk.mouse.up()
    expect(_cell(desk, WEDNESDAY, 10.5)).not_to_be_checked()


def test_the_other_brush_paints_if_needed_and_a_cell_has_one_level(
    desk: Page, site: Site, people: Cast
) -> None:
    desk.locator("label[for=brush-if-needed]").click()
    _drag(desk, _cell(desk, MONDAY, 18, "if_needed"), _cell(desk, MONDAY, 18.5, "if_needed"))
    expect(_cell(desk, MONDAY, 18)).not_to_be_checked()
    assert _saved(desk, site, people) == [
        Span(MONDAY, 18 * 60, 19 * 60, Fit.IF_NEEDED),
        Span(MONDAY, 19 * 60, 21 * 60),
    ]


def test_keys_walk_and_paint_with_one_stop_of_the_tab_key(
    desk: Page, site: Site, people: Cast
) -> None:
    brush = desk.locator("#brush-well")
    brush.focus()
    desk.keyboard.press("Tab")
    expect(_cell(desk, MONDAY, 18)).to_be_focused()
    for key in ("ArrowRight", "Space", "Shift+ArrowDown", "Shift+ArrowRight", "Tab"):
        desk.keyboard.press(key)
    expect(desk.locator("#all-day")).to_be_focused()
    assert _saved(desk, site, people) == [
        Span(MONDAY, 18 * 60, 21 * 60),
        Span(TUESDAY, 18 * 60, 19 * 60),
        Span(WEDNESDAY, 18 * 60 + 30, 19 * 60),
    ]


def test_a_finger_taps_half_hours_and_scrolls_the_page(phone: Page) -> None:
    _cell(phone, MONDAY, 9).tap()
    expect(_cell(phone, MONDAY, 9)).to_be_checked()
    assert phone.locator(".grid").evaluate("grid => getComputedStyle(grid).touchAction") == "auto"


def test_painting_by_finger_is_a_mode_that_is_asked_for(
    phone: Page, site: Site, people: Cast
) -> None:
    phone.get_by_role("button", name="Paint by finger").tap()
    start, end = _cell(phone, TUESDAY, 8), _cell(phone, THURSDAY, 9)
    start.scroll_into_view_if_needed()
    one, two = start.bounding_box(), end.bounding_box()
    assert one
    assert two
    touch = phone.context.new_cdp_session(phone)
    points = [{"x": box["x"] + 9, "y": box["y"] + 9} for box in (one, two)]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points[1:]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(_cell(phone, WEDNESDAY, 8.5)).to_be_checked()
    assert _saved(phone, site, people)[1:] == [
        Span(day, 8 * 60, 9 * 60 + 30) for day in (TUESDAY, WEDNESDAY, THURSDAY)
    ]


def test_without_a_script_boxes_are_checked_and_saved(
    scriptless: Page, site: Site, people: Cast
) -> None:
    _cell(scriptless, TUESDAY, 18).check()
    scriptless.locator("label[for=brush-if-needed]").click()
    _cell(scriptless, TUESDAY, 18.5, "if_needed").check()
    assert _saved(scriptless, site, people) == [
        Span(MONDAY, 18 * 60, 21 * 60),
        Span(TUESDAY, 18 * 60, 18 * 60 + 30),
        Span(TUESDAY, 18 * 60 + 30, 19 * 60, Fit.IF_NEEDED),
    ]


def test_without_a_script_early_hours_show_when_asked_for(scriptless: Page) -> None:
    expect(_cell(scriptless, MONDAY, 6)).to_be_hidden()
    scriptless.get_by_label("Show early and late hours").check()
    expect(_cell(scriptless, MONDAY, 6)).to_be_visible()
