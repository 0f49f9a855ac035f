"""The database is stopped in the middle of the night's run, and comes back."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import time_machine
from sqlalchemy import func, select

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.records import DraftBundle, Run, RunState, Seat
from groupmatch.scheduler import Scheduler
from groupmatch.services.runs import runs
from groupmatch.settings import load
from tests import cast, postgresql
from tests.shows.lost_database import Told

_BEGUN_SECONDS = 60.0


def stopped(folder: Path, seconds: float, careless: bool) -> Told:
    """One scheduler, never restarted: it begins, loses the database, and finishes at last.

    Without care, nobody tries a night again that has been claimed once.
    """
    told = Told()
    with postgresql.a_server(folder) as server:
        database = Database(server.url(answers_early=False))
        upgrade(database)
        with database.transaction() as session:
            people = cast.make_cast(session)
            people.program.night_at = people.other_program.night_at = "00:00"
        scheduler = Scheduler(database, load({"GROUPMATCH_DATA": str(folder)}))
        night = threading.Thread(target=scheduler.run_once)
        night.start()
        _wait_until_it_runs(database)
        server.lose_power()
        time.sleep(seconds)
        server.start()
        night.join()
        if not careless:
            with time_machine.travel(clock.now() + runs.SILENCE + timedelta(seconds=1), tick=True):
                scheduler.run_once()
        _count(database, told)
        database.dispose()
    return told


def _wait_until_it_runs(database: Database) -> None:
    deadline = time.monotonic() + _BEGUN_SECONDS
    while time.monotonic() < deadline:
        with database.read() as session:
            if session.scalar(select(Run.id).where(Run.state == RunState.RUNNING)):
                return
        time.sleep(0.02)


def _count(database: Database, told: Told) -> None:
    """Two programs, one done run each; Ada's seat as it was, and Ben in the draft."""
    with database.read() as session:
        states = list(session.scalars(select(Run.state)))
        seats = session.scalar(select(func.count()).select_from(Seat))
        bundles = session.scalar(select(func.count()).select_from(DraftBundle))
    told.yes, told.wait = 2, states.count(RunState.FAILED) + states.count(RunState.RUNNING)
    told.lost = told.yes - states.count(RunState.DONE)
    told.ending = f"{states.count(RunState.DONE)} nights done, {bundles} bundles, {seats} seat"
    if not told.lost and (seats, bundles) != (1, 1):
        told.wrong.append("seats or drafts are not as they must be")
