"""The demo's own line above every page takes no room from it on a phone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Account
from groupmatch.web import create_app
from tests.cast import NOW, Cast
from tests.web.conftest import Site, settings_for


@pytest.fixture
def app(sqlite_database: Database, people: Cast, tmp_path: Path) -> Flask:
    """The application as the demo serves it."""
    with sqlite_database.transaction() as session:
        for account in session.scalars(select(Account)):
            account.created_at = NOW - timedelta(days=1)
    return create_app(replace(settings_for(tmp_path), demo=True), sqlite_database)


@pytest.mark.parametrize("role", ["Coordinator", "Participant", "Therapist"])
def test_every_role_s_first_page_begins_in_the_first_view(site: Site, role: str) -> None:
    page = site.visit_as(None, viewport={"width": 390, "height": 844}).new_page()
    page.goto("/sign-in")
    page.get_by_role("button", name=role, exact=True).click()
    expect(page.locator(".demo-line")).to_be_visible()
    heading = page.locator("h1").bounding_box()
    assert heading is not None
    assert heading["y"] < 300


def test_the_open_page_is_in_view_among_the_names_of_pages(site: Site) -> None:
    page = site.visit_as("Mara", viewport={"width": 390, "height": 844}).new_page()
    page.goto("/reports")
    expect(page.locator(".rail [aria-current=page]")).to_be_in_viewport(ratio=1)
