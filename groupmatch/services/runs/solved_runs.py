"""The last solved run of a program, kept in this process so that questions to it are quick.

One run is kept, whichever was asked for last, with the draft as people have edited it. It is
loaded in a thread of its own: pages wait for it a moment at most, and ask again.
"""

from collections.abc import Mapping
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


#: A run, and the edits of its draft.
_Key = tuple[str, tuple[tuple[str, str | None], ...]]


class SolvedRuns:
    """The run that is kept; make it once a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: _Key | None = None
        self._run: SolvedRun | None = None
        self._loading: Thread | None = None

    def get(
        self, database: Database, run_id: str, edits: Mapping[str, str | None] | None = None
    ) -> SolvedRun | None:
        """The run, if it is here; otherwise None at once, and it is being fetched.

        `edits` are as `SolvedRun` takes them.
        """
        key = run_id, tuple(sorted((edits or {}).items()))
        with self._lock:
            if self._key == key:
                return self._run
            self._key, self._run = key, None
            self._loading = Thread(target=self._load, args=(database, key), daemon=True)
            self._loading.start()
        return None

    def wait(self, seconds: float | None = None) -> None:
        """Until what is being fetched is here, or so many seconds at most."""
        if self._loading:
            self._loading.join(seconds)

    def _load(self, database: Database, key: "_Key") -> None:
        run, (run_id, edits) = None, key
        try:
            with database.read() as session:
                query = select(Run.problem, Run.solution).where(Run.id == run_id)
                problem, solution = session.execute(query).one()
            run = SolvedRun(problem, solution, dict(edits))
        finally:
            with self._lock:
                # Another one may have been asked for meanwhile; after a failure, any may be.
                if self._key == key:
                    self._key, self._run = key if run else None, run
