"""The last solved run of a program, kept in this process so that questions to it are quick.

One run is kept, whichever was asked for last. It is loaded in a thread of its own: pages never
wait for it, and ask again.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.matching import SolvedRun
from groupmatch.records import Run, RunState


@dataclass(frozen=True)
class LastRun:
    """The last run that found a solution, and when that was."""

    id: str
    started_at: datetime


def last_run(session: Session, program_id: str) -> LastRun | None:
    """The last run of a program that kept its problem and its solution."""
    query = (
        select(Run.id, Run.started_at)
        .where(
            Run.program_id == program_id,
            Run.state == RunState.DONE,
            Run.problem.is_not(None),
            Run.solution.is_not(None),
        )
        .order_by(Run.started_at.desc(), Run.id)
        .limit(1)
    )
    found = session.execute(query).first()
    return LastRun(*found) if found else None


class SolvedRuns:
    """The run that is kept; make it once a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._id: str | None = None
        self._run: SolvedRun | None = None
        self._loading: Thread | None = None

    def get(self, database: Database, run_id: str) -> SolvedRun | None:
        """The run, if it is here; otherwise None at once, and it is being fetched."""
        with self._lock:
            if self._id == run_id:
                return self._run
            self._id, self._run = run_id, None
            self._loading = Thread(target=self._load, args=(database, run_id), daemon=True)
            self._loading.start()
        return None

    def wait(self) -> None:
        """Until what is being fetched is here."""
        if self._loading:
            self._loading.join()

    def _load(self, database: Database, run_id: str) -> None:
        run = None
        try:
            with database.read() as session:
                query = select(Run.problem, Run.solution).where(Run.id == run_id)
                problem, solution = session.execute(query).one()
            run = SolvedRun(problem, solution)
        finally:
            with self._lock:
                # Another one may have been asked for meanwhile; after a failure, any may be.
                if self._id == run_id:
                    self._id, self._run = run_id if run else None, run
