"""One database session a request: reading on GET, one write transaction on everything else.

A view that returns an answer below 400 has committed; one that raises or answers 400 and above
has changed nothing. Views and services never commit.
"""

from collections.abc import Callable, Iterable

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from groupmatch.database import Database

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, database: Database) -> None:
    """Let the requests of an application use a database."""
    app.extensions["groupmatch.database"] = database
    app.after_request(_settle)
    app.teardown_appcontext(_close)


def session() -> Session:
    """The session of the request being answered."""
    if "session" not in g:
        g.session = database().session(write=request.method not in _READS)
    session: Session = g.session
    return session


def database() -> Database:
    """The application's database, for what must outlive the request: a run started by hand."""
    database: Database = current_app.extensions["groupmatch.database"]
    return database


def abandon() -> None:
    """Undo what the request has written so far; what it goes on to read is fresh."""
    if "session" in g:
        g.session.rollback()


def afterwards(write: Callable[[Session], None]) -> None:
    """Write something down once the view has answered below 400, even where it only read.

    Where that cannot be written, the answer is not given.
    """
    g.setdefault("afterwards", []).append(write)


def _settle(response: Response) -> Response:
    if response.status_code < 400 and (writes := g.pop("afterwards", ())):
        if request.method in _READS:
            # On SQLite, what one reads oneself would keep the writing from being committed.
            _close(None)
            with database().transaction() as apart:
                _write(writes, apart)
        else:
            _write(writes, session())
    if "session" in g and request.method not in _READS and response.status_code < 400:
        try:
            g.session.commit()
        except (StaleDataError, OperationalError) as error:
            return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _write(writes: Iterable[Callable[[Session], None]], into: Session) -> None:
    for write in writes:
        write(into)


def _close(_error: BaseException | None) -> None:
    if (session := g.pop("session", None)) is not None:
        session.close()
