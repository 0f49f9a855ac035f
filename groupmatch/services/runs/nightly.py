"""The nightly job: one run per program and local date, whatever crashes, restarts or doubles.

It is level-triggered. Every minute it asks the database whether tonight's run is there, so that
no clock change, no late start and no missed minute can lose a night or repeat one. The claim on
a night and the run that serves it are written in one transaction, under the program's lock.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from threading import Event
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.errors import Conflict
from groupmatch.records import JobRun, Program, Run, RunKind, RunState
from groupmatch.services import locks
from groupmatch.services.care import discharge, plans
from groupmatch.services.groups import groups
from groupmatch.services.runs import runs
from groupmatch.services.runs.signs import this_process
from groupmatch.settings import Settings
from groupmatch.traces import trace

JOB = "nightly"
#: A night whose run has failed so often is left to a person, who sees it in the morning.
MOST_ATTEMPTS = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Night:
    """One program's night: the local date whose run is due."""

    program_id: str
    on: date


class Nightly:
    """The nightly job of one process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._stopping = Event()
        self._running: str | None = None

    def run_due(self) -> None:
        """Run what is due in any program and that nobody has claimed, one after another."""
        for night in nights_due(self._database):
            if self._stopping.is_set():
                return
            with self._database.transaction() as session:
                self._running = claim(session, night)
            if self._running:
                self._run(night, self._running)

    def stop(self) -> None:
        """Begin nothing more, and end the run that goes on; the next start takes it up again."""
        self._stopping.set()
        if self._running:
            with self._database.transaction() as session:
                run = session.get_one(Run, self._running)
                if run.state == RunState.RUNNING:
                    runs.ask_to_cancel(session, run, by=None)

    def _run(self, night: Night, run_id: str) -> None:
        _log.info("program %s: run %s begins for %s", night.program_id, run_id, night.on)
        try:
            run = runs.execute(self._database, self._settings, run_id)
        except OperationalError as error:
            _log.warning("run %s lost the database: %s", run_id, type(error).__name__)
            return
        except Exception as error:
            # One program's failure must not cost the others their night.
            _log.error("run %s failed: %s", run_id, trace(error))
            return
        finally:
            self._running = None
        _log.info("run %s: %s", run_id, run.state)
        if run.state == RunState.CANCELLED and self._stopping.is_set():
            with self._database.transaction() as session:
                _give_back(session, run_id)


def is_due(program: Program) -> date | None:
    """The program's local date, if its night hour has come."""
    local = clock.now().astimezone(ZoneInfo(program.timezone))
    return local.date() if local.time() >= time.fromisoformat(program.night_at) else None


def claim(session: Session, night: Night) -> str | None:
    """Claim a night and begin its run; the run's id, or None when there is nothing to do.

    A night is done when its run is, or when a person cancelled it. A run that failed or fell
    silent is tried again, thrice in all.
    """
    locks.hold_program(session, night.program_id)
    program = session.get_one(Program, night.program_id)
    held = next((each for each in _claims(session, [night]) if _night_of(each) == night), None)
    if held and _is_over(held):
        return None
    try:
        run = runs.start_run(session, program, kind=RunKind.NIGHTLY, by=None)
    except Conflict:
        return None
    groups.finish_ended_groups(session, program)
    plans.finish_ended_plans(session, program)
    discharge.finish_leaving(session, program)
    mine = held or JobRun(job=JOB, program_id=program.id, local_date=night.on, attempts=0)
    mine.attempts += 1
    mine.run_id, mine.claimed_at, mine.claimed_by = run.id, clock.now(), this_process()
    session.add(mine)
    return run.id


def nights_due(database: Database) -> list[Night]:
    with database.read() as session:
        programs = session.scalars(select(Program).order_by(Program.id)).all()
        nights = [Night(each.id, on) for each in programs if (on := is_due(each)) is not None]
        over = {_night_of(each) for each in _claims(session, nights) if _is_over(each)}
    return [night for night in nights if night not in over]


def _claims(session: Session, nights: list[Night]) -> Sequence[JobRun]:
    query = (
        select(JobRun)
        .where(JobRun.job == JOB, JobRun.local_date.in_({night.on for night in nights}))
        .options(joinedload(JobRun.run))
    )
    return session.scalars(query).all()


def _night_of(held: JobRun) -> Night:
    return Night(held.program_id, held.local_date)


def _is_over(held: JobRun) -> bool:
    kept = held.run is not None and held.run.state in (RunState.DONE, RunState.CANCELLED)
    return kept or held.attempts >= MOST_ATTEMPTS


def _give_back(session: Session, run_id: str) -> None:
    held = session.scalars(select(JobRun).where(JobRun.run_id == run_id)).one()
    held.run_id, held.attempts = None, held.attempts - 1
