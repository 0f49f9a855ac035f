"""The application over the cast: clients that are signed in, and a live server for browsers."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import Account
from groupmatch.services.accounts import sign_ins
from groupmatch.settings import Settings
from groupmatch.web import create_app
from tests.cast import NOW, Cast
from tests.stage import Scene, Stage
from tests.web.world import World, make_world


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings of a test installation on this machine."""
    values = {
        "data": folder,
        "database_url": "sqlite://",
        "secret_key": "for tests only",
        "host": "127.0.0.1",
        "port": 8000,
        "public_url": "http://localhost",
        "meeting_url": "https://meet.example.org/room",
        "mail_host": "",
        "mail_port": 587,
        "mail_user": "",
        "mail_password": "",
        "mail_sender": "appointments@localhost",
        "mail_starttls": True,
        "proxies": 0,
        "solve_seconds": 10,
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


@pytest.fixture
def clock_at_now() -> Iterator[time_machine.Traveller]:
    """Start the clock at NOW and let it run, as servers and browsers need."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def people(
    sqlite_database: Database,
    _stage: Stage,
    cast_scene: Scene[Cast],
    clock_at_now: time_machine.Traveller,
) -> Cast:
    """The fixed cast, committed."""
    return cast_scene.set(_stage)


@pytest.fixture(scope="session")
def world_scene(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene[World]:
    """Two programs with one of everything, as many tests begin with them."""
    return Scene(_migrated_file, tmp_path_factory.mktemp("world") / "world.sqlite3", make_world)


@pytest.fixture
def world(
    sqlite_database: Database,
    _stage: Stage,
    world_scene: Scene[World],
    clock_at_now: time_machine.Traveller,
) -> World:
    """Two programs with one of everything, committed."""
    return world_scene.set(_stage)


@pytest.fixture
def populated(people: Cast) -> None:
    """Who is in the database of `app`: the cast, unless a module says otherwise."""


@pytest.fixture(scope="session")
def _made_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    # Making it takes longer than most tests; they share it, each with its own database.
    return create_app(settings_for(tmp_path_factory.mktemp("app")), Database("sqlite://"))


@pytest.fixture
def app(_made_app: Flask, sqlite_database: Database, populated: None) -> Iterator[Flask]:
    """The application; its forms need no token, which `test_forms_need_a_token` is about."""
    _made_app.extensions["groupmatch.database"] = sqlite_database
    _made_app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=None)
    yield _made_app
    # What a click began in the background still writes to this test's database.
    for thread in threading.enumerate():
        if thread.name.startswith(("run ", "finding ")):
            thread.join(60)


def signed_in(app: Flask, database: Database, name: str) -> FlaskClient:
    """A client that is signed in as somebody of the cast, by first name."""
    client = app.test_client()
    with database.session(write=True) as session:
        found = session.scalars(select(Account).where(Account.name == name)).one()
        secret = sign_ins.begin(session, found, second_factor=True)
        # A database on which nothing is kept keeps this.
        Session.commit(session)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = found.fs_uniquifier, True
        cookie["sign_in"], cookie["fs_paa"] = secret, clock.now().timestamp()
    return client


@pytest.fixture
def client_of(app: Flask, sqlite_database: Database) -> Callable[[str], FlaskClient]:
    """`client_of("Ada")`."""
    return lambda name: signed_in(app, sqlite_database, name)


@dataclass(frozen=True)
class Site:
    """A live server and the browser's door to it."""

    url: str
    app: Flask
    database: Database
    browser: Browser

    def visit_as(self, name: str | None, **options: object) -> BrowserContext:
        """A fresh browser context, signed in as somebody of the cast; paths are relative."""
        context = self.browser.new_context(base_url=self.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        if name:
            cookie = signed_in(self.app, self.database, name).get_cookie("groupmatch")
            assert cookie is not None
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
        return context


@pytest.fixture
def site(app: Flask, sqlite_database: Database, browser: Browser) -> Iterator[Site]:
    """The application on a free port, with its tokens checked as in earnest."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.port}", app, sqlite_database, browser)
    server.shutdown()
    thread.join()
    server.server_close()
