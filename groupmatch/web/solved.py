"""The last solved run, as this process keeps it."""

from flask import current_app

from groupmatch.matching import SolvedRun
from groupmatch.services.solved_runs import LastRun, SolvedRuns, last_run
from groupmatch.web import transaction

_KEY = "groupmatch.solved_runs"


def last_solved(program_id: str) -> tuple[LastRun | None, SolvedRun | None]:
    """The last run of a program, and what is known of it by now: None while it is being fetched."""
    last = last_run(transaction.session(), program_id)
    if last is None:
        return None, None
    kept: SolvedRuns = current_app.extensions.setdefault(_KEY, SolvedRuns())
    return last, kept.get(transaction.database(), last.id)
