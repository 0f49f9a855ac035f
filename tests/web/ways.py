"""How people come to a page: as a browser sees it, and by keys alone."""

from playwright.sync_api import Page

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: What a browser is told, by a name.
WAYS: dict[str, dict[str, object]] = {
    "mouse": {"viewport": {"width": 1280, "height": 860}},
    "phone": PHONE,
    "dark phone": {**PHONE, "color_scheme": "dark"},
    "no script": {**PHONE, "java_script_enabled": False},
}


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
