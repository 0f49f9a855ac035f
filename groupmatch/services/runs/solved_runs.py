"""The last solved run of a program, kept in this process so that questions to it are quick.

One run is kept, whichever was asked for last, and beside it the same with the draft as people have
edited it. It is loaded in a thread of its own: pages wait for it a moment at most, and ask again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from typing import NamedTuple

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
        self._edited: _Edited | None = None
        self._loading: Thread | None = None

    def get(
        self, database: Database, run_id: str, edits: Mapping[str, str | None] | None = None
    ) -> SolvedRun | None:
        """The run, if it is here; otherwise None at once, and it is being fetched.

        `edits` are as `SolvedRun.edited` takes them.
        """
        with self._lock:
            if self._id != run_id:
                self._id, self._run, self._edited = run_id, None, None
                self._loading = Thread(target=self._load, args=(database, run_id), daemon=True)
                self._loading.start()
            run = self._run
        return self._with(run, edits) if run and edits else run

    def here(self, run_id: str) -> SolvedRun | None:
        """The run, if it is here; otherwise nothing is done about it."""
        with self._lock:
            return self._run if self._id == run_id else None

    def wait(self, seconds: float | None = None) -> None:
        """Until what is being fetched is here, or so many seconds at most."""
        if self._loading:
            self._loading.join(seconds)

    def _with(self, run: SolvedRun, edits: Mapping[str, str | None]) -> SolvedRun:
        kept = self._edited
        if kept is None or kept.of is not run or kept.edits != edits:
            kept = self._edited = _Edited(run, edits, run.edited(edits))
        return kept.run

    def _load(self, database: Database, run_id: str) -> None:
        run = None
        try:
            with database.read() as session:
                query = select(Run.problem, Run.solution).where(Run.id == run_id)
                problem, solution = session.execute(query).one()
            run = SolvedRun.parsed(problem, solution)
        finally:
            with self._lock:
                # Another one may have been asked for meanwhile; after a failure, any may be.
                if self._id == run_id:
                    self._id, self._run = run_id if run else None, run


class _Edited(NamedTuple):
    """A run with the edits of its draft."""

    of: SolvedRun
    edits: Mapping[str, str | None]
    run: SolvedRun
