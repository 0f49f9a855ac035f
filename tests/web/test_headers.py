"""What every answer carries."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.web import create_app
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


def test_pages_are_not_kept_and_stylesheets_may_be(
    client_of: Callable[[str], FlaskClient],
) -> None:
    client = client_of("Mara")
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    assert client.get("/static/css/base.css", buffered=True).headers["Cache-Control"] == "no-cache"
    assert "no-store" not in client.get("/icons.svg").headers.get("Cache-Control", "")


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
