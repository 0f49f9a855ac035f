"""What the connection promises, whoever uses it."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import Payer
from tests import cast


def test_an_error_does_not_quote_the_people_it_was_about(session: Session) -> None:
    program = cast.program(session)
    with pytest.raises(IntegrityError) as caught:
        cast.participant(session, program, "Ada", last_name="Quill", timezone=None)
    assert "participant.timezone" in str(caught.value)
    assert "Quill" not in str(caught.value)


@pytest.mark.postgresql
def test_a_session_that_reads_sees_one_state_to_the_end(postgresql_database: Database) -> None:
    """The night reads a program in many queries, while people go on working. (SQLite keeps
    writers from committing while somebody reads.)
    """
    with postgresql_database.read() as reading:
        assert reading.scalars(select(Payer)).all() == []
        with postgresql_database.transaction() as writing:
            writing.add(Payer(code="new", name="New"))
        assert reading.scalars(select(Payer)).all() == []
    with postgresql_database.read() as reading:
        assert [payer.code for payer in reading.scalars(select(Payer))] == ["new"]
