"""Writers of one SQLite database wait in turn, and nobody is left out."""

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from groupmatch.database import Database, turns
from groupmatch.database.turns import Turns

#: As many as connections are kept: one that is opened anew would stand in a writer's way.
_WRITERS, _EACH = 5, 5


def _impatient(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=10")


def _write(database: Database, _writer: int) -> Counter[str]:
    """Several transactions, one right after the other, each of which takes a moment."""
    heard = Counter[str]()
    for _ in range(_EACH):
        try:
            with database.transaction() as session:
                session.execute(text("UPDATE payer SET name = name || '.'"))
                session.execute(text(_SLOWLY))
            heard["written"] += 1
        except OperationalError as error:
            heard[str(error.orig)] += 1
    return heard


_SLOWLY = (
    "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 30000) "
    "SELECT max(n) FROM count"
)


def _crowd(database: Database) -> Counter[str]:
    crowded = Database(database.url.render_as_string())
    event.listen(crowded.engine, "connect", _impatient)
    for connection in [crowded.engine.connect() for _ in range(_WRITERS)]:
        connection.close()
    with ThreadPoolExecutor(_WRITERS) as pool:
        heard = sum(pool.map(partial(_write, crowded), range(_WRITERS)), Counter[str]())
    crowded.dispose()
    return heard


def test_in_a_crowd_of_writers_everybody_gets_a_turn(sqlite_database: Database) -> None:
    """The database itself would let them wait no longer than one or two others take."""
    assert _crowd(sqlite_database) == {"written": _WRITERS * _EACH}


def test_without_turns_some_of_them_hear_that_it_is_locked(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turns, "take", lambda *_: None)
    assert _crowd(sqlite_database)["database is locked"] > 0


def test_whoever_waits_too_long_hears_it_too(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.05)
    with (
        sqlite_database.transaction(),
        pytest.raises(OperationalError, match="database is locked"),
        sqlite_database.transaction(),
    ):
        pytest.fail("two write at once")
    with sqlite_database.transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_turn_ends_however_its_transaction_does(sqlite_database: Database) -> None:
    for _ in range(20):
        with pytest.raises(LookupError), sqlite_database.transaction():
            raise LookupError
        session = sqlite_database.session(write=True)
        session.close()
    assert _write(sqlite_database, 0)["written"] == _EACH
