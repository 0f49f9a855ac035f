"""A column that holds one of many ids, on both databases."""

import pytest
from sqlalchemy import select, text

from groupmatch.database import Database
from groupmatch.database.among import among, beside_ids
from groupmatch.records import Request
from tests.cast import make_cast


@pytest.mark.parametrize("more", [0, 100_000])
def test_finds_the_rows_with_one_of_the_ids(database: Database, more: int) -> None:
    # More than either database takes as parameters.
    others = {f"o'ther {number}\"," for number in range(more)}
    with database.transaction() as session:
        people = make_cast(session)
        found = select(Request.id).where(among(Request.participant_id, {people.ada.id, *others}))
        assert session.scalars(found).all() == [people.ada_request.id]
        assert session.scalars(select(Request.id).where(among(Request.id, []))).all() == []


def test_what_has_no_id_is_not_among_them(database: Database) -> None:
    with database.transaction() as session:
        make_cast(session)
        planned = select(Request.id).where(among(Request.plan_id, ["somebody"]))
        assert session.scalars(planned).all() == []


def test_an_index_finds_them(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        people = make_cast(session)
        asked = select(Request.id).where(
            among(Request.participant_id, [people.ada.id]),
            beside_ids(Request.program_id) == people.program.id,
        )
        sent = asked.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {sent}")).all()
        assert any("ix_request_participant_id (participant_id=?)" in row.detail for row in plan)
