"""Backups: one consistent file while the site runs, judged before it is trusted, and put back.

An embedded database is copied by SQLite itself, because a copied file may be half of two states.
PostgreSQL is dumped by its own tools. Beside each backup lies its SHA-256, as by `sha256sum`.
"""

import hashlib
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from groupmatch import clock
from groupmatch.database import postgresql_tools as tools
from groupmatch.database.connection import Database
from groupmatch.database.in_use import DatabaseInUse, alone
from groupmatch.database.postgresql_tools import BackupRefused
from groupmatch.database.turns import PATIENCE_SECONDS
from groupmatch.database.upgrade import revisions

_SQLITE, _POSTGRESQL = b"SQLite format 3\0", b"PGDMP"


@dataclass(frozen=True)
class Backup:
    """What a sound backup holds."""

    embedded: bool
    #: The migration that it was made at.
    revision: str
    size: int
    #: Rows by table; empty for a dump of PostgreSQL, which is read whole but not counted.
    rows: Mapping[str, int]


def back_up(database: Database, target: Path) -> Backup:
    """Write a backup whole or not at all, and verify it. Raises BackupRefused, OSError."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        if database.embedded:
            _copy(database, part)
        else:
            tools.dump(database.url, part)
        _synced(part)
        made = _judged(part)
        digest = _digest(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    _beside(target).write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    return made


def verify(path: Path) -> Backup:
    """Read a backup whole and judge it. Raises BackupRefused, OSError."""
    told = _beside(path)
    if told.is_file() and told.read_text(encoding="utf-8").split()[:1] != [_digest(path)]:
        raise BackupRefused(f"{path.name} is not what was backed up: its SHA-256 differs.")
    return _judged(path)


def restore(database: Database, source: Path) -> Backup:
    """Put a backup in the place of everything that is in the database.

    The former file of an embedded database is kept beside it. Raises BackupRefused, also while
    anybody has the database open.
    """
    found = verify(source)
    if found.embedded != database.embedded:
        raise BackupRefused("This backup is of the other kind of database; see DATABASE_URL.")
    try:
        if database.embedded:
            _put_back(database, source)
        else:
            _refuse_while_in_use(database)
            tools.put_back(database.url, source)
    except DatabaseInUse:
        raise BackupRefused(
            "The database is in use. Stop the web processes and the schedulers first."
        ) from None
    return found


def _copy(database: Database, target: Path) -> None:
    with closing(sqlite3.connect(_file(database), timeout=PATIENCE_SECONDS)) as source:
        source.execute("VACUUM INTO ?", (str(target),))


def _put_back(database: Database, source: Path) -> None:
    database.dispose()
    file = _file(database)
    file.parent.mkdir(parents=True, exist_ok=True)
    with alone(file):
        part = file.with_name(f".{file.name}.part")
        with open(source, "rb") as old, open(part, "wb") as new:
            while block := old.read(2**20):
                new.write(block)
        _synced(part)
        if file.exists():
            file.replace(file.with_name(f"{file.name}.before-{clock.now():%Y%m%d-%H%M%S}"))
        for rest in ("-journal", "-wal", "-shm"):
            file.with_name(file.name + rest).unlink(missing_ok=True)
        part.replace(file)


def _refuse_while_in_use(database: Database) -> None:
    # Of other roles one sees who and where, but not what: its own work the server does as nobody.
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
    )
    with database.engine.connect() as connection:
        in_use = connection.scalar(others)
    database.dispose()
    if in_use:
        raise DatabaseInUse


def _judged(path: Path) -> Backup:
    with open(path, "rb") as file:
        head = file.read(len(_SQLITE))
    if head == _SQLITE:
        return _judged_sqlite(path)
    if head.startswith(_POSTGRESQL):
        revision = tools.revision(path)
        return _known(Backup(False, revision, path.stat().st_size, {}))
    raise BackupRefused(f"{path.name} is no backup of groupmatch.")


def _judged_sqlite(path: Path) -> Backup:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as file:
            [sound] = file.execute("PRAGMA integrity_check(1)").fetchone()
            dangling = file.execute("PRAGMA foreign_key_check").fetchall()
            if sound != "ok" or dangling:
                raise BackupRefused(f"{path.name} is damaged. Take an earlier backup.")
            [revision] = file.execute("SELECT version_num FROM alembic_version").fetchone()
            tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            rows = {
                name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
                for (name,) in tables.fetchall()
            }
    except sqlite3.Error:
        raise BackupRefused(f"{path.name} cannot be read as a database.") from None
    return _known(Backup(True, revision, path.stat().st_size, rows))


def _known(backup: Backup) -> Backup:
    if backup.revision not in revisions():
        raise BackupRefused("This backup was made by a later version. Install that version first.")
    return backup


def _file(database: Database) -> Path:
    return Path(str(database.url.database))


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _synced(path: Path) -> None:
    path.chmod(0o600)
    with open(path, "rb") as file:
        os.fsync(file.fileno())
