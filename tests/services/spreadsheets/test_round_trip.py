"""What is exported imports elsewhere to the same, and nothing is lost on the way."""

import pytest
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import Program
from groupmatch.resources import shipped
from groupmatch.services import programs, spreadsheets
from groupmatch.services.spreadsheets import KINDS


def _imported(session: Session, name: str, texts: dict[str, str]) -> Program:
    """A new program with these spreadsheets in it."""
    made = programs.create_program(session, name=name, timezone="America/New_York", by=None)
    for kind, text in texts.items():
        report = spreadsheets.import_rows(session, made, kind, text.encode())
        assert report.problems == ()
        assert report.new == len(text.splitlines()) - 1
    return made


def _exported(session: Session, program: Program) -> dict[str, str]:
    return {kind: spreadsheets.export_rows(session, program, kind) for kind in KINDS}


@pytest.mark.usefixtures("fixed_clock")
def test_the_samples_survive_the_round_trip(database: Database) -> None:
    samples = {
        kind: (shipped("config") / "samples" / f"{kind}.csv").read_text(encoding="utf-8")
        for kind in KINDS
    }
    with database.transaction() as session:
        first = _exported(session, _imported(session, "First", samples))
        second = _exported(session, _imported(session, "Second", first))
    assert second == first
    for kind, text in samples.items():
        assert len(first[kind].splitlines()) == len(text.splitlines()), kind
