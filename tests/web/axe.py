"""Looking at pages as axe does: which pages each role has, in which looks, and what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Error, Page, Response

from groupmatch.records import StaffRole
from groupmatch.web import access
from groupmatch.web.access import Who
from tests.web.addresses import address
from tests.web.world import World

#: What axe is to look for, in its own words.
Rules = Mapping[str, object]

#: WCAG 2.2 AA, with the size of targets, and what axe recommends beside it.
ALL: Rules = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
#: What the theme and the width bear on.
OF_LOOKS: Rules = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "target-size"],
    },
    "resultTypes": ["violations"],
}

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


@dataclass(frozen=True)
class Look:
    """A way to look at a page."""

    name: str
    width: int
    height: int
    theme: str

    def at(self, page: Page) -> None:
        """Look at a page like this from now on."""
        page.emulate_media(color_scheme=self.theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": self.width, "height": self.height})


DESK, DARK_DESK, PHONE, DARK_PHONE = LOOKS = (
    Look("desk, light", 1280, 860, "light"),
    Look("desk, dark", 1280, 860, "dark"),
    Look("phone, light", 390, 844, "light"),
    Look("phone, dark", 390, 844, "dark"),
)


@dataclass(frozen=True)
class Visitor:
    """Somebody of the world, by first name, and whose pages they are to see."""

    name: str | None
    who: Who
    role: StaffRole | None = None


VISITORS = {
    "anonymous": Visitor(None, Who.ANYONE),
    "anybody signed in": Visitor("Mara", Who.SIGNED_IN),
    "participant": Visitor("Ada", Who.PARTICIPANT),
    "therapist": Visitor("Cleo", Who.THERAPIST),
    "coordinator": Visitor("Mara", Who.STAFF, StaffRole.COORDINATOR),
    "admin": Visitor("Ines", Who.STAFF, StaffRole.ADMIN),
}


def pages(app: Flask, world: World, visitor: Visitor) -> Iterator[str]:
    """The pages that are a visitor's own."""
    for rule in app.url_map.iter_rules():
        declared = access.declared(app, rule.endpoint)
        if declared is None or "GET" not in (rule.methods or ()) or rule.endpoint in _NO_PAGES:
            continue
        if "filename" in rule.arguments or declared.who is not visitor.who:
            continue
        if visitor.role is None or visitor.role in declared.roles:
            yield address(app, rule, world, world.home.ids)
    yield "/nowhere"


def opened(page: Page, url: str) -> Response | None:
    """Open a page; None for a file, and for a fragment of a page."""
    try:
        answer = page.goto(url)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise
    return answer if page.content().startswith("<!DOCTYPE") else None


def problems(page: Page, looks: Mapping[Look, Rules]) -> list[str]:
    """What is wrong with the page that is open, look by look; the first one is left as it was."""
    page.evaluate(Axe().axe_script)
    found = []
    for look, rules in looks.items():
        look.at(page)
        found += [f"{look.name}: {line}" for line in _violations(page, rules) + _spills(page)]
    next(iter(looks)).at(page)
    return found


def _violations(page: Page, rules: Rules) -> list[str]:
    results = page.evaluate("rules => axe.run(rules)", rules)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


def _spills(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"spills by {wide} px"] if wide > 0 else []
