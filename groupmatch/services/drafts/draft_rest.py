"""What the best match would be beside the draft as people have edited it: matched again each time
that somebody takes something out of it or puts something else in.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    Finding,
    FindingKind,
    FindingState,
    Program,
    Run,
)
from groupmatch.services.drafts import drafts
from groupmatch.services.findings import findings


@dataclass(frozen=True)
class Rest:
    """The last answer, if it is about the draft as it stands, and whether one is to come."""

    answer: Json | None
    running: Finding | None


def begin_rest(session: Session, program: Program, *, by: str | None) -> Finding | None:
    """Begin to match again beside the present draft; None while that goes on, and for a run that
    kept too little to be asked.
    """
    run = drafts.last_run(session, program)
    if run is None or "calendar" not in (run.result or {}):
        return None
    found = findings.latest(session, run.id, FindingKind.REST)
    if found and findings.is_running(found):
        return None
    session.flush()
    changes = _edits(session, run)
    return findings.begin(session, run, FindingKind.REST, by=by, changes=changes)


def rest(session: Session, run: Run) -> Rest:
    """What is known of the draft of a run as it stands."""
    found = findings.latest(session, run.id, FindingKind.REST)
    if found is None:
        return Rest(None, None)
    if findings.is_running(found):
        return Rest(None, found)
    told = found.state == FindingState.DONE and found.changes == _edits(session, run)
    return Rest(found.answer if told else None, None)


def _edits(session: Session, run: Run) -> list[Json]:
    """Every entry as the draft has it now: out of it, or in some group."""
    query = (
        select(DraftEntry.request_id, DraftEntry.to_group_id, DraftBundle.state)
        .join(DraftBundle)
        .where(DraftBundle.run_id == run.id, DraftBundle.state != BundleState.SUPERSEDED)
        .order_by(DraftEntry.request_id)
    )
    out = (BundleState.REMOVED, BundleState.REFUSED)
    return [
        {"request": request_id, "group": None if state in out else group_id}
        for request_id, group_id, state in session.execute(query)
    ]
