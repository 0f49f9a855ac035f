"""Programs."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import AuditEntry, Program, Topic
from groupmatch.services.programs import programs
from tests.cast import Cast


def test_a_new_program_comes_with_the_governed_vocabulary(database: Database) -> None:
    with database.transaction() as session:
        made = programs.create_program(session, name="Lakeside", timezone="America/Denver", by=None)
    with database.read() as session:
        stored = session.get_one(Program, made.id)
        assert (stored.night_at, stored.horizon_weeks, stored.max_moves) == ("04:15", 8, 0)
        assert session.get(Topic, "grief-loss")


def test_two_programs_never_have_the_same_name(session: Session, cast: Cast) -> None:
    with pytest.raises(Conflict, match="program_exists"):
        programs.create_program(session, name=cast.program.name, timezone="America/Denver", by=None)


def test_an_edit_is_audited_from_what_to_what(session: Session, cast: Cast) -> None:
    programs.edit_program(session, cast.program, by=cast.ines.id, max_moves=None, phone="555")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "program.edited")).one()
    assert entry.before == {"max_moves": 0, "phone": ""}
    assert entry.after == {"max_moves": None, "phone": "555"}


def test_an_edit_that_changes_nothing_leaves_no_trace(session: Session, cast: Cast) -> None:
    programs.edit_program(session, cast.program, by=cast.ines.id, night_at="04:15")
    assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"timezone": "Eastern"}, "unknown_zone"),
        ({"night_at": "4:15"}, "night_unreadable"),
        ({"night_at": "24:00"}, "night_unreadable"),
        ({"horizon_weeks": 27}, "horizon_out_of_range"),
        ({"max_moves": -1}, "moves_negative"),
    ],
)
def test_a_policy_that_cannot_work_is_refused(
    session: Session, cast: Cast, edit: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        programs.edit_program(session, cast.program, by=cast.ines.id, **edit)
