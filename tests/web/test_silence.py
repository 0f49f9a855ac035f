"""What people write, and who they are, never gets into the log, an error page or a mail's text."""

import logging
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.routing import Rule

from groupmatch import logs
from groupmatch.database import Database
from groupmatch.mail import message
from groupmatch.records import OutboxMail, Participant, StaffRole, Therapist
from groupmatch.web import access
from groupmatch.web.access import Access, Who
from tests.web.addresses import address
from tests.web.conftest import settings_for, signed_in
from tests.web.world import World

MARK = "Xanthippe"

#: Who calls what: one who may.
_WHO = {Who.PARTICIPANT: "Ada", Who.THERAPIST: "Cleo", Who.SIGNED_IN: "Mara"}
_ROLES = {StaffRole.COORDINATOR: "Mara", StaffRole.CLINICIAN: "Nora", StaffRole.ADMIN: "Ines"}


@pytest.fixture
def populated(world: World, sqlite_database: Database) -> None:
    """One of everything, and everybody is called by the mark."""
    with sqlite_database.transaction() as session:
        for table in (Participant, Therapist):
            marked = {"first_name": MARK, "last_name": MARK, "email": table.id + f"@{MARK}.org"}
            session.execute(update(table).values(marked))


@pytest.fixture
def log() -> Iterator[StringIO]:
    """All that is logged, as an installation logs it."""
    lines, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(lines), root.level
    handler.setFormatter(logs.JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.setLevel(level)
    root.removeHandler(handler)


class Caller:
    """Calls every page that takes no file, each as somebody who may, with marked answers."""

    def __init__(self, app: Flask, world: World, database: Database) -> None:
        self._app, self._world = app, world
        names = {*_WHO.values(), *_ROLES.values()}
        self._clients = {name: signed_in(app, database, name) for name in names}

    def every(self) -> Iterator[tuple[int, str]]:
        """Status and text of each answer: what is read, what is sent and is kept, or fails."""
        for rule in list(self._app.url_map.iter_rules()):
            declared = access.declared(self._app, rule.endpoint)
            if declared and "filename" not in rule.arguments:
                yield from self._one(rule, self._client(declared))

    def cause_mails(self) -> None:
        """Write down somebody new, whose mail says nothing of it, and ask for a password."""
        invited = {"name": MARK, "email": f"new@{MARK}.org", "role": "coordinator"}
        self._clients["Ines"].post("/admin/staff/invite", data=invited)
        self._app.test_client().post("/password/reset", data={"email": "mara@example.org"})

    def _one(self, rule: Rule, client: FlaskClient) -> Iterator[tuple[int, str]]:
        url = address(self._app, rule, self._world, self._world.home.ids)
        answers: dict[str, str] = {}
        if "GET" in (rule.methods or ()):
            joint = "&" if "?" in url else "?"
            page = client.get(f"{url}{joint}q={MARK}&next=/{MARK}", buffered=True)
            names = re.findall(r'name="(\w+)"', page.text) if page.mimetype == "text/html" else []
            answers = dict.fromkeys(names, MARK)
            yield page.status_code, page.text
        if "POST" in (rule.methods or ()):
            sent = client.post(url, data={**answers, "note": MARK, "reason": MARK, "email": MARK})
            yield sent.status_code, sent.text

    def _client(self, declared: Access) -> FlaskClient:
        roles = sorted(declared.roles)
        name = _ROLES[roles[0]] if roles else _WHO.get(declared.who, "")
        return self._clients[name] if name else self._app.test_client()


def _broken(answers: Iterator[tuple[int, str]]) -> list[str]:
    """Errors whose page tells the mark; what somebody has just typed may be shown back to them."""
    return [text for status, text in answers if status >= 400 and status != 422 and MARK in text]


@pytest.fixture
def caller(
    app: Flask, world: World, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Caller:
    # What goes on after the answer would meet the next request.
    monkeypatch.setattr("groupmatch.web.background.Thread.start", lambda _: None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return Caller(app, world, sqlite_database)


def test_neither_log_nor_error_nor_mail_tells_who_or_what(
    caller: Caller, log: StringIO, sqlite_database: Database, tmp_path: Path
) -> None:
    caller.cause_mails()
    assert _broken(caller.every()) == []
    assert log.getvalue().count("\n") > 100
    assert MARK not in log.getvalue()
    with sqlite_database.read() as session:
        queued = session.scalars(select(OutboxMail)).all()
    assert {"invitation", "password_reset"} <= {mail.template for mail in queued}
    for mail in queued:
        written = message(mail, settings_for(tmp_path))
        assert MARK not in written["Subject"] + written.get_content()


def test_what_a_database_quotes_when_it_fails_is_not_logged(
    caller: Caller, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        detail = f"duplicate key value: Key (email)=({MARK}@example.org) already exists"
        raise IntegrityError("INSERT", {}, Exception(detail))

    monkeypatch.setattr("sqlalchemy.orm.Session.scalars", refuses)
    assert _broken(caller.every()) == []
    assert log.getvalue().count("bug in ") > 50
    assert MARK not in log.getvalue()


def test_a_log_that_writes_errors_out_would_tell(
    caller: Caller, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The control: Flask's own way of logging a bug."""
    monkeypatch.setattr(type(app), "log_exception", Flask.log_exception)

    def refuses() -> None:
        raise ValueError(MARK)

    monkeypatch.setattr(app, "full_dispatch_request", refuses)
    app.test_client().get("/people?q=" + MARK)
    assert MARK in caplog.text
