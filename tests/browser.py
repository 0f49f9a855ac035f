"""Chromium for the tests marked `browser`; without one, a loud line says how to get it."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_REASON = "no Chromium found"
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def pytest_configure() -> None:
    """Refuse to run where a browser is required and none is found."""
    if os.environ.get("GROUPMATCH_REQUIRE_BROWSER") and not chromium():
        raise pytest.UsageError(
            "GROUPMATCH_REQUIRE_BROWSER is set, and no Chromium was found: apt install chromium"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests where no browser is."""
    if chromium():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=_REASON))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once and visibly what was not tested."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and _REASON in report.longrepr[2]
    ]
    if skipped:
        terminalreporter.write_line(
            f"!!! {len(skipped)} browser tests were SKIPPED: no Chromium or Chrome on the PATH. "
            "Get one with: apt install chromium !!!",
            yellow=True,
            bold=True,
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process; every test takes its own context."""
    with sync_playwright() as playwright:
        opened = launched(playwright)
        yield opened
        opened.close()


def launched(playwright: Playwright) -> Browser:
    """A Chromium of our own."""
    # Its own sandbox does not start for root, which containers and CI run as.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=chromium(), args=[*_FLAGS, *as_root])
