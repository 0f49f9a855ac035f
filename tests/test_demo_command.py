"""The demo as a new user meets it: one command, a matched program, the seat published and seen."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect


@contextmanager
def demo(data: Path) -> Iterator[tuple[list[str], str]]:
    """What `groupmatch demo` said before it served, and where it serves."""
    with subprocess.Popen(
        [sys.executable, "-m", "groupmatch", "demo", "--data", data, "--port", "0"],
        env=os.environ | {"PYTHONUNBUFFERED": "1", "DATABASE_URL": "postgresql://not.read/at-all"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        said: list[str] = []
        address = None
        while address is None and server.stdout and (line := server.stdout.readline()):
            said.append(line)
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert address, "".join(said)
        try:
            yield said, address[0]
        finally:
            server.terminate()


@pytest.mark.browser
def test_a_new_user_publishes_the_nights_draft_and_the_participant_sees_the_seat(
    tmp_path: Path, browser: Browser
) -> None:
    with demo(tmp_path) as (said, address):
        assert re.search(r"\d+ of \d+ waiting requests proposed a seat", "".join(said))
        page = _enter(browser, address, "participant")
        waiting = page.inner_text("main")

        staff = _enter(browser, address, "coordinator")
        staff.get_by_role("link", name="Review the draft").click()
        staff.get_by_role("button", name=re.compile(r"^Approve all \d+")).click()
        staff.get_by_role("button", name=re.compile(r"Publish \d+ bundles")).click()
        expect(staff.get_by_role("alert").or_(staff.get_by_role("status")).first).to_be_visible()

        page.reload()
        assert page.inner_text("main") != waiting
        expect(page.get_by_text("Your next session")).to_be_visible()

    with demo(tmp_path) as (said, _):
        assert len(said) == 1, "a second start finds everything as it was left"


def test_a_taken_port_is_named_before_any_work_is_done(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "groupmatch", "demo", "--data", tmp_path / "data"],
            env=os.environ | {"PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert f"Port {port} is taken" in ended.stderr
    assert not (tmp_path / "data").exists()


def _enter(browser: Browser, address: str, role: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(address)
    page.get_by_role("button", name=re.compile(role, re.IGNORECASE)).first.click()
    return page
