"""Asks the application everything that its pages offer to ask, over a world that nothing changes.

A page's forms say what can be sent: where to, under which names, with which values. Whoever holds a
form may put anything into it, other people's ids above all.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.web import create_app
from tests.cast import NOW
from tests.web.addresses import address
from tests.web.conftest import settings_for, signed_in
from tests.web.world import World, make_world


class Undone(Database):
    """A database on which nothing is kept: each request finds the world as it was made."""

    def session(self, *, write: bool) -> Session:
        """A session whose commit only flushes; closing it rolls back."""
        session = super().session(write=write)
        session.commit = session.flush  # type: ignore[method-assign]
        return session


@dataclass(frozen=True)
class Asked:
    """The application, and everything that URLs can name in it."""

    app: Flask
    database: Database
    world: World


@contextmanager
def asked(migrated: Path, folder: Path) -> Iterator[Asked]:
    """The application over a world that nothing changes, whatever is asked of it."""
    shutil.copyfile(migrated, folder / "world.sqlite3")
    database = Undone(f"sqlite:///{folder}/world.sqlite3")
    with time_machine.travel(NOW, tick=True):
        with Database.transaction(database) as session:
            world = make_world(session)
            Session.commit(session)
        yield Asked(application(folder, database), database, world)
    database.dispose()


def application(folder: Path, database: Database) -> Flask:
    """The application as a server runs it, whose forms need no token."""
    app = create_app(settings_for(folder), database)
    app.config.update(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    return app


@dataclass(frozen=True)
class Form:
    """One form of a page: where it goes, and what it sends as it stands."""

    method: str
    action: str
    fields: Mapping[str, str] = field(hash=False)

    def send(self, client: FlaskClient, **changes: str) -> tuple[int, str]:
        """Send it with some answers changed. Returns the status and all that the answer says."""
        answers = {**self.fields, **changes}
        key = "query_string" if self.method == "GET" else "data"
        answer = client.open(self.action, method=self.method, buffered=True, **{key: answers})
        return answer.status_code, f"{answer.headers}\n{answer.text}"


def forms(made: Asked, name: str | None) -> list[Form]:
    """All forms on all pages that somebody may open, each once."""
    fresh = visitor(made, name)
    found: dict[tuple[str, str, tuple[str, ...]], Form] = {}
    for rule in made.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "filename" in rule.arguments:
            continue
        url = address(made.app, rule, made.world, made.world.home.ids)
        answer = fresh().get(url, buffered=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        reader = _Reader(url)
        reader.feed(answer.text)
        for each in reader.forms:
            found.setdefault((each.method, each.action, tuple(each.fields)), each)
    return list(found.values())


def visitor(made: Asked, name: str | None) -> Callable[[], FlaskClient]:
    """Makes browsers of somebody of the world, or of nobody: a new one for each request, as some
    requests sign out.
    """
    cookie = name and signed_in(made.app, made.database, name).get_cookie("groupmatch")

    def fresh() -> FlaskClient:
        client = made.app.test_client()
        if cookie:
            client.set_cookie("groupmatch", cookie.value)
        return client

    return fresh


class _Reader(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url, self.forms = url, list[Form]()
        self._fields: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or keep what one of its fields sends."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            action = given.get("action") or self._url
            self.forms.append(
                Form(given.get("method", "get").upper(), _path(action, self._url), self._fields)
            )
        elif tag in ("input", "button", "textarea") and given.get("name"):
            self._keep(tag, given)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and ("selected" in given or not self._chosen()):
            self._fields[self._select] = given.get("value", "")

    def _keep(self, tag: str, given: Mapping[str, str]) -> None:
        """What a browser would send; of several under one name, the one that is chosen."""
        choice = given.get("type") in ("checkbox", "radio") or tag == "button"
        if not choice or "checked" in given or given["name"] not in self._fields:
            self._fields[given["name"]] = given.get("value", "on" if choice else "")

    def _chosen(self) -> str:
        return self._fields.get(self._select, "")


def _path(action: str, url: str) -> str:
    parts = urlsplit(action)
    path = parts.path or urlsplit(url).path
    return f"{path}?{parts.query}" if parts.query else path
