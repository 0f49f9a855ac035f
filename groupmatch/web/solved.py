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


def arranged_for(switch: SwitchRequest, known: Sequence[SwitchOption]) -> Arranged:
    """The options of the last night beside those that are known, without waiting for them."""
    session = transaction.session()
    last = last_run(session, switch.program_id)
    if last is None or not switch_options.is_answerable(switch):
        return Arranged()
    run = solved_runs().get(transaction.database(), last.id)
    if run is None:
        return Arranged(None, last.started_at)
    return Arranged(switch_options.arranged_options(session, switch, run, known), last.started_at)
