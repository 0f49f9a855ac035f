"""`python -m tests.shows.accessible`: axe on every page of every role, in all four looks.

All rules of WCAG 2.2 AA, with the size of targets: at the desk and on a phone, in light and in
dark. With `--pale` every page gets pale words that nobody can read: the same show must then find
them everywhere. `--only people` takes the pages whose address has that word. Ends with exit code 1
where anything is wrong.
"""

import argparse
import logging
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from tests.browser import launched
from tests.web.asking import asked
from tests.web.axe import ALL, DESK, LOOKS, VISITORS, opened, pages, problems
from tests.web.conftest import Site
from tests.web.world import World

_PALE = """() => {
    document.body.insertAdjacentHTML("beforeend", '<p class="pale">Pale words</p>');
    document.querySelector(".pale").style.color = "rgb(128, 128, 128)";
}"""


def main() -> None:
    options = _options()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    looked: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, _made(Path(folder)) as (site, world):
        found = []
        for role, visitor in VISITORS.items():
            context = site.visit_as(visitor.name, reduced_motion="reduce")
            page = context.new_page()
            DESK.at(page)
            for url in pages(site.app, world, visitor):
                if options.only in url and opened(page, url):
                    looked[role] += 1
                    found += [f"{url}: {line}" for line in _wrong(page, options.pale)]
            context.close()
    for role, number in looked.items():
        print(f"{role}: {number} pages in {len(LOOKS)} looks")
    print(f"{looked.total() * len(LOOKS)} looks, {len(found)} problems")
    print("\n".join(found))
    sys.exit(bool(found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.accessible")
    parser.add_argument("--only", default="", help="a part of the addresses to look at")
    parser.add_argument("--pale", action="store_true", help="put pale words on every page")
    return parser.parse_args()


def _wrong(page: Page, pale: bool) -> list[str]:
    if pale:
        page.evaluate(_PALE)
    return problems(page, dict.fromkeys(LOOKS, ALL))


@contextmanager
def _made(folder: Path) -> Iterator[tuple[Site, World]]:
    """The world that the tests make, on a server of its own, and a browser before it."""
    database = Database(f"sqlite:///{folder}/migrated.sqlite3")
    upgrade(database)
    database.dispose()
    with asked(folder / "migrated.sqlite3", folder) as made, sync_playwright() as playwright:
        server = make_server("127.0.0.1", 0, made.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        browser = launched(playwright)
        yield Site(f"http://127.0.0.1:{server.port}", made.app, made.database, browser), made.world
        browser.close()
        server.shutdown()
        thread.join()


if __name__ == "__main__":
    main()
