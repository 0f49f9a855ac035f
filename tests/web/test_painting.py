"""Painting the week in a browser: by mouse, by finger, by keys, and without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from groupmatch.records import Fit, Participant
from groupmatch.services.hours.availability import Span, weekly
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


class Finger:
    """One finger on the screen, which moves in steps as real ones do."""

    def __init__(self, page: Page) -> None:
        self._device = page.context.new_cdp_session(page)
        self._at = (0.0, 0.0)

    def down(self, on: Locator) -> None:
        self._at = _middle(on)
        self._send("touchStart", self._at)

    def move(self, to: Locator, steps: int = 8) -> None:
        (x, y), (left, top) = self._at, _middle(to)
        for step in range(1, steps + 1):
            part = step / steps
            self._send("touchMove", (x + (left - x) * part, y + (top - y) * part))
        self._at = (left, top)

    def up(self) -> None:
        self._send("touchEnd")

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self._device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def _middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _drag(page: Page, start: Locator, end: Locator) -> None:
    for at, step in ((start, page.mouse.down), (end, page.mouse.up)):
        at.scroll_into_view_if_needed()
        box = at.bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        step()


def _saved(page: Page, site: Site, people: Cast) -> list[Span]:
    expect(page.locator("[data-state]")).to_have_text(re.compile(r"Saved at \d+:\d\d [ap]m EST"))
    return _stored(site, people)


def _stored(site: Site, people: Cast) -> list[Span]:
    with site.database.read() as session:
        return weekly(session, session.get_one(Participant, people.ben.id))


def test_one_drag_of_the_mouse_paints_twenty_half_hours(
    desk: Page, site: Site, people: Cast
) -> None:
    _drag(desk, _cell(desk, TUESDAY, 10), _cell(desk, FRIDAY, 12))
    expect(desk.locator("#spans")).to_contain_text("Wednesday 10:00 am–12:30 pm")
    assert _saved(desk, site, people) == [
        Span(MONDAY, 18 * 60, 21 * 60),
        *(Span(day, 600, 750) for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)),
    ]


def test_a_drag_from_a_painted_cell_erases(desk: Page, site: Site, people: Cast) -> None:
    _drag(desk, _cell(desk, MONDAY, 18), _cell(desk, MONDAY, 20.5))
    expect(desk.locator("#spans")).to_contain_text("No hours yet.")
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


def test_six_keys_paint_twenty_half_hours(desk: Page, site: Site, people: Cast) -> None:
    desk.locator("#brush-well").focus()
    keys = ("Tab", "Shift+PageDown", *3 * ("Shift+ArrowRight",), "2")
    assert len(keys) == 6
    for key in keys:
        desk.keyboard.press(key)
    expect(desk.locator("[data-said]")).to_have_text("Monday 6:00 pm – Thursday 8:00 pm: If needed")
    painted = [
        Span(day, 18 * 60, 20 * 60 + 30, Fit.IF_NEEDED)
        for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY)
    ]
    assert sum(span.end_minute - span.start_minute for span in painted) == 20 * 30
    assert [span for span in _saved(desk, site, people) if span.fit == Fit.IF_NEEDED] == painted


def test_keys_walk_mark_and_extend_with_one_stop_of_the_tab_key(
    desk: Page, site: Site, people: Cast
) -> None:
    brush = desk.locator("#brush-well")
    brush.focus()
    desk.keyboard.press("Tab")
    expect(_cell(desk, MONDAY, 18)).to_be_focused()
    for key in ("ArrowRight", "Space", "Shift+ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight"):
        desk.keyboard.press(key)
    for key in ("Shift+ArrowLeft", "Home", "ArrowRight", "1", "Tab"):
        desk.keyboard.press(key)
    expect(desk.locator("#all-day")).to_be_focused()
    assert _saved(desk, site, people) == [
        Span(MONDAY, 18 * 60, 21 * 60),
        Span(TUESDAY, 18 * 60, 19 * 60),
        Span(WEDNESDAY, 18 * 60, 19 * 60),
        Span(THURSDAY, 8 * 60, 8 * 60 + 30),
    ]


def test_keys_clear_and_take_back(desk: Page, site: Site, people: Cast) -> None:
    desk.locator("#brush-well").focus()
    for key in ("Tab", "Delete", "ArrowDown", "3"):
        desk.keyboard.press(key)
    assert _saved(desk, site, people) == [Span(MONDAY, 19 * 60, 21 * 60)]
    for _ in range(2):
        desk.keyboard.press("Control+z")
    expect(_cell(desk, MONDAY, 18)).to_be_checked()
    expect(desk.locator("#spans")).to_contain_text("Monday 6:00–9:00 pm")
    assert _stored(site, people) == [Span(MONDAY, 18 * 60, 21 * 60)]


def test_undo_takes_back_what_was_painted_now_and_then_what_was_saved_before(
    desk: Page, site: Site, people: Cast
) -> None:
    _cell(desk, FRIDAY, 9).click()
    _saved(desk, site, people)
    undo = desk.get_by_role("button", name="Undo")
    undo.click()
    expect(_cell(desk, FRIDAY, 9)).not_to_be_checked()
    assert _saved(desk, site, people) == [Span(MONDAY, 18 * 60, 21 * 60)]
    undo.click()
    expect(desk.get_by_role("status").first).to_contain_text("Your hours are as they were before.")
    expect(_cell(desk, FRIDAY, 9)).to_be_checked()


def test_what_cannot_be_saved_is_said_and_saved_later(desk: Page, site: Site, people: Cast) -> None:
    expect(desk.locator("[data-save]")).to_be_hidden()
    desk.context.set_offline(True)
    _cell(desk, FRIDAY, 9).click()
    expect(desk.locator("[data-state]")).to_contain_text("Not saved yet.")
    desk.context.set_offline(False)
    desk.get_by_role("button", name="Save these hours").click()
    expect(desk.get_by_role("status").first).to_contain_text("Your hours are saved")
    assert Span(FRIDAY, 9 * 60, 9 * 60 + 30) in _stored(site, people)


def test_the_page_says_how_many_times_fit_what_is_painted(desk: Page) -> None:
    fits = desk.locator("[data-fits]")
    expect(fits).to_contain_text("These hours fit a few open times.")
    desk.locator("label[for=brush-no]").click()
    _drag(desk, _cell(desk, MONDAY, 18), _cell(desk, MONDAY, 20.5))
    expect(fits).to_contain_text("No open time fits these hours yet.")


def test_a_finger_taps_half_hours_and_scrolls_the_page(phone: Page) -> None:
    expect(phone.get_by_text("Tap a time, or hold it and then drag.")).to_be_visible()
    _cell(phone, MONDAY, 9).tap()
    expect(_cell(phone, MONDAY, 9)).to_be_checked()
    assert phone.locator(".grid").evaluate("grid => getComputedStyle(grid).touchAction") == "auto"


def test_one_held_finger_paints_twenty_half_hours_and_scrolls_nothing(
    phone: Page, site: Site, people: Cast
) -> None:
    start, end = _cell(phone, TUESDAY, 12), _cell(phone, FRIDAY, 14)
    start.scroll_into_view_if_needed()
    scrolled = phone.evaluate("scrollTo({ top: 300, behavior: 'instant' }), scrollY")
    assert scrolled
    finger = Finger(phone)
    finger.down(start)
    phone.wait_for_timeout(500)
    finger.move(end)
    finger.up()
    assert phone.evaluate("scrollY") == scrolled
    assert _saved(phone, site, people)[1:] == [
        Span(day, 12 * 60, 14 * 60 + 30) for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
    ]


def test_a_finger_that_does_not_wait_scrolls_and_paints_nothing(
    phone: Page, site: Site, people: Cast
) -> None:
    before = phone.evaluate("scrollY")
    finger = Finger(phone)
    finger.down(_cell(phone, WEDNESDAY, 13))
    finger.move(_cell(phone, WEDNESDAY, 9))
    finger.up()
    phone.wait_for_function("before => scrollY > before", arg=before)
    expect(_cell(phone, WEDNESDAY, 11)).not_to_be_checked()
    assert _stored(site, people) == [Span(MONDAY, 18 * 60, 21 * 60)]


def test_painting_by_finger_at_once_is_a_mode_that_is_asked_for(
    phone: Page, site: Site, people: Cast
) -> None:
    phone.get_by_role("button", name="Paint by finger").tap()
    start = _cell(phone, TUESDAY, 8)
    start.scroll_into_view_if_needed()
    finger = Finger(phone)
    finger.down(start)
    finger.move(_cell(phone, THURSDAY, 9))
    finger.up()
    assert _saved(phone, site, people)[1:] == [
        Span(day, 8 * 60, 9 * 60 + 30) for day in (TUESDAY, WEDNESDAY, THURSDAY)
    ]


def test_without_a_script_boxes_are_checked_and_saved(
    scriptless: Page, site: Site, people: Cast
) -> None:
    _cell(scriptless, TUESDAY, 18).check()
    scriptless.locator("label[for=brush-if-needed]").click()
    _cell(scriptless, TUESDAY, 18.5, "if_needed").check()
    scriptless.get_by_role("button", name="Save these hours").click()
    expect(scriptless.get_by_role("status").first).to_contain_text("Your hours are saved")
    assert _stored(site, people) == [
        Span(MONDAY, 18 * 60, 21 * 60),
        Span(TUESDAY, 18 * 60, 18 * 60 + 30),
        Span(TUESDAY, 18 * 60 + 30, 19 * 60, Fit.IF_NEEDED),
    ]


def test_without_a_script_early_hours_show_when_asked_for(scriptless: Page) -> None:
    expect(_cell(scriptless, MONDAY, 6)).to_be_hidden()
    scriptless.get_by_label("Show early and late hours").check()
    expect(_cell(scriptless, MONDAY, 6)).to_be_visible()
