"""Runs: begun once at a time, worked in a child process, cancelled, failed and taken up again."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from groupmatch import matching
from groupmatch.database import Database
from groupmatch.errors import Conflict
from groupmatch.records import (
    BundleState,
    DraftBundle,
    Program,
    Run,
    RunKind,
    RunState,
    Seat,
)
from groupmatch.services.drafts import drafts
from groupmatch.services.drafts.publishing import publish
from groupmatch.services.runs import runs
from groupmatch.services.runs.watch import Watch
from groupmatch.settings import Settings, load
from tests.cast import NOW, Cast, make_cast
from tests.services.drafting import match


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"GROUPMATCH_DATA": str(tmp_path), "GROUPMATCH_SOLVE_SECONDS": "30"})


def begin(database: Database, cast: Cast) -> str:
    with database.transaction() as session:
        return runs.start_run(session, cast.program, kind=RunKind.BY_HAND, by=cast.mara.id).id


def the_cast(database: Database) -> Cast:
    with database.transaction() as session:
        return make_cast(session)


def test_the_story_from_waiting_to_a_seat(database: Database, settings: Settings) -> None:
    """Ben waits; a run proposes a seat; Mara approves and publishes; Ben has a seat."""
    cast = the_cast(database)
    heard: list[matching.Progress] = []
    run = runs.execute(database, settings, begin(database, cast), on_progress=heard.append)
    assert (run.state, run.failure) == (RunState.DONE, None)
    assert {progress.tier for progress in heard} >= {"placed", "cost"}
    assert (run.progress or {}).keys() >= {"at"}
    with database.transaction() as session:
        for bundle in drafts.current_draft(session, cast.program).bundles:
            drafts.approve(session, bundle, by=cast.mara.id)
    with database.transaction() as session:
        report = publish(session, cast.program, by=cast.mara.id)
        assert [len(report.published), len(report.refused)] == [1, 0]
    with database.read() as session:
        seat = session.scalars(select(Seat).where(Seat.participant_id == cast.ben.id)).one()
        assert (seat.group_id, seat.state) == (cast.group.id, "active")
        kept = session.get_one(Seat, cast.ada_seat.id)
        assert kept.state == "active"


def test_two_coordinators_who_publish_at_once_publish_once(database: Database) -> None:
    cast = the_cast(database)
    with time_machine.travel(NOW, tick=False), database.transaction() as session:
        match(session, cast.program)
        for bundle in drafts.current_draft(session, cast.program).bundles:
            drafts.approve(session, bundle, by=None)

    def publish_all() -> int:
        with database.transaction() as session:
            program = session.get_one(Program, cast.program.id)
            return len(publish(session, program, by=None).published)

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(publish_all) for _ in range(2)]
        assert sorted(each.result() for each in done) == [0, 1]


def test_a_run_that_goes_on_keeps_another_from_beginning(session: Session, cast: Cast) -> None:
    runs.start_run(session, cast.program, kind=RunKind.BY_HAND, by=None)
    with pytest.raises(Conflict, match="run_in_progress"):
        runs.start_run(session, cast.program, kind=RunKind.NIGHTLY, by=None)
    other = runs.start_run(session, cast.other_program, kind=RunKind.NIGHTLY, by=None)
    assert other.state == RunState.RUNNING


def test_a_run_that_fell_silent_is_taken_for_interrupted(
    session: Session, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    dead = runs.start_run(session, cast.program, kind=RunKind.NIGHTLY, by=None)
    fixed_clock.shift(runs.SILENCE + timedelta(seconds=1))
    runs.start_run(session, cast.program, kind=RunKind.NIGHTLY, by=None)
    assert (dead.state, dead.failure) == (RunState.FAILED, "interrupted")


def test_a_run_that_shows_signs_of_life_is_left_alone(
    session: Session, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    alive = runs.start_run(session, cast.program, kind=RunKind.NIGHTLY, by=None)
    fixed_clock.shift(2 * runs.SILENCE)
    alive.progress = {"at": (NOW + runs.SILENCE * 1.5).isoformat()}
    with pytest.raises(Conflict, match="run_in_progress"):
        runs.start_run(session, cast.program, kind=RunKind.BY_HAND, by=None)


def test_a_cancelled_run_leaves_the_draft_of_before(
    sqlite_database: Database, settings: Settings
) -> None:
    cast = the_cast(sqlite_database)
    with sqlite_database.transaction() as session:
        match(session, cast.program)
    run_id = begin(sqlite_database, cast)
    with sqlite_database.transaction() as session:
        runs.ask_to_cancel(session, session.get_one(Run, run_id), by=cast.mara.id)
    assert runs.execute(sqlite_database, settings, run_id).state == RunState.CANCELLED
    with sqlite_database.read() as session:
        [bundle] = session.scalars(select(DraftBundle))
        assert (bundle.state, bundle.run_id == run_id) == (BundleState.PROPOSED, False)


def test_only_a_run_that_goes_on_is_cancelled(session: Session, cast: Cast) -> None:
    run = match(session, cast.program)
    with pytest.raises(Conflict, match="run_over"):
        runs.ask_to_cancel(session, run, by=None)


def test_a_solver_that_crashes_fails_the_run_loudly_and_changes_nothing(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = the_cast(sqlite_database)
    run_id = begin(sqlite_database, cast)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(matching.SolveFailed):
        runs.execute(sqlite_database, settings, run_id)
    with sqlite_database.read() as session:
        run = session.get_one(Run, run_id)
        assert (run.state, run.failure) == (RunState.FAILED, "crashed")
        assert list(session.scalars(select(DraftBundle))) == []


def test_a_run_that_was_ended_meanwhile_does_not_store_its_draft(
    sqlite_database: Database, settings: Settings
) -> None:
    """Taken for dead while it worked: its successor's draft must stand."""
    cast = the_cast(sqlite_database)
    run_id = begin(sqlite_database, cast)

    def end_it(progress: matching.Progress) -> None:
        with sqlite_database.transaction() as session:
            run = session.get_one(Run, run_id)
            run.state, run.failure = RunState.FAILED, "interrupted"

    run = runs.execute(sqlite_database, settings, run_id, on_progress=end_it)
    assert (run.state, run.failure) == (RunState.FAILED, "interrupted")
    with sqlite_database.read() as session:
        assert list(session.scalars(select(DraftBundle))) == []


def test_a_database_that_is_away_while_the_solver_works_costs_no_solve(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = the_cast(sqlite_database)
    run_id = begin(sqlite_database, cast)
    looks = []

    def away(_watch: Watch) -> None:
        looks.append(1)
        raise OperationalError("SELECT", {}, Exception("the server is gone"))

    monkeypatch.setattr(Watch, "_look", away)
    assert runs.execute(sqlite_database, settings, run_id).state == RunState.DONE
    assert looks


def test_a_preview_tells_and_writes_nothing(sqlite_database: Database, settings: Settings) -> None:
    cast = the_cast(sqlite_database)
    did, result = runs.preview(sqlite_database, settings, cast.program.id)
    assert (did.placed, did.unplaced, did.held_back) == (1, 0, 0)
    assert result["status"] == "optimal"
    with sqlite_database.read() as session:
        assert list(session.scalars(select(Run))) == []
        assert list(session.scalars(select(DraftBundle))) == []
