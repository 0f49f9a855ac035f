"""Watches over a running run: writes down how far it is, and hears when it is to stop."""

from collections.abc import Callable
from dataclasses import asdict
from time import monotonic

from groupmatch import clock, matching
from groupmatch.database import Database
from groupmatch.records import Run, RunState
from groupmatch.services import locks

#: How often the database is asked and told.
_SECONDS = 2.0


class RunCancelled(Exception):
    """A person asked the run to stop, or it was taken for dead and ended."""


class Watch:
    """Called by the solver's parent with each progress, and with None several times a second."""

    def __init__(
        self,
        database: Database,
        run_id: str,
        on_progress: Callable[[matching.Progress], None],
    ) -> None:
        self._database = database
        self._run_id = run_id
        self._on_progress = on_progress
        self._latest: matching.Progress | None = None
        self._looked_at = float("-inf")

    def __call__(self, progress: matching.Progress | None) -> None:
        """Pass the progress on; now and then write it down. Raises RunCancelled."""
        if progress:
            self._latest = progress
            self._on_progress(progress)
        if monotonic() - self._looked_at >= _SECONDS:
            self._look()
            self._looked_at = monotonic()

    def _look(self) -> None:
        with self._database.transaction() as session:
            run = session.get_one(Run, self._run_id)
            locks.hold(session, run)
            refuse_to_go_on(run)
            told = asdict(self._latest) if self._latest else {}
            run.progress = told | {"at": clock.now().isoformat()}


def refuse_to_go_on(run: Run) -> None:
    """Raise RunCancelled unless the run is still wanted."""
    if run.cancel_asked_at or run.state != RunState.RUNNING:
        raise RunCancelled
