"""Migrations: one history for both databases, whole or not at all."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

import groupmatch.database.upgrade as upgrading
import groupmatch.records  # noqa: F401 - fills Record.metadata
from groupmatch.database import Database, Record
from groupmatch.database.upgrade import at_head, upgrade

_FAILS_HALF_WAY = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    op.create_table("half", sa.Column("id", sa.String, primary_key=True))
    with op.batch_alter_table("participant") as participant:
        participant.add_column(sa.Column("half", sa.String))
    op.execute("INSERT INTO there_is_no_such_table VALUES (1)")
"""


@pytest.fixture
def empty_database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")


def _migrations_with(tmp_path: Path, migration: str) -> Path:
    """A copy of the shipped migrations with one more."""
    copy = tmp_path / "migrations"
    shutil.copytree(Path(upgrading.__file__).parent / "migrations", copy)
    newest = max(path.name[:4] for path in (copy / "versions").glob("0*.py"))
    (copy / "versions" / "9999_added.py").write_text(migration.format(head=newest))
    return copy


# SQLite has no such index, so there is nothing to compare.
@pytest.mark.filterwarnings("ignore:autogenerate skipping .* expression-based index")
def test_the_records_are_what_the_migrations_make(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Record.metadata) == []


def test_an_upgrade_starts_from_nothing_and_may_be_repeated(empty_database: Database) -> None:
    assert not at_head(empty_database)
    upgrade(empty_database)
    upgrade(empty_database)
    assert at_head(empty_database)
    tables = set(inspect(empty_database.engine).get_table_names())
    assert tables == set(Record.metadata.tables) | {"alembic_version"}
    empty_database.dispose()


@pytest.mark.postgresql
def test_of_two_that_upgrade_at_once_one_waits_for_the_other(postgresql_database: Database) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    with ThreadPoolExecutor(1) as pool:
        with upgrading._schema_transaction(postgresql_database) as first:
            second = pool.submit(upgrade, postgresql_database)
            while not (waits := first.scalar(waiting)) and not second.done():
                time.sleep(0.01)
        second.result(60)
    assert waits


def test_a_migration_that_fails_half_way_leaves_the_schema_as_it_was(
    sqlite_database: Database, tmp_path: Path
) -> None:
    before = _schema(sqlite_database)
    migrations = _migrations_with(tmp_path, _FAILS_HALF_WAY)
    with pytest.raises(OperationalError, match="there_is_no_such_table"):
        upgrade(sqlite_database, migrations=migrations)
    assert _schema(sqlite_database) == before
    assert at_head(sqlite_database)


def test_a_table_that_others_refer_to_can_be_rebuilt(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.transaction() as session:
        session.execute(text("INSERT INTO payer VALUES ('acme', 'Acme Health')"))
        session.execute(
            text(
                "INSERT INTO payer_rule (id, payer_code, covers_virtual, valid_from, source)"
                " VALUES ('r', 'acme', 1, '2026-01-01', 'contract')"
            )
        )
    rebuilding = _FAILS_HALF_WAY.replace("participant", "payer").replace(
        'op.execute("INSERT INTO there_is_no_such_table VALUES (1)")', "pass"
    )
    rebuilding = rebuilding.replace(
        "as payer:", 'as payer:\n        payer.alter_column("name", type_=sa.Text)'
    )
    upgrade(sqlite_database, migrations=_migrations_with(tmp_path, rebuilding))
    with sqlite_database.read() as session:
        assert session.execute(text("SELECT payer_code FROM payer_rule")).scalar() == "acme"
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_an_upgrade_keeps_people_matchable_and_says_for_whom_a_level_is(
    empty_database: Database, tmp_path: Path
) -> None:
    copy = tmp_path / "before"
    shutil.copytree(Path(upgrading.__file__).parent / "migrations", copy)
    for later in (copy / "versions").glob("0*.py"):
        if later.name >= "0006":
            later.unlink()
    upgrade(empty_database, migrations=copy)
    with empty_database.transaction() as session:
        session.execute(text(_SOMEBODY_FROM_BEFORE["program"]))
        session.execute(text(_SOMEBODY_FROM_BEFORE["level_of_care"]))
        session.execute(text(_SOMEBODY_FROM_BEFORE["participant"]))
    upgrade(empty_database)
    with empty_database.read() as session:
        gate = session.execute(text("SELECT kind, region, valid_to FROM gate")).one()
        assert (gate.kind, gate.region) == ("location", "NY")
        assert gate.valid_to is not None
        level = session.execute(text("SELECT age_band FROM level_of_care")).scalar()
        assert level == "adolescent"
        assert session.execute(text("SELECT version FROM participant")).scalar() == 1
    empty_database.dispose()


_SOMEBODY_FROM_BEFORE = {
    "program": """INSERT INTO program
        (id, name, timezone, night_at, horizon_weeks, reserve_at_once, crisis_line, phone,
         publish_offers, offer_hours)
        VALUES ('p', 'Lakeside', 'America/New_York', '04:15', 8, 0, '988', '', 0, 24)""",
    "level_of_care": """INSERT INTO level_of_care (code, name, source, clinician_confirmed)
        VALUES ('iop-adolescent', 'Intensive outpatient', 'made up', 0)""",
    "participant": """INSERT INTO participant
        (id, program_id, first_name, last_name, email, phone, timezone, region, language,
         age_band, attributes, status, created_at, search_text)
        VALUES ('a', 'p', 'Ada', 'Quill', '', '', 'America/New_York', 'NY', '[]', 'adult', '{}',
         'active', '2026-11-01 00:00:00', '')""",
}


def _schema(database: Database) -> list[str]:
    with database.read() as session:
        statements = session.execute(text("SELECT sql FROM sqlite_master ORDER BY name"))
        return [row.sql for row in statements]
