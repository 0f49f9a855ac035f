"""`python -m tests.shows.screens`: every page that a GET opens, in light, in dark and on a phone.

The pages are those of the demo, served by `groupmatch demo` from a folder of their own, after a
little more has happened in it (`tests.shows.happened`). The pictures and an index go to
docs/screens/. `--only groups` takes the pages whose name has that word. Exit code 1 where a page
answers with an error, or where the pictures outgrow their 15 MB.
"""

import argparse
import base64
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from groupmatch.database import Database
from groupmatch.settings import load
from groupmatch.web import create_app
from tests.browser import launched
from tests.shows.happened import let_happen
from tests.shows.screened import View, views

_FOLDER = Path("docs/screens")
_MOST_BYTES = 15_000_000
#: Longer pages are cut at this height, in pixels.
_TALLEST = 1800
_QUALITY = 45


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    name: str
    width: int
    height: int
    dark: bool = False


LOOKS = (
    Look("light", 1280, 860),
    Look("dark", 1280, 860, dark=True),
    Look("phone", 390, 844),
)


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, _demo(Path(folder)) as (url, database):
        let_happen(database)
        app = create_app(replace(load({"GROUPMATCH_DATA": folder}), demo=True), database)
        wanted = [view for view in views(database, app) if options.only in view.name]
        taken, failed = _all_taken(url, wanted, options.into)
    if not options.only:
        _clear_of_others(options.into, taken)
        _write_index(options.into, taken)
    size = sum(path.stat().st_size for path in options.into.glob("*.webp"))
    print(f"{len(taken)} pages in {len(LOOKS)} looks, {size / 1e6:.1f} MB in {options.into}")
    for line in failed:
        print(line)
    sys.exit(bool(failed) or size > _MOST_BYTES)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.screens")
    parser.add_argument("--only", default="", help="a part of the names of the pages to take")
    parser.add_argument("--into", type=Path, default=_FOLDER, help=f"default {_FOLDER}")
    return parser.parse_args()


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[str, Database]]:
    """The demo as a process of its own: where it is, and its database."""
    command = [Path(sys.executable).parent / "groupmatch", "demo", "--data", folder, "--port", "0"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert demo.stdout
    try:
        line = next(line for line in demo.stdout if line.startswith("groupmatch is at "))
        database = Database(f"sqlite:///{folder / 'groupmatch.sqlite3'}")
        yield line.split()[3], database
        database.dispose()
    finally:
        demo.terminate()
        demo.wait()


def _all_taken(url: str, wanted: Sequence[View], into: Path) -> tuple[list[View], list[str]]:
    """Take all pictures: of which pages, and what is wrong with them."""
    into.mkdir(parents=True, exist_ok=True)
    taken, failed = [], []
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for role in dict.fromkeys(view.role for view in wanted):
            pages = {look: _page(browser, url, role, look) for look in LOOKS}
            for view in (view for view in wanted if view.role == role):
                status = _opened(pages[LOOKS[0]], view)
                if status < 400:
                    taken.append(view)
                    failed += [
                        line
                        for look, page in pages.items()
                        for line in _take(page, view, look, into)
                    ]
                elif status >= 500:
                    failed.append(f"{view.path} answers {status}")
                else:
                    print(f"{view.path} answers {status}: left out")
        browser.close()
    return taken, failed


def _page(browser: Browser, url: str, role: str, look: Look) -> Page:
    """A window of its own, signed in by the demo's button."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if role:
        page.goto("/sign-in")
        page.get_by_role("button", name=role.capitalize(), exact=True).click()
    return page


def _opened(page: Page, view: View) -> int:
    """What the page answers; 404 for a file, and for a fragment of a page."""
    try:
        answer = page.goto(view.path)
    except Error as error:
        if "Download is starting" in error.message:
            return 404
        raise
    return answer.status if answer and page.content().startswith("<!DOCTYPE") else 404


def _take(page: Page, view: View, look: Look, into: Path) -> list[str]:
    """Take one picture; what is wrong with the page."""
    page.goto(view.path)
    tall = page.evaluate("document.documentElement.scrollHeight")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.set_viewport_size({"width": look.width, "height": max(look.height, min(tall, _TALLEST))})
    shot = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": _QUALITY}
    )
    (into / f"{view.name}-{look.name}.webp").write_bytes(base64.b64decode(shot["data"]))
    page.set_viewport_size({"width": look.width, "height": look.height})
    heading = page.locator("h1").first.bounding_box()
    below = heading is None or heading["y"] > look.height / 2
    where = f"{view.path} ({look.name})"
    spills = [f"{where}: spills by {wide} px"] if wide > 0 else []
    return spills + ([f"{where}: begins below the middle of the first view"] if below else [])


def _clear_of_others(into: Path, taken: Sequence[View]) -> None:
    """Remove pictures of pages that are no more."""
    names = {f"{view.name}-{look.name}.webp" for view in taken for look in LOOKS}
    for path in into.glob("*.webp"):
        if path.name not in names:
            path.unlink()


def _write_index(into: Path, taken: Sequence[View]) -> None:
    lines = [
        "# Screens",
        "",
        "Every page of the demo that a link opens. `python -m tests.shows.screens` takes these"
        " pictures anew.",
    ]
    for role in dict.fromkeys(view.role for view in taken):
        lines += ["", f"## {role.capitalize() or 'Before signing in'}", ""]
        for view in (view for view in taken if view.role == role):
            looks = " · ".join(f"[{look.name}]({view.name}-{look.name}.webp)" for look in LOOKS)
            lines.append(f"- {view.title}: {looks}")
    (into / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
