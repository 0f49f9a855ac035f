"""People take seats while the database is full, locked or stopped, and after it is back."""

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from groupmatch.database import Database, connection, turns
from groupmatch.database.upgrade import upgrade
from groupmatch.records import Request, Seat, SeatState
from groupmatch.settings import load
from groupmatch.web import create_app
from tests import postgresql
from tests.shows.last_seats import Attempt, prepared, take

PEOPLE = 200
#: Beyond it nothing can be written to any file, as on a disk without room.
_FULL_BYTES = 4096
#: How long everybody has to get their seat once the outage is over.
_PATIENCE_SECONDS = 60.0

_HOLDS_THE_LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""


@dataclass
class Told:
    """What people were told, and what of it was not so."""

    yes: int = 0
    wait: int = 0
    lost: int = 0
    ending: str = ""
    wrong: list[str] = field(default_factory=list)


class People:
    """Each takes their seat, and asks again after a moment when told to wait."""

    def __init__(self, database: Database, *, careless: bool) -> None:
        self._database, self._careless = database, careless
        self._attempts = prepared(database, PEOPLE, PEOPLE, 20)
        self._seated: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.told = Told()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask as long as the block lasts, and until everybody has been told yes."""
        self._thread.start()
        yield
        self._over.set()
        self._thread.join()
        self._count()

    def wait_for_some(self) -> None:
        """Come back when a tenth of them have been told yes, and all others are still asking."""
        while self.told.yes < len(self._attempts) // 10:
            time.sleep(0.005)

    def _ask(self) -> None:
        waiting, deadline = list(self._attempts), float("inf")
        while waiting and time.monotonic() < deadline:
            waiting = [each for each in waiting if not self._takes(each)]
            if self._over.is_set():
                deadline = min(deadline, time.monotonic() + _PATIENCE_SECONDS)

    def _takes(self, attempt: Attempt) -> bool:
        try:
            take(self._database, attempt)
        except OperationalError:
            self.told.wait += 1
            time.sleep(0.05)
            if not self._careless:
                return False
        self.told.yes += 1
        self._seated.add(attempt[0])
        return True

    def _count(self) -> None:
        with self._database.read() as session:
            held = select(Seat.request_id).where(Seat.state != SeatState.ENDED)
            seated = set(session.scalars(held))
            waits = len(session.scalars(select(Request.id)).all()) - len(seated)
        self.told.lost = len(self._seated - seated)
        self.told.ending = f"{len(seated)} seated, {waits} not"
        if not self.told.wait:
            self.told.wrong.append("nobody noticed the outage")
        if waits and not self.told.lost:
            self.told.wrong.append(f"{waits} never got their seat")


def full_disk(folder: Path, seconds: float, careless: bool) -> Told:
    """No file may grow any more for a while; what is there stays whole, and the pages say so."""
    database = Database(f"sqlite:///{folder / 'groupmatch.sqlite3'}")
    upgrade(database)
    people = People(database, careless=careless)
    pages = _pages(database, folder)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    with people.asking():
        people.wait_for_some()
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FULL_BYTES, most))
        try:
            _expect_pages(people.told, pages, seconds)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    return _ended(people, pages, database)


def locked(folder: Path, seconds: float, careless: bool) -> Told:
    """Another process holds the write lock for longer than anybody waits."""
    file = folder / "groupmatch.sqlite3"
    upgrade(Database(f"sqlite:///{file}"))
    with _patience_of(seconds / 4):
        database = Database(f"sqlite:///{file}")
        people = People(database, careless=careless)
        pages = _pages(database, folder)
        arguments = [sys.executable, "-c", _HOLDS_THE_LOCK, str(file), str(seconds)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            with people.asking():
                holder.wait()
        return _ended(people, pages, database)


@contextmanager
def _patience_of(seconds: float) -> Iterator[None]:
    """Let nobody wait longer for a lock."""
    before = turns.PATIENCE_SECONDS
    connection.PATIENCE_SECONDS = turns.PATIENCE_SECONDS = seconds  # type: ignore[assignment]
    try:
        yield
    finally:
        connection.PATIENCE_SECONDS = turns.PATIENCE_SECONDS = before


def stopped(folder: Path, seconds: float, careless: bool) -> Told:
    """PostgreSQL is stopped as by a loss of power, and started again."""
    with postgresql.a_server(folder) as server:
        database = Database(server.url(answers_early=careless))
        upgrade(database)
        people = People(database, careless=False)
        pages = _pages(database, folder)
        with people.asking():
            people.wait_for_some()
            server.lose_power()
            _expect_pages(people.told, pages, seconds)
            server.start()
        return _ended(people, pages, database)


def _pages(database: Database, folder: Path) -> Flask:
    app = create_app(load({"GROUPMATCH_DATA": str(folder)}), database)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _expect_pages(told: Told, pages: Flask, seconds: float) -> None:
    """During the outage: alive, and whoever writes is told to wait."""
    until = time.monotonic() + seconds
    statuses: set[int] = set()
    while time.monotonic() < until:
        statuses.add(_write(pages))
        if pages.test_client().get("/healthz").status_code != 200:
            told.wrong.append("the process says that it is not alive")
        time.sleep(0.1)
    if 503 not in statuses or max(statuses) != 503:
        told.wrong.append(f"pages answered {sorted(statuses)}")


def _write(pages: Flask) -> int:
    """Ask for a page that writes something down."""
    tried = {"email": "nobody@example.org", "password": "not a password of anybody"}
    return pages.test_client().post("/sign-in", data=tried).status_code


def _ended(people: People, pages: Flask, database: Database) -> Told:
    """After the outage: ready by itself, and the file is sound."""
    ready: Callable[[], int] = lambda: pages.test_client().get("/readyz").status_code  # noqa: E731
    if ready() != 200:
        people.told.wrong.append("not ready afterwards")
    if database.embedded:
        with database.engine.connect() as connection:
            sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if sound != "ok":
            people.told.wrong.append("the file is damaged")
    database.dispose()
    return people.told
