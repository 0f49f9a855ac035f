"""What the installation tells of itself: alive, ready, and a lost database as a page."""

import logging
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from groupmatch.database import Database

#: As a database says it.
_QUOTING = "Key (email)=(ada@example.org) already exists"


@pytest.fixture
def lost(app: Flask, tmp_path: Path) -> None:
    """A database that cannot be opened."""
    nowhere = tmp_path / "nowhere" / "groupmatch.sqlite3"
    app.extensions["groupmatch.database"] = Database(f"sqlite:///{nowhere}")


def test_a_site_that_can_serve_says_so(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "alive"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"status": "ready"})


@pytest.mark.usefixtures("lost")
def test_without_a_database_it_lives_and_is_not_ready(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_before_the_upgrade_it_is_not_ready(app: Flask, sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    ready = app.test_client().get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"status": "waits for groupmatch db upgrade"})


@pytest.mark.usefixtures("lost")
def test_a_lost_database_is_a_page_that_says_to_wait(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "somebody"
    answer = client.get("/people")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Nothing was changed" in answer.text


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize("path", ["/static/css/base.css", "/healthz"])
def test_what_asks_nobody_is_served_without_a_database(app: Flask, path: str) -> None:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "somebody"
    with client.get(path) as answer:
        assert answer.status_code == 200


def test_a_request_is_logged_by_its_page_and_not_by_its_address(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = app.test_client().get("/healthz?name=Ada")
    assert len(answer.headers["X-Request-ID"]) == 14
    [line] = [each for each in caplog.messages if "healthz" in each or "health.alive" in each]
    assert line.startswith("GET health.alive 200 in ")


def test_a_bug_is_logged_by_where_it_arose_and_not_by_what_it_quotes(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> None:
        raise ValueError(_QUOTING)

    monkeypatch.setattr(app, "full_dispatch_request", breaks)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 500
    told = "\n".join(caplog.messages)
    assert "bug in health.alive: ValueError" in told
    assert "ada" not in caplog.text
