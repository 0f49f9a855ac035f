"""The last night as this process knows it, and what it could arrange for one who asks to switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from groupmatch.records import SwitchRequest
from groupmatch.services.runs.solved_runs import SolvedRuns, last_run
from groupmatch.services.switching import switch_options
from groupmatch.services.switching.switch_options import SwitchOption
from groupmatch.web import transaction

_KEY = "groupmatch.solved_runs"


@dataclass(frozen=True)
class Arranged:
    """Options through others, and the instant as of which: None as long as they are fetched."""

    options: Sequence[SwitchOption] | None = ()
    as_of: datetime | None = None


def solved_runs() -> SolvedRuns:
    """The run that this process keeps laid out."""
    kept: SolvedRuns = current_app.extensions.setdefault(_KEY, SolvedRuns())
    return kept


def options_for(switch: SwitchRequest) -> tuple[list[SwitchOption], Arranged]:
    """What could take a member now, and what the last night adds, without waiting for it."""
    session = transaction.session()
    last = last_run(session, switch.program_id) if switch_options.is_answerable(switch) else None
    run = solved_runs().here(last.id) if last else None
    found = switch_options.options(session, switch, run)
    if last and run is None:
        # Not before: beside the thread that lays it out, the page would take twice as long.
        solved_runs().get(transaction.database(), last.id)
    arranged = [option for option in found if option.arranged]
    now = [option for option in found if not option.arranged]
    if last is None:
        return now, Arranged()
    return now, Arranged(arranged if run else None, last.started_at)
