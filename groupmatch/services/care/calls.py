"""Tasks for people: somebody asked for a call, or must be looked after."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import Participant, Task, TaskKind
from groupmatch.services import locks
from groupmatch.services.audit import audit


def ask_for_call(session: Session, participant: Participant, *, note: str, by: str | None) -> Task:
    """A participant asks to be called; `note` is in their own words, for staff only."""
    return open_task(session, participant, TaskKind.CALL, note=note, by=by)


def open_call(session: Session, participant: Participant) -> Task | None:
    """The call that a participant asked for and that nobody has made yet."""
    return _open_task(session, participant, TaskKind.CALL)


def open_task(
    session: Session,
    participant: Participant,
    kind: TaskKind,
    *,
    note: str,
    by: str | None,
    due_on: date | None = None,
) -> Task:
    """Open a task for staff. Where one of its kind is open, the note is added to that one, which
    is then due on the earlier date.

    `due_on` is a local date of the program.
    """
    locks.hold(session, participant)
    task = _open_task(session, participant, kind)
    if task:
        task.note = "\n".join(filter(None, [task.note, note.strip()]))
        task.due_on = min(filter(None, [task.due_on, due_on]), default=None)
        audit.record(session, f"task.{kind}_repeated", task, by=by)
        return task
    task = Task(
        program_id=participant.program_id,
        participant_id=participant.id,
        kind=kind,
        note=note.strip(),
        due_on=due_on,
        created_at=clock.now(),
    )
    session.add(task)
    audit.record(session, f"task.{kind}_opened", task, by=by, after={"kind": kind})
    return task


def finish_task(session: Session, task: Task, *, by: str | None) -> None:
    """Mark a task as done. Raises Conflict `task_done` when somebody else has done it."""
    locks.hold(session, task)
    if task.done_at is not None:
        raise Conflict("task_done")
    task.done_at, task.done_by_id = clock.now(), by
    audit.record(session, f"task.{task.kind}_done", task, by=by, after={"done": True})


def _open_task(session: Session, participant: Participant, kind: TaskKind) -> Task | None:
    query = select(Task).where(
        Task.participant_id == participant.id, Task.kind == kind, Task.done_at.is_(None)
    )
    return session.scalars(query.order_by(Task.created_at, Task.id)).first()
