"""Every page of every role in a browser: axe finds nothing, nothing is blocked or spills.

All rules of WCAG 2.2 AA run at the desk in light; on a phone in dark those that the width and the
theme bear on.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Error, Page, Response

from groupmatch.records import StaffRole
from groupmatch.web import access
from groupmatch.web.access import Who
from tests.web.conftest import Site
from tests.web.world import World, address

pytestmark = pytest.mark.browser

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ALL: dict[str, object] = {"runOnly": _TAGS, "resultTypes": ["violations"]}
#: What the theme and the width bear on.
_SOME: dict[str, object] = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "target-size"],
    },
    "resultTypes": ["violations"],
}

_DESK = {"width": 1280, "height": 860}
_PHONE = {"width": 390, "height": 844}

#: Answers that are not pages.
_NO_PAGES = frozenset(
    {
        "icons.sprite",
        "account.first_page",
        "people.export",
        "groups.export",
        "therapists.export",
    }
)

_ROLES = {
    None: (Who.ANYONE, None),
    "Ada": (Who.PARTICIPANT, None),
    "Cleo": (Who.THERAPIST, None),
    "Mara": (Who.STAFF, StaffRole.COORDINATOR),
    "Ines": (Who.STAFF, StaffRole.ADMIN),
}


@pytest.fixture
def populated(world: World) -> None:
    """One of everything."""


def pages(app: Flask, world: World, name: str | None) -> Iterator[str]:
    """The pages that are this role's own."""
    who, role = _ROLES[name]
    for rule in app.url_map.iter_rules():
        declared = access.declared(app, rule.endpoint)
        if declared is None or "GET" not in (rule.methods or ()) or rule.endpoint in _NO_PAGES:
            continue
        if "filename" in rule.arguments or declared.who is not who:
            continue
        if role is None or role in declared.roles:
            yield address(app, rule, world, world.home.ids)
    yield "/nowhere"


def _opened(page: Page, url: str) -> Response | None:
    """Open a page; None for a file, and for a fragment of a page."""
    try:
        answer = page.goto(url)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise
    return answer if page.content().startswith("<!DOCTYPE") else None


def _found(page: Page, options: dict[str, object]) -> list[str]:
    results = page.evaluate("options => axe.run(options)", options)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


def _spills(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"spills by {wide} px"] if wide > 0 else []


def _problems(page: Page) -> list[str]:
    """What is wrong with the page that is open: at the desk in light, on a phone in dark."""
    page.evaluate(Axe().axe_script)
    found = [f"desk, light: {line}" for line in _found(page, _ALL)]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(_PHONE)
    found += [f"phone, dark: {line}" for line in _found(page, _SOME) + _spills(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(_DESK)
    return found


@pytest.mark.parametrize("name", _ROLES, ids=lambda name: name or "anonymous")
def test_every_page_can_be_used_by_everybody(site: Site, world: World, name: str | None) -> None:
    # Without motion no color is caught halfway between two themes.
    context = site.visit_as(name, viewport=_DESK, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    found = []
    for url in pages(site.app, world, name):
        answer = _opened(page, url)
        if answer is None:
            continue
        assert answer.status < 500, url
        expected_noise = [line for line in complaints if "status of 4" in line]
        found += [f"{url}: {line}" for line in complaints if line not in expected_noise]
        found += [f"{url}: {line}" for line in _problems(page)]
        # Axe tries styles of its own, which the policy blocks; they are no fault of the page.
        complaints.clear()
    context.close()
    assert found == []


def test_axe_is_not_blind(site: Site, world: World) -> None:
    """The same search finds an image without words, pale text, and a blocked script."""
    context = site.visit_as(None, viewport=_DESK)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/sign-in")
    page.evaluate("""() => {
        const main = document.querySelector("main");
        main.insertAdjacentHTML("beforeend", '<img src="/static/icon.svg">');
        main.insertAdjacentHTML("beforeend", '<p class="pale">Pale words</p>');
        document.querySelector(".pale").style.color = "rgb(200, 200, 200)";
        main.append(Object.assign(document.createElement("script"), {textContent: "1"}));
    }""")
    found = _problems(page)
    context.close()
    assert any("image-alt" in line for line in found)
    assert any("color-contrast" in line for line in found)
    assert any("Content Security Policy" in line for line in complaints)
