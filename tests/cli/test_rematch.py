"""`groupmatch rematch`: match a program now, for real or as a dry run."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import DraftBundle, Run, RunKind, RunState
from groupmatch.services.runs import runs
from tests.cast import Cast, make_cast
from tests.cli.conftest import Run as Command

ALL_PLACED = "1 of 1 waiting requests"


@pytest.fixture
def people(sqlite_database: Database) -> Cast:
    """The cast, committed: Ben waits in Lakeside."""
    with sqlite_database.transaction() as session:
        return make_cast(session)


def drafts(session: Session) -> list[DraftBundle]:
    return list(session.scalars(select(DraftBundle)))


def test_a_rematch_leaves_a_draft_and_says_what_it_proposes(
    run: Command, people: Cast, sqlite_database: Database
) -> None:
    result = run("rematch", "--program", "Lakeside", "--time-limit", "60")
    assert result.exit_code == 0, result.output
    assert f"Lakeside: {ALL_PLACED} proposed a seat" in result.output
    assert "Proved best" in result.output
    with sqlite_database.read() as session:
        [kept] = session.scalars(select(Run))
        assert (kept.kind, kept.state) == (RunKind.BY_HAND, RunState.DONE)
        assert len(drafts(session)) == 1


def test_a_dry_run_says_the_same_and_keeps_nothing(
    run: Command, people: Cast, sqlite_database: Database
) -> None:
    result = run("rematch", "--program", people.program.id, "--dry-run")
    assert result.exit_code == 0, result.output
    assert f"Lakeside: {ALL_PLACED} would be proposed a seat" in result.output
    with sqlite_database.read() as session:
        assert list(session.scalars(select(Run))) == []
        assert drafts(session) == []


def test_where_there_are_several_programs_one_must_be_named(run: Command, people: Cast) -> None:
    result = run("rematch")
    assert result.exit_code == 1
    assert "“Harbor House”, “Lakeside”" in result.output


def test_a_run_that_goes_on_is_waited_for(
    run: Command, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        runs.start_run(session, people.program, kind=RunKind.NIGHTLY, by=None)
    result = run("rematch", "--program", "Lakeside")
    assert result.exit_code == 1
    assert "A match is running for this program." in result.output
