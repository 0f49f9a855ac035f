"""What became of the night: whether it ran, and what it did."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.records import (
    DraftBundle,
    DraftEntry,
    EntryKind,
    Program,
    Run,
    RunState,
    Unplaced,
)

#: How long after the night hour a run may begin before it counts as missed.
_LATE = timedelta(minutes=30)


class NightState(enum.StrEnum):
    """What became of it."""

    #: No run has ever been made.
    NEVER = "never"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    #: The night hour has passed and no run of this local date began.
    MISSED = "missed"


@dataclass(frozen=True)
class Counts:
    """What a run did, counted in requests."""

    placed: int = 0
    switched: int = 0
    moved: int = 0
    #: Groups that its draft opens.
    opened: int = 0
    #: Left waiting although they took part.
    unplaced: int = 0
    #: Left out because a gate is closed.
    held_back: int = 0

    @property
    def waited(self) -> int:
        """Waiting requests that took part."""
        return self.placed + self.unplaced


@dataclass(frozen=True)
class LastNight:
    """The last run, and whether the last night's run happened at all."""

    state: NightState
    run: Run | None
    counts: Counts


def night(session: Session, program: Program, now: datetime) -> LastNight:
    """What became of the last night, at an instant."""
    run = session.scalar(
        select(Run)
        .where(Run.program_id == program.id)
        .order_by(Run.started_at.desc(), Run.id)
        .limit(1)
    )
    if run is None:
        return LastNight(NightState.NEVER, None, Counts())
    state = NightState(run.state)
    if run.local_date < _due(program, now) and run.state != RunState.RUNNING:
        state = NightState.MISSED
    return LastNight(state, run, counts(session, [run.id])[run.id])


def counts(session: Session, run_ids: list[str]) -> dict[str, Counts]:
    """What some runs did, by run id."""
    entries = (
        select(DraftBundle.run_id, DraftEntry.kind, func.count())
        .join(DraftEntry)
        .where(DraftBundle.run_id.in_(run_ids))
        .group_by(DraftBundle.run_id, DraftEntry.kind)
    )
    by_kind = {(run_id, kind): count for run_id, kind, count in session.execute(entries)}
    opened = (
        select(DraftBundle.run_id, func.count(DraftEntry.to_group_id.distinct()))
        .join(DraftEntry)
        .where(DraftBundle.run_id.in_(run_ids), DraftEntry.opens)
        .group_by(DraftBundle.run_id)
    )
    openings = dict(session.execute(opened).all())
    left = _left(session, run_ids)
    return {
        run_id: Counts(
            placed=by_kind.get((run_id, EntryKind.PLACED), 0),
            switched=by_kind.get((run_id, EntryKind.SWITCHED), 0),
            moved=by_kind.get((run_id, EntryKind.MOVED), 0),
            opened=openings.get(run_id, 0),
            unplaced=left.get((run_id, False), 0),
            held_back=left.get((run_id, True), 0),
        )
        for run_id in run_ids
    }


def _left(session: Session, run_ids: list[str]) -> dict[tuple[str, bool], int]:
    """Requests without a seat, by run and by whether a gate kept them out."""
    gated = func.json_array_length(Unplaced.gates) > 0
    query = (
        select(Unplaced.run_id, gated, func.count())
        .where(Unplaced.run_id.in_(run_ids))
        .group_by(Unplaced.run_id, gated)
    )
    return {(run_id, bool(held)): count for run_id, held, count in session.execute(query)}


def _due(program: Program, now: datetime) -> date:
    """The local date of the latest night whose run should have begun."""
    local = (now - _LATE).astimezone(ZoneInfo(program.timezone))
    hour = time.fromisoformat(program.night_at)
    return local.date() if local.time() >= hour else local.date() - timedelta(days=1)
