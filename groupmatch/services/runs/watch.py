"""Watches over a running run: writes down how far it is, and hears when it is to stop."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from time import monotonic

from sqlalchemy.exc import OperationalError

from groupmatch import clock, matching
from groupmatch.database import Database
from groupmatch.records import Run, RunState
from groupmatch.services import locks

#: How often the database is asked and told.
_SECONDS = 2.0

_log = logging.getLogger(__name__)
#: Moments of a goal that are kept for its picture.
_MOST_MOMENTS = 80


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
        self._path: list[list[float]] = []

    def __call__(self, progress: matching.Progress | None) -> None:
        """Pass the progress on; now and then write it down. Raises RunCancelled.

        A database that is away for a while costs no solve: what must not go on is refused when
        the draft is to be kept, too.
        """
        if progress:
            self._follow(progress)
            self._on_progress(progress)
        if monotonic() - self._looked_at >= _SECONDS:
            try:
                self._look()
            except OperationalError as error:
                _log.warning("progress was not written down: %s", type(error).__name__)
            self._looked_at = monotonic()

    def _follow(self, progress: matching.Progress) -> None:
        """Keep how value and bound came together; in a long path every second moment is dropped."""
        if self._latest and self._latest.tier != progress.tier:
            self._path = []
        self._latest = progress
        self._path.append([round(progress.elapsed, 1), progress.value, progress.bound])
        if len(self._path) > _MOST_MOMENTS:
            self._path = [*self._path[:-1:2], self._path[-1]]

    def _look(self) -> None:
        with self._database.transaction() as session:
            run = session.get_one(Run, self._run_id)
            locks.hold(session, run)
            refuse_to_go_on(run)
            told = asdict(self._latest) if self._latest else {}
            run.progress = told | {"at": clock.now().isoformat(), "path": self._path}


def refuse_to_go_on(run: Run) -> None:
    """Raise RunCancelled unless the run is still wanted."""
    if run.cancel_asked_at or run.state != RunState.RUNNING:
        raise RunCancelled
