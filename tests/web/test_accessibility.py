"""Every page of every role in a browser: axe finds nothing, nothing is blocked or spills.

All rules of WCAG 2.2 AA run at the desk in light; on a phone in dark those that the width and the
theme bear on. All rules in all four looks are run by `python -m tests.shows.accessible`.
"""

import pytest

from tests.web.axe import ALL, DARK_PHONE, DESK, OF_LOOKS, VISITORS, opened, pages, problems
from tests.web.conftest import Site
from tests.web.world import World

pytestmark = pytest.mark.browser

_LOOKS = {DESK: ALL, DARK_PHONE: OF_LOOKS}


@pytest.fixture
def populated(world: World) -> None:
    """One of everything."""


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_page_can_be_used_by_everybody(site: Site, world: World, visitor: str) -> None:
    # Without motion no color is caught halfway between two themes.
    context = site.visit_as(VISITORS[visitor].name, reduced_motion="reduce")
    page = context.new_page()
    DESK.at(page)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    found = []
    for url in pages(site.app, world, VISITORS[visitor]):
        answer = opened(page, url)
        if answer is None:
            continue
        assert answer.status < 500, url
        expected_noise = [line for line in complaints if "status of 4" in line]
        found += [f"{url}: {line}" for line in complaints if line not in expected_noise]
        found += [f"{url}: {line}" for line in problems(page, _LOOKS)]
        # Axe tries styles of its own, which the policy blocks; they are no fault of the page.
        complaints.clear()
    context.close()
    assert found == []


def test_axe_is_not_blind(site: Site, world: World) -> None:
    """The same search finds an image without words, pale text, and a blocked script."""
    context = site.visit_as(None)
    page = context.new_page()
    DESK.at(page)
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
    found = problems(page, _LOOKS)
    context.close()
    assert any("image-alt" in line for line in found)
    assert any("color-contrast" in line for line in found)
    assert any("Content Security Policy" in line for line in complaints)
