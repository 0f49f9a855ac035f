"""Brings the schema to the newest migration, and tells whether it is there.

There is no way down: to go back, restore the backup that was taken before the upgrade.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from groupmatch.database.connection import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database, *, migrations: Path = _MIGRATIONS, to: str = "head") -> None:
    """Run every migration that is missing, or those up to one, all in one transaction.

    A migration that fails leaves the schema as it was before.
    """
    with _schema_transaction(database) as connection:
        command.upgrade(_config(migrations, connection), to)


def at_head(database: Database) -> bool:
    """Whether no migration is missing."""
    return _present(database) == _newest()


def past_head(database: Database) -> bool:
    """Whether a later version of groupmatch has upgraded it, to tables unknown to this one."""
    return _present(database) not in (None, *revisions())


def _present(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def _newest() -> str | None:
    return _shipped().get_current_head()


def _shipped() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))


def revisions() -> list[str]:
    """Our migrations, the first one first; one that a later version made is not among them."""
    return [each.revision for each in _shipped().walk_revisions()][::-1]


def _config(migrations: Path, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _schema_transaction(database: Database) -> Iterator[Connection]:
    with database.engine.connect().execution_options(write=True) as connection:
        if not database.embedded:
            with connection.begin():
                # Two that upgrade at once: the second one waits here, and finds nothing to do.
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtext('groupmatch migrations'))")
                )
                yield connection
            return
        # SQLite rebuilds a table by dropping the old one, which foreign keys would forbid; it
        # takes this switch outside of a transaction only.
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if dangling:
                    raise RuntimeError(f"the migration left dangling references: {dangling[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
