"""The connection to SQLite or PostgreSQL, and the two ways to use it: read, or transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from groupmatch.database.in_use import share
from groupmatch.database.turns import PATIENCE_SECONDS, Turns
from groupmatch.errors import Conflict

#: The first SQLite whose write-ahead log does not corrupt under concurrent checkpoints.
SAFE_WAL = (3, 51, 3)


class Database:
    """One database. Make it once a process; `read()` and `transaction()` give sessions."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url.replace("postgres://", "postgresql://", 1))
        self.engine = _engine(self.url.render_as_string(hide_password=False))
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def embedded(self) -> bool:
        """Whether this is SQLite, which serves one process."""
        return self.engine.dialect.name == "sqlite"

    def session(self, *, write: bool) -> Session:
        """A new session. One that reads sees one state from its first query to its last. One that
        writes takes SQLite's write lock at once, so that a check and the write that follows it
        see the same state.
        """
        session = self._sessions()
        if write:
            session.connection(execution_options={"write": True})
        elif not self.embedded:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever it changed is rolled back."""
        with self.session(write=False) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends, and rolls back when it raises.

        Raises Conflict `changed_meanwhile` where a record was changed since it was read.
        """
        try:
            with self.session(write=True) as session:
                yield session
                session.commit()
        except StaleDataError:
            raise Conflict("changed_meanwhile") from None

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    # An error is logged with its statement, but never with the people in its parameters.
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": PATIENCE_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", partial(_begin_sqlite, Turns(engine)))
    if engine.url.database and engine.url.database != ":memory:":
        share(engine, Path(engine.url.database))
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction handling commits before schema changes, so that a failed
    # migration would leave half of itself behind; we begin every transaction ourselves.
    connection.isolation_level = None
    wal = "WAL" if sqlite3.sqlite_version_info >= SAFE_WAL else "DELETE"
    for pragma in (
        f"journal_mode={wal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(turns: Turns, connection: Connection) -> None:
    if connection.get_execution_options().get("write", False):
        turns.take(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
