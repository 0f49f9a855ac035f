"""What every answer carries."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.web import create_app, icons
from tests.web.conftest import settings_for


def test_every_kind_of_answer_carries_the_content_policy(
    app: Flask, client_of: Callable[[str], FlaskClient]
) -> None:
    client = client_of("Mara")
    for path in ("/account", "/sign-in", "/nowhere", "/static/css/base.css", "/"):
        headers = client.get(path, buffered=True).headers
        policy = headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_not_kept(client_of: Callable[[str], FlaskClient]) -> None:
    client = client_of("Mara")
    for path in ("/account", "/nowhere", "/sign-in"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_stylesheets_and_icons_are_kept_under_addresses_that_change_with_them(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/sign-in").text
    sheets = re.findall(r'href="(/static/css/[a-z]+\.css\?v=[0-9a-f]{12})"', page)
    assert len(sheets) > 5
    for path in sheets:
        kept = client.get(path, buffered=True).headers["Cache-Control"]
        assert kept == "public, max-age=31536000, immutable"
    plain = client.get("/static/css/base.css", buffered=True)
    assert plain.headers["Cache-Control"] == "no-cache"
    missing = client.get("/static/css/none.css?v=1", buffered=True)
    assert missing.headers["Cache-Control"] == "no-store"


def test_the_sprite_holds_every_icon_and_little_else(app: Flask) -> None:
    sprite = app.test_client().get("/icons.svg").text
    assert all(f'id="{name}"' in sprite for name in icons.NAMES)
    assert len(sprite) < 60_000


def test_an_unknown_icon_fails_where_it_is_used(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(LookupError, match="unicorn"):
        icons.icon("unicorn")


def test_over_https_the_cookie_is_bound_to_the_host(
    sqlite_database: Database, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path, public_url="https://groups.example.org")
    client = create_app(settings, sqlite_database).test_client()
    answer = client.get("/sign-in", base_url="https://groups.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-groupmatch=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_over_http_on_this_machine_the_cookie_has_a_plain_name(app: Flask) -> None:
    answer = app.test_client().get("/sign-in")
    assert answer.headers["Set-Cookie"].startswith("groupmatch=")
    assert "Strict-Transport-Security" not in answer.headers


def test_a_stranger_s_host_name_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    settings = replace(settings_for(tmp_path), public_url="https://groups.example.org")
    client = create_app(settings, sqlite_database).test_client()
    assert client.get("/sign-in", base_url="https://elsewhere.example").status_code == 400
