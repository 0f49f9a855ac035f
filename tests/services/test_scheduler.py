"""Real scheduler processes: doubled, killed and told to end, each night has one run."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import DraftBundle, Run, RunState, Seat, SeatState
from groupmatch.scheduler import Scheduler
from groupmatch.services.runs import runs, signs
from groupmatch.settings import Settings, load
from tests import cast

_SCHEDULER = "from groupmatch.cli import main; main()"
#: The same, but nothing is written that says whose night it is.
_WITHOUT_CLAIM = (
    """
from groupmatch.errors import Conflict
from groupmatch.records import Program, RunKind
from groupmatch.services.runs import nightly, runs

def claim(session, night):
    program = session.get_one(Program, night.program_id)
    try:
        return runs.start_run(session, program, kind=RunKind.NIGHTLY, by=None).id
    except Conflict:
        return None

nightly.claim = claim
"""
    + _SCHEDULER
)


@dataclass(frozen=True)
class Place:
    """A program whose night has come: Ben waits for a seat beside Ada."""

    database: Database
    folder: Path

    @property
    def settings(self) -> Settings:
        return load(self.environment)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database.url.render_as_string(hide_password=False),
            "GROUPMATCH_DATA": str(self.folder),
        }

    def start(self, *arguments: str, code: str = _SCHEDULER) -> subprocess.Popen[bytes]:
        """A scheduler process."""
        return subprocess.Popen(
            [sys.executable, "-c", code, "scheduler", *arguments],
            env={**os.environ, **self.environment},
            stderr=subprocess.DEVNULL,
        )

    def runs(self) -> list[Run]:
        with self.database.read() as session:
            return list(session.scalars(select(Run).order_by(Run.started_at, Run.id)))


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    return make_place(database, tmp_path)


def make_place(database: Database, folder: Path) -> Place:
    with database.transaction() as session:
        program = cast.program(session, night_at="00:00")
        group = cast.therapy_group(session, program, leaders=[cast.therapist(session, program)])
        ada, ben = (cast.participant(session, program, name) for name in ("Ada", "Ben"))
        cast.seat(session, cast.request(session, ada), group)
        cast.request(session, ben)
    return Place(database, folder)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def three_at_once_and_one_more(place: Place, code: str) -> Counter[object]:
    """How many runs each local date got."""
    for processes in (3, 1):
        started = [place.start("--once", code=code) for _ in range(processes)]
        assert [process.wait(timeout=120) for process in started] == [0] * processes
    assert {run.state for run in place.runs()} == {RunState.DONE}
    return Counter(run.local_date for run in place.runs())


@pytest.mark.postgresql
def test_three_schedulers_and_a_restart_make_one_run(
    postgresql_database: Database, tmp_path: Path
) -> None:
    place = make_place(postgresql_database, tmp_path)
    assert set(three_at_once_and_one_more(place, _SCHEDULER).values()) == {1}


@pytest.mark.postgresql
def test_without_the_claim_they_make_several(postgresql_database: Database, tmp_path: Path) -> None:
    place = make_place(postgresql_database, tmp_path)
    assert max(three_at_once_and_one_more(place, _WITHOUT_CLAIM).values()) > 1


def test_a_process_that_is_killed_mid_run_leaves_everything_as_it_was(place: Place) -> None:
    process = place.start()
    wait_until(lambda: len(place.runs()) == 1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    [killed] = place.runs()
    assert killed.state == RunState.RUNNING
    assert state_of(place.database) == ([SeatState.ACTIVE], 0)

    # The next start waits until the silence is long enough, and then catches up.
    Scheduler(place.database, place.settings).run_once()
    assert len(place.runs()) == 1
    with time_machine.travel(clock.now() + runs.SILENCE + timedelta(seconds=1), tick=True):
        Scheduler(place.database, place.settings).run_once()
    assert [(run.state, run.failure) for run in place.runs()] == [
        (RunState.FAILED, "interrupted"),
        (RunState.DONE, None),
    ]
    assert state_of(place.database) == ([SeatState.ACTIVE], 1)


def state_of(database: Database) -> tuple[list[SeatState], int]:
    """The seats' states, and how many bundles there are."""
    with database.read() as session:
        bundles = session.scalars(select(DraftBundle)).all()
        return [seat.state for seat in session.scalars(select(Seat))], len(bundles)


def test_a_scheduler_that_is_told_to_end_gives_its_night_back(
    sqlite_database: Database, tmp_path: Path
) -> None:
    place = make_place(sqlite_database, tmp_path)
    process = place.start()
    wait_until(lambda: len(place.runs()) == 1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    [run] = place.runs()
    assert run.state == RunState.CANCELLED
    Scheduler(place.database, place.settings).run_once()
    assert [run.state for run in place.runs()] == [RunState.CANCELLED, RunState.DONE]


def test_a_clock_that_is_set_back_does_not_keep_a_scheduler_waiting(
    sqlite_database: Database, tmp_path: Path
) -> None:
    scheduler = Scheduler(sqlite_database, load({"GROUPMATCH_DATA": str(tmp_path)}))
    right = clock.now()
    with time_machine.travel(right + timedelta(days=1), tick=True) as wrong:
        scheduler.start()
        try:
            wait_until(lambda: last_sign(sqlite_database) > right)
            wrong.move_to(right)
            scheduler.mind_the_clock()
            wait_until(lambda: last_sign(sqlite_database) < right + timedelta(hours=1))
        finally:
            scheduler.stop()


def last_sign(database: Database) -> datetime:
    with database.read() as session:
        return signs.last(session) or datetime.min.replace(tzinfo=UTC)
