"""What is exported imports elsewhere to the same, and nothing is lost on the way."""

import csv
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import Program
from groupmatch.resources import shipped
from groupmatch.services import spreadsheets
from groupmatch.services.care import plans
from groupmatch.services.programs import programs
from groupmatch.services.requests import requests
from groupmatch.services.requests.requests import RequestWish
from groupmatch.services.spreadsheets import KINDS
from tests.cast import TODAY, make_cast


def _imported(session: Session, name: str, texts: dict[str, str]) -> Program:
    """A new program with these spreadsheets in it."""
    made = programs.create_program(session, name=name, timezone="America/New_York", by=None)
    for kind, text in texts.items():
        report = spreadsheets.import_rows(session, made, kind, text.encode())
        assert report.problems == ()
        assert report.new == len(_table(text)) - 1
    return made


def _table(text: str) -> list[str]:
    """The lines beneath the label that 42 CFR Part 2 asks for."""
    return [line for line in text.splitlines() if not line.startswith("# 42 CFR")]


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
        assert len(_table(first[kind])) == len(_table(text)), kind


@pytest.mark.usefixtures("fixed_clock")
def test_what_is_agreed_ahead_survives_it_too(database: Database) -> None:
    """The end of a plan with its taper, the seat that is reserved for after it, and last dates."""
    ends_on, after = TODAY + timedelta(weeks=5), TODAY + timedelta(weeks=5, days=1)
    with database.transaction() as session:
        people = make_cast(session)
        plan = requests.add_plan(
            session,
            people.ben,
            level_code="iop-adult",
            requests=[RequestWish(["anxiety-depression"]), RequestWish(["cbt"])],
            external_id="week",
            by=None,
        )
        plans.end_plan(session, plan, ends_on=ends_on, taper_weeks=2, by=None)
        requests.need_from(session, people.ben_request, after, by=None)
        people.ada_seat.ends_on = ends_on
        session.flush()
        first = _exported(session, people.program)
        second = _exported(session, _imported(session, "Second", first))
    assert [second[kind] for kind in ("requests", "seats")] == [first["requests"], first["seats"]]
    [seat] = csv.DictReader(first["seats"].splitlines())
    assert seat["ends_on"] == ends_on.isoformat()
    asked = list(csv.DictReader(first["requests"].splitlines()))
    assert {row["needed_from"] for row in asked} == {"", after.isoformat()}
    of_plan = [(row["plan_ends_on"], row["plan_taper_weeks"]) for row in asked if row["plan"]]
    assert of_plan == [(ends_on.isoformat(), "2")] * 2
    assert "week" in {row["plan"] for row in asked}


@pytest.mark.usefixtures("fixed_clock")
def test_dates_ahead_are_changed_and_taken_back_by_import(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        people = make_cast(session)
        written = spreadsheets.export_rows(session, people.program, "seats")
        on = (TODAY + timedelta(days=9)).isoformat()
        dated = written.replace(",,active", f",{on},active")
        report = spreadsheets.import_rows(session, people.program, "seats", dated.encode())
        assert [change.columns for change in report.changes] == [("ends_on",)]
        assert people.ada_seat.ends_on == TODAY + timedelta(days=9)
        past = dated.replace(on, (TODAY - timedelta(days=1)).isoformat())
        refused = spreadsheets.import_rows(session, people.program, "seats", past.encode())
        assert [problem.row for problem in refused.problems] == [2]
        spreadsheets.import_rows(session, people.program, "seats", written.encode())
        assert people.ada_seat.ends_on is None
