"""Runs: compile a program, solve it in a child process, keep what it proposes as a draft.

What a draft does is for people to publish, but for what `unattended` is allowed to. No transaction
is open while the solver works. A run that is cancelled, that fails or whose process dies leaves
the last draft and all seats as they were.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from groupmatch import clock, logs, matching
from groupmatch.database import Database, Json
from groupmatch.errors import Conflict
from groupmatch.records import Program, Run, RunKind, RunState
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.drafts import proposals
from groupmatch.services.runs import unattended
from groupmatch.services.runs.night import Counts
from groupmatch.services.runs.watch import RunCancelled, Watch, refuse_to_go_on
from groupmatch.settings import Settings

#: A running run that has shown no sign of life for so long was interrupted.
SILENCE = timedelta(seconds=120)

OnProgress = Callable[[matching.Progress], None]


def start_run(session: Session, program: Program, *, kind: RunKind, by: str | None) -> Run:
    """Begin a run; `execute` does the work. Raises Conflict `run_in_progress`."""
    locks.hold_program(session, program.id)
    for running in session.scalars(_running(program)):
        if not end_if_silent(session, running):
            raise Conflict("run_in_progress", run=running.id)
    run = Run(
        program_id=program.id,
        kind=kind,
        local_date=clock.today(program.timezone),
        state=RunState.RUNNING,
        started_at=clock.now(),
        started_by_id=by,
    )
    session.add(run)
    audit.record(session, "run.started", run, by=by, after={"kind": kind})
    return run


def end_if_silent(session: Session, run: Run) -> bool:
    """End a running run whose process has died; False while it shows signs of life."""
    if clock.now() - last_sign(run) < SILENCE:
        return False
    _end(session, run, RunState.FAILED, "interrupted")
    return True


def execute(
    database: Database,
    settings: Settings,
    run_id: str,
    *,
    on_progress: OnProgress = lambda progress: None,
    time_limit: float | None = None,
) -> Run:
    """Do the work of a run that was begun, and return it as it ended.

    A cancelled run returns, too. Raises SolveFailed when the solver gave no sound answer, and
    whatever else went wrong; the run is then kept as failed.
    """
    with logs.within(run=run_id):
        return _executed(database, run_id, time_limit or settings.solve_seconds, on_progress)


def _executed(database: Database, run_id: str, seconds: float, on_progress: OnProgress) -> Run:
    try:
        return _work(database, run_id, seconds, on_progress)
    except RunCancelled:
        return _close(database, run_id, RunState.CANCELLED)
    except matching.SolveFailed as failed:
        _close(database, run_id, RunState.FAILED, failed.code)
        raise
    except BaseException:
        # It propagates, whatever it is; but the run must not look as if it still went on.
        _close(database, run_id, RunState.FAILED, "interrupted")
        raise


def keep(
    session: Session, run: Run, compiled: matching.Compiled, solution: matching.Solution
) -> None:
    """Make what a run found the present draft, and end the run.

    Where the program lets the night publish, a nightly run's placements are carried out in the
    same transaction. Raises RunCancelled when the run was cancelled or ended by somebody else.
    """
    program = locks.hold_program(session, run.program_id)
    locks.hold(session, run)
    refuse_to_go_on(run)
    proposals.store(session, run, compiled, solution)
    _end(session, run, RunState.DONE)
    if run.kind == RunKind.NIGHTLY and program.night_publishes:
        session.flush()
        unattended.publish_placements(session, program, run)


def preview(
    database: Database,
    settings: Settings,
    program_id: str,
    *,
    on_progress: OnProgress = lambda progress: None,
    time_limit: float | None = None,
) -> tuple[Counts, Json]:
    """What a run would do now, and what the run's `result` would be.

    Nothing is written. Raises SolveFailed.
    """
    with database.read() as session:
        program = session.get_one(Program, program_id)
        compiled = matching.compile_program(session, program, on=clock.today(program.timezone))

    def watch(progress: matching.Progress | None) -> None:
        if progress:
            on_progress(progress)

    solution = _solved(compiled, time_limit or settings.solve_seconds, watch)
    return proposals.counts(compiled, solution), proposals.result(compiled, solution)


def ask_to_cancel(session: Session, run: Run, *, by: str | None) -> None:
    """Ask a run to stop; it ends within seconds. Raises Conflict `run_over`."""
    locks.hold(session, run)
    if run.state != RunState.RUNNING:
        raise Conflict("run_over")
    run.cancel_asked_at = clock.now()
    audit.record(session, "run.cancel_asked", run, by=by)


def latest(session: Session, program: Program) -> Run | None:
    """The run that began last."""
    query = select(Run).where(Run.program_id == program.id).order_by(Run.started_at.desc(), Run.id)
    return session.scalars(query.limit(1)).first()


def last_sign(run: Run) -> datetime:
    """When a run last showed that its process lives."""
    told = (run.progress or {}).get("at")
    return datetime.fromisoformat(told) if told else run.started_at


def _running(program: Program) -> Select[Run]:
    return select(Run).where(Run.program_id == program.id, Run.state == RunState.RUNNING)


def _work(database: Database, run_id: str, seconds: float, on_progress: OnProgress) -> Run:
    with database.read() as session:
        run = session.get_one(Run, run_id)
        program = session.get_one(Program, run.program_id)
        compiled = matching.compile_program(session, program, on=run.local_date)
    solution = _solved(compiled, seconds, Watch(database, run_id, on_progress))
    with database.transaction() as session:
        run = session.get_one(Run, run_id)
        keep(session, run, compiled, solution)
    return run


def _solved(
    compiled: matching.Compiled,
    seconds: float,
    watch: Callable[[matching.Progress | None], None],
) -> matching.Solution:
    limits = matching.Limits.within(seconds)
    return matching.solve_in_child(compiled.document, compiled.problem, limits, watch)


def _close(database: Database, run_id: str, state: RunState, failure: str | None = None) -> Run:
    """End a run that did not get through, unless somebody else has ended it."""
    with database.transaction() as session:
        run = session.get_one(Run, run_id)
        locks.hold(session, run)
        if run.state == RunState.RUNNING:
            _end(session, run, state, failure)
    return run


def _end(session: Session, run: Run, state: RunState, failure: str | None = None) -> None:
    run.state, run.failure, run.ended_at = state, failure, clock.now()
    after = {"state": state, "failure": failure}
    audit.record(session, "run.ended", run, by=run.started_by_id, after=after)
