"""The morning: what became of the night, and what there is to do now, in three columns of acts.

*Decide* holds what waits for a person's word, *Unblock* who is stuck and why, *Watch* what will
be trouble soon.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from groupmatch.records import Program, RunState
from groupmatch.services.drafts import drafts
from groupmatch.services.findings.finding_pages import Names, names_in
from groupmatch.services.morning import deciding, unblocking, watching
from groupmatch.services.morning.acts import Acts
from groupmatch.services.runs.night import LastNight, night


@dataclass(frozen=True)
class Morning:
    """The page that answers: what do I do now."""

    night: LastNight
    decide: tuple[Acts, ...]
    unblock: tuple[Acts, ...]
    watch: tuple[Acts, ...]
    #: What the ids in changes stand for.
    names: Names


def morning(session: Session, program: Program, now: datetime) -> Morning:
    """Read the morning of a program at an instant. Lists without a row are left out."""
    today = now.astimezone(ZoneInfo(program.timezone)).date()
    last = night(session, program, now)
    finished = last.run is not None and last.run.state == RunState.DONE
    run = last.run if finished else drafts.last_run(session, program)
    stuck = unblocking.acts_of(session, program, run)
    changes = [act.change for acts in stuck for act in acts.rows if act.change]
    return Morning(
        night=last,
        decide=_with_rows(deciding.acts_of(session, program, run)),
        unblock=_with_rows(stuck),
        names=names_in(session, program, changes),
        watch=_with_rows(watching.acts_of(session, program, today)),
    )


def _with_rows(lists: tuple[Acts, ...]) -> tuple[Acts, ...]:
    return tuple(acts for acts in lists if acts.rows)
