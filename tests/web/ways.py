"""How people come to a page: as a browser sees it, and by keys alone."""

from playwright.sync_api import Locator, Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: What a browser is told, by a name.
WAYS: dict[str, dict[str, object]] = {
    "mouse": {"viewport": {"width": 1280, "height": 860}},
    "phone": PHONE,
    "dark phone": {**PHONE, "color_scheme": "dark"},
    "no script": {**PHONE, "java_script_enabled": False},
}


def wait_for(outcome: Locator) -> None:
    """Wait for what a page works out: it follows by itself, or one looks again without a script."""
    page = outcome.page
    again = page.get_by_role("link", name="Look again")
    expect(outcome.or_(again)).to_be_visible()
    # A script takes the link away while the page loads.
    page.wait_for_load_state()
    while again.is_visible():
        page.wait_for_timeout(300)
        with page.expect_navigation():
            again.click()
    expect(outcome).to_be_visible(timeout=60_000)


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until something with this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.labels?.[0]?.textContent"
            " || document.activeElement.textContent).trim()"
        )
        if name in focused:
            return
    raise AssertionError(f"{name} cannot be reached by Tab")
