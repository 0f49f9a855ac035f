"""The coordinator decides in a browser: by mouse, by keys alone, on a phone, in the dark, and once
without a script. The solver works for real behind every page.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from groupmatch.records import (
    Group,
    SeatState,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    Task,
)
from groupmatch.records import Seat as HeldSeat
from groupmatch.services.findings import findings
from tests import cast as made
from tests.cast import EVENING, MONDAY, NOW, Cast
from tests.services.drafting import match
from tests.web.conftest import Site
from tests.web.test_staff_browser import follow, press
from tests.web.ways import wait_for

pytestmark = pytest.mark.browser

_DESK = {"width": 1280, "height": 860}
#: Each way to look at the pages: what the browser is told.
_WAYS: dict[str, dict[str, object]] = {
    "mouse": {"viewport": _DESK},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "dark": {"viewport": _DESK, "color_scheme": "dark"},
    "scriptless": {"viewport": _DESK, "java_script_enabled": False},
}


@pytest.fixture(params=_WAYS)
def page(request: pytest.FixtureRequest, site: Site) -> Iterator[Page]:
    """Mara's page, looked at in each way."""
    yield from _opened(site.visit_as("Mara", **_WAYS[request.param]))


@pytest.fixture
def desk(site: Site) -> Iterator[Page]:
    yield from _opened(site.visit_as("Mara", viewport=_DESK))


def _opened(context: BrowserContext) -> Iterator[Page]:
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def proposed(site: Site, people: Cast) -> None:
    """The last match proposes a seat for Ben, in one of two groups that would do."""
    with site.database.transaction() as session:
        later = ((MONDAY, EVENING + 90, 60),)
        leaders = [people.cleo]
        made.therapy_group(
            session, people.program, leaders=leaders, meetings=later, name="Later on Mondays"
        )
        match(session, people.program)


@pytest.fixture
def short(site: Site, people: Cast) -> None:
    """The group is full, Ben waits, and what would help has been worked out."""
    with site.database.transaction() as session:
        session.get_one(Group, people.group.id).max_size = 1
        match(session, people.program).started_at = NOW - timedelta(hours=4)
    findings.work_out_due(site.database)


def places(page: Page, site: Site, people: Cast) -> int:
    with site.database.read() as session:
        return session.get_one(Group, people.group.id).max_size


def test_the_draft_is_approved_and_published(page: Page, proposed: None, site: Site) -> None:
    page.goto("/morning")
    follow(page, "Review 1 seat in 1 bundle")
    page.locator("[data-bundle] summary").click()
    expect(page.get_by_text("Nobody else’s seat changes.")).to_be_visible()
    press(page, "Approve for Ben Quill")
    press(page, "Publish 1 bundle")
    expect(page.get_by_role("status")).to_contain_text("Published: 1 seat.")
    with site.database.read() as session:
        seats = session.scalars(select(HeldSeat).where(HeldSeat.state != SeatState.ENDED)).all()
        assert len(seats) == 2


def test_a_switch_is_granted(page: Page, site: Site, people: Cast) -> None:
    with site.database.transaction() as session:
        later = ((MONDAY, EVENING + 90, 60),)
        leaders = [people.cleo]
        made.therapy_group(
            session, people.program, leaders=leaders, meetings=later, name="Later on Mondays"
        )
        session.add(
            SwitchRequest(
                program_id=people.program.id,
                seat_id=people.ada_seat.id,
                participant_id=people.ada.id,
                kind=SwitchKind.TIME,
                reason=SwitchReason.SCHEDULE,
                asked_at=NOW,
            )
        )
    page.goto("/morning")
    follow(page, "Answer Ada Quill")
    page.get_by_role("button", name="Approve Later on Mondays").click()
    expect(page.get_by_role("status")).to_contain_text("Ada Quill has the seat, and is told.")


def test_a_fix_is_acted_on(page: Page, short: None, site: Site, people: Cast) -> None:
    page.goto("/morning")
    expect(page.get_by_text("One more seat in Anxiety and depression would do.")).to_be_visible()
    follow(page, "See why Ben Quill")
    follow(page, "Add a seat to Anxiety and depression")
    expect(page.get_by_label("Most members")).to_have_value("2")
    press(page, "Save")
    assert places(page, site, people) == 2


def test_a_what_if_is_kept_and_undone(page: Page, short: None, site: Site, people: Cast) -> None:
    page.goto("/shortage")
    press(page, "Try it")
    wait_for(page.get_by_text("1 person gains a seat"))
    press(page, "Keep")
    expect(page.get_by_role("status")).to_contain_text("Kept.")
    assert places(page, site, people) == 2
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone.")
    assert places(page, site, people) == 1


def test_the_draft_is_reviewed_by_keys_alone(
    desk: Page, proposed: None, site: Site, people: Cast
) -> None:
    desk.goto("/draft")
    row = desk.locator("[data-bundle]")
    desk.keyboard.press("?")
    expect(desk.get_by_text("go to the next that is not decided")).to_be_visible()
    desk.keyboard.press("n")
    expect(row).to_be_focused()
    before = row.inner_text()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Now")).to_be_visible()
    desk.keyboard.press("o")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Other options for Ben Quill")
    desk.get_by_role("button", name="Swap to this").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("Swapped.")
    expect(row).to_be_focused()
    assert row.inner_text() != before
    desk.keyboard.press("g")
    expect(row).to_contain_text("Approved")
    desk.keyboard.press("a")
    expect(row).not_to_contain_text("Approved")
    desk.keyboard.press("x")
    expect(desk.get_by_role("status")).to_contain_text("Removed.")
    desk.get_by_role("button", name="Put it back for Ben Quill").focus()
    desk.keyboard.press("Enter")
    expect(row).to_have_count(1)


def test_the_keys_can_be_turned_off_and_stay_so(desk: Page, proposed: None) -> None:
    desk.goto("/draft")
    desk.locator("details.keys summary").click()
    desk.get_by_label("Single keys act").uncheck()
    desk.reload()
    desk.locator("[data-bundle]").focus()
    desk.keyboard.press("x")
    desk.wait_for_timeout(300)
    expect(desk.locator("[data-bundle]")).to_have_count(1)


def test_a_fix_is_asked_about_by_keys_alone(
    desk: Page, site: Site, people: Cast, short: None
) -> None:
    """Another hour would do as well: a call is put on the list without a mouse."""
    with site.database.transaction() as session:
        made.therapy_group(
            session,
            people.program,
            leaders=[people.cleo],
            meetings=((MONDAY, 600, 60),),
            name="Monday mornings",
        )
        match(session, people.program)
    findings.work_out_due(site.database)
    desk.goto(f"/shortage/why-not/{people.ben_request.id}")
    desk.get_by_role("button", name="Ask about Monday 10:00–11:00 am EST").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("A call to Ben Quill is on the list.")
    with site.database.read() as session:
        assert session.scalars(select(Task.participant_id)).one() == people.ben.id


def test_an_act_comes_back_to_the_draft_as_it_was_looked_at(desk: Page, proposed: None) -> None:
    desk.goto("/draft?by=group")
    press(desk, "Approve for Ben Quill")
    row = desk.locator("[data-bundle]")
    expect(row).to_contain_text("Approved")
    assert desk.url.endswith(f"/draft?by=group#{row.get_attribute('id')}")
    desk.go_back()
    expect(desk.get_by_role("link", name="By group")).to_have_attribute("aria-current", "true")
