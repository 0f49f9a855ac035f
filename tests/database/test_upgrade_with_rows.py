"""An upgrade from any earlier migration keeps every row that was there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Integer,
    MetaData,
    Table,
    insert,
    select,
    text,
)

from groupmatch.database import Database, Record
from groupmatch.database.upgrade import at_head, revisions, upgrade
from groupmatch.records import GroupSession, Run

_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
#: Values that a name asks for; every other text is the column's own name.
_BY_NAME = {
    "timezone": "America/New_York",
    "night_at": "04:15",
    "end_minute": 60,
    "start_minute": 0,
    "max_size": 8,
}

#: What the tool keeps for itself, and what takes two people.
_LEFT_OUT = {"alembic_version", "apart_pair"}
#: May be empty, but not where it says whose the row is.
_NEEDED = {"participant_id", "group_id"}

Row = dict[str, Any]


@pytest.fixture
def empty(database: Database) -> Database:
    """A database without a single table."""
    with database.engine.begin() as connection:
        if database.embedded:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            tables = MetaData()
            tables.reflect(connection)
            tables.drop_all(connection)
        else:
            connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    database.dispose()
    return database


# SQLite has no such index, so there is nothing to compare.
@pytest.mark.filterwarnings("ignore:autogenerate skipping .* expression-based index")
@pytest.mark.parametrize("revision", revisions()[:-1])
def test_rows_of_any_earlier_migration_are_kept(empty: Database, revision: str) -> None:
    upgrade(empty, to=revision)
    assert not at_head(empty)
    before = _filled(empty)
    upgrade(empty)
    assert at_head(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Record.metadata) == []
        for name, row in before.items():
            table = Record.metadata.tables[name]
            same = [key == row[key.name] for key in table.primary_key]
            after = connection.execute(select(table).where(*same)).mappings().one()
            kept = {key: after[key] for key in row if key in after}
            assert kept == {key: row[key] for key in kept}, name


def test_sessions_count_the_attendance_that_was_written_down_before(empty: Database) -> None:
    upgrade(empty, to="0014")
    _filled(empty)
    upgrade(empty)
    counts = GroupSession.came, GroupSession.excused, GroupSession.absent
    with empty.read() as session:
        assert session.execute(select(*counts)).all() == [(1, 0, 0)]


def test_runs_count_what_they_left_behind_before(empty: Database) -> None:
    upgrade(empty, to="0015")
    _filled(empty)
    upgrade(empty)
    counts = Run.placed, Run.switched, Run.moved, Run.opened, Run.without_seat, Run.held_back
    with empty.read() as session:
        assert session.execute(select(*counts)).all() == [(1, 0, 0, 0, 1, 0)]


def _filled(database: Database) -> dict[str, Row]:
    """One row in each table; by table."""
    there = MetaData()
    there.reflect(database.engine)
    rows: dict[str, Row] = {}
    with database.engine.connect().execution_options(write=True) as connection:
        for table in there.sorted_tables:
            if table.name not in _LEFT_OUT:
                rows[table.name] = _row(table, rows)
                connection.execute(insert(table), rows[table.name])
        connection.commit()
    return rows


def _row(table: Table, rows: dict[str, Row]) -> Row:
    return {column.name: _value(table, column, rows) for column in table.columns}


def _value(table: Table, column: Column[Any], rows: dict[str, Row]) -> Any:
    if column.nullable and column.name not in _NEEDED:
        return None
    for key in column.foreign_keys:
        return rows[key.column.table.name][key.column.name]
    return _BY_NAME.get(column.name, _of_type(table, column))


def _of_type(table: Table, column: Column[Any]) -> Any:
    ours = Record.metadata.tables[table.name].columns.get(column.name)
    kind = column.type if ours is None else ours.type
    if isinstance(kind, Enum):
        return kind.enums[0]
    for of, value in ((Boolean, False), (Integer, 1), (Date, _AT.date()), (JSON, [])):
        if isinstance(kind, of):
            return value
    is_instant = isinstance(column.type, DateTime)
    return _AT if is_instant else column.name
