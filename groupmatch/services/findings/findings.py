"""Findings: what the solver works out about a run afterwards.

Pages never wait for the solver: a finding is begun, worked out in a thread with the solver in a
process of its own, and shown when it is there. Those that every morning needs, the scheduler works
out after each run without being asked.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.database import Database, Json
from groupmatch.errors import Conflict
from groupmatch.matching.kept_run import SOLVES_OF_MOVES
from groupmatch.matching.policy import policy
from groupmatch.records import Finding, FindingKind, FindingState, Program, Run, RunState, Unplaced
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.drafts import drafts

#: What every morning needs, in the order in which it is worked out.
OF_EVERY_RUN = (FindingKind.FIXES, FindingKind.SHORTAGE, FindingKind.MOVES)


class _Stopped(Exception):
    """The process is about to end."""


def begin(
    session: Session,
    run: Run,
    kind: FindingKind,
    *,
    by: str | None,
    changes: Sequence[Json] = (),
) -> Finding:
    """Begin a finding; `work` works it out. `changes` are those of a what-if.

    Raises Conflict `finding_in_progress`, and `run_without_problem` for a run that kept too little
    to be asked.
    """
    locks.hold_program(session, run.program_id)
    if run.state != RunState.DONE or "calendar" not in (run.result or {}):
        raise Conflict("run_without_problem")
    if kind != FindingKind.WHAT_IF and any(map(is_running, _of(session, run.id, kind))):
        raise Conflict("finding_in_progress")
    limits = _limits(kind)
    patience = timedelta(seconds=limits.seconds + 2 * limits.grace_seconds)
    finding = Finding(
        program_id=run.program_id,
        run_id=run.id,
        kind=kind,
        changes=list(changes),
        begun_at=clock.now(),
        begun_by_id=by,
        ends_by=clock.now() + patience,
    )
    session.add(finding)
    audit.record(session, "finding.begun", finding, by=by, after={"kind": kind, "run": run.id})
    return finding


def is_running(finding: Finding) -> bool:
    """Whether an answer is still to come; one whose process died has none."""
    return finding.state == FindingState.RUNNING and clock.now() < finding.ends_by


def work(
    database: Database, finding_id: str, *, stopping: Callable[[], bool] = lambda: False
) -> None:
    """Work a finding out and keep the answer, or why there is none.

    Once `stopping` says so, it is given up. Whatever else goes wrong propagates.
    """

    def watch() -> None:
        if stopping():
            raise _Stopped

    try:
        answer = _answer(database, finding_id, watch)
    except (_Stopped, matching.SolveFailed) as failed:
        _end(database, finding_id, failure=getattr(failed, "code", "interrupted"))
    except BaseException:
        _end(database, finding_id, failure="interrupted")
        raise
    else:
        _end(database, finding_id, answer=answer)


def work_out_due(database: Database, stopping: Callable[[], bool] = lambda: False) -> None:
    """Work out what every morning needs of the last run of each program, unless it was begun."""
    with database.read() as session:
        programs = session.scalars(select(Program.id).order_by(Program.id)).all()
    for program_id in programs:
        for kind in OF_EVERY_RUN:
            finding_id = None if stopping() else _begin_due(database, program_id, kind)
            if finding_id:
                work(database, finding_id, stopping=stopping)


def latest(session: Session, run_id: str, kind: FindingKind) -> Finding | None:
    """The finding of a kind that was begun last."""
    query = (
        select(Finding)
        .where(Finding.run_id == run_id, Finding.kind == kind)
        .order_by(Finding.begun_at.desc(), Finding.id.desc())
    )
    return session.scalars(query.limit(1)).first()


def _begin_due(database: Database, program_id: str, kind: FindingKind) -> str | None:
    with database.transaction() as session:
        program = session.get_one(Program, program_id)
        run = drafts.last_run(session, program)
        if run is None or "calendar" not in (run.result or {}) or _of(session, run.id, kind):
            return None
        finding = begin(session, run, kind, by=None)
        session.flush()
        return finding.id


def _of(session: Session, run_id: str, kind: FindingKind) -> Sequence[Finding]:
    query = select(Finding).where(Finding.run_id == run_id, Finding.kind == kind)
    return session.scalars(query).all()


def _limits(kind: FindingKind) -> matching.Limits:
    """What policy grants each question; the price of moves is several whole solves."""
    solves = SOLVES_OF_MOVES if kind == FindingKind.MOVES else 1
    return matching.Limits.within(policy().finding_seconds * solves)


def _answer(database: Database, finding_id: str, watch: Callable[[], None]) -> Json:
    with database.read() as session:
        finding = session.get_one(Finding, finding_id)
        run = _kept(session, finding.run_id)
    limits = _limits(finding.kind)
    if finding.kind == FindingKind.FIXES:
        fixes, complete = run.fixes(limits, watch)
        _keep_fixes(database, finding.run_id, fixes)
        return {"complete": complete}
    if finding.kind == FindingKind.SHORTAGE:
        return run.shortage(limits, watch)
    if finding.kind == FindingKind.MOVES:
        return run.moves(limits, watch)
    if finding.kind == FindingKind.REST:
        return run.rest(finding.changes, limits, watch)
    return run.what_if(finding.changes, limits, watch)


def _kept(session: Session, run_id: str) -> matching.KeptRun:
    query = select(Run.problem, Run.solution, Run.result).where(Run.id == run_id)
    problem, solution, result = session.execute(query).one()
    if problem is None or solution is None or result is None:
        raise Conflict("run_without_problem")
    return matching.KeptRun(problem, solution, matching.Calendar.of(result["calendar"]))


def _keep_fixes(database: Database, run_id: str, fixes: dict[str, list[Json]]) -> None:
    with database.transaction() as session:
        query = select(Unplaced.id, Unplaced.request_id).where(Unplaced.run_id == run_id)
        rows = [
            {"id": unplaced_id, "fixes": fixes[request_id]}
            for unplaced_id, request_id in session.execute(query)
            if request_id in fixes
        ]
        if rows:
            session.execute(update(Unplaced), rows)


def _end(
    database: Database, finding_id: str, *, answer: Json | None = None, failure: str | None = None
) -> None:
    with database.transaction() as session:
        finding = session.get_one(Finding, finding_id)
        finding.state = FindingState.FAILED if failure else FindingState.DONE
        finding.answer, finding.failure, finding.ended_at = answer, failure, clock.now()
        facts = {"state": finding.state, "failure": failure}
        audit.record(session, "finding.ended", finding, by=finding.begun_by_id, after=facts)
