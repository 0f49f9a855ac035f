"""What became of the night: whether it ran, and what it did."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.records import DraftBundle, Program, Run, RunState, Unplaced
from groupmatch.services.drafts.totals import Totals, totals_by

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

    @classmethod
    def of(cls, run: Run) -> "Counts":
        """What one run did."""
        return cls(run.placed, run.switched, run.moved, run.opened, run.without_seat, run.held_back)

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
    return LastNight(state, run, Counts.of(run))


def count(session: Session, run: Run) -> None:
    """Write down in a run what its draft does, and how many it left."""
    found = totals_by(session, DraftBundle.run_id, DraftBundle.run_id == run.id)
    did = found.get(run.id, Totals())
    run.placed, run.switched, run.moved, run.opened = (
        did.placed,
        did.switched,
        did.moved,
        did.opened,
    )
    gated = func.json_array_length(Unplaced.gates) > 0
    left = select(gated, func.count()).where(Unplaced.run_id == run.id).group_by(gated)
    numbers = {bool(held): number for held, number in session.execute(left)}
    run.without_seat, run.held_back = numbers.get(False, 0), numbers.get(True, 0)


def _due(program: Program, now: datetime) -> date:
    """The local date of the latest night whose run should have begun."""
    local = (now - _LATE).astimezone(ZoneInfo(program.timezone))
    hour = time.fromisoformat(program.night_at)
    return local.date() if local.time() >= hour else local.date() - timedelta(days=1)
