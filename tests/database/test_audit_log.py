"""The audit log is only appended to: the database itself refuses anything else."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from groupmatch.database import Database
from groupmatch.services.audit import audit
from tests import cast
from tests.cast import NOW

CHANGES = (
    "UPDATE audit_entry SET reason = 'another'",
    "DELETE FROM audit_entry",
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.usefixtures("fixed_clock")
def test_an_entry_is_neither_changed_nor_removed(database: Database, change: str) -> None:
    _one_entry(database)
    with pytest.raises(DBAPIError, match="only appended to"), database.transaction() as session:
        session.execute(text(change))
    with database.read() as session:
        assert session.execute(text("SELECT reason FROM audit_entry")).scalar() == "because"


@pytest.mark.usefixtures("fixed_clock")
def test_without_the_triggers_an_entry_can_be_changed(sqlite_database: Database) -> None:
    """The control: it is the triggers that refuse."""
    _one_entry(sqlite_database)
    with sqlite_database.transaction() as session:
        session.execute(text("DROP TRIGGER audit_entry_kept_from_update"))
        session.execute(text(CHANGES[0]))
    with sqlite_database.read() as session:
        assert session.execute(text("SELECT reason FROM audit_entry")).scalar() == "another"


def _one_entry(database: Database) -> None:
    with database.transaction() as session:
        program = cast.program(session)
        assert program.id
        audit.record(
            session, "program.opened", program, by=None, reason="because", after={"at": str(NOW)}
        )
