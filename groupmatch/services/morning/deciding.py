"""What waits for a person's word: the draft, refused bundles, tasks and switch requests."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch.records import (
    BundleState,
    DraftBundle,
    Program,
    Run,
    Seat,
    SwitchRequest,
    SwitchState,
    Task,
    TaskKind,
)
from groupmatch.services.drafts.totals import totals_by
from groupmatch.services.morning.acts import Act, ActKind, Acts, acts

#: Bundles that only the present draft has.
_UNDECIDED = (BundleState.PROPOSED, BundleState.APPROVED, BundleState.REFUSED)
_TASKS = {
    TaskKind.SAFETY: ActKind.SAFETY,
    TaskKind.CALL: ActKind.CALL,
    TaskKind.OFFER: ActKind.OFFER,
    TaskKind.OUTREACH: ActKind.OUTREACH,
    TaskKind.REVIEW: ActKind.REVIEW,
}


def acts_of(session: Session, program: Program, run: Run | None) -> tuple[Acts, ...]:
    """Safety first, then what the night left to approve, then what people ask for."""
    tasks = _tasks(session, program)
    return (
        acts(ActKind.SAFETY, _of(tasks, ActKind.SAFETY)),
        acts(ActKind.DRAFT, _draft(session, run) if run else ()),
        acts(ActKind.SWITCH, _switches(session, program)),
        acts(ActKind.CALL, _of(tasks, ActKind.CALL)),
        acts(ActKind.OFFER, _of(tasks, ActKind.OFFER)),
        acts(ActKind.OUTREACH, _of(tasks, ActKind.OUTREACH)),
        acts(ActKind.REVIEW, _of(tasks, ActKind.REVIEW)),
    )


def _of(tasks: Iterable[Act], kind: ActKind) -> list[Act]:
    return [task for task in tasks if task.kind == kind]


def _tasks(session: Session, program: Program) -> list[Act]:
    query = (
        select(Task)
        .where(Task.program_id == program.id, Task.done_at.is_(None))
        .options(joinedload(Task.participant))
        .order_by(Task.created_at, Task.id)
    )
    return [
        Act(
            _TASKS[task.kind],
            task.id,
            participant=task.participant,
            since=task.created_at,
            until=task.due_on,
        )
        for task in session.scalars(query)
    ]


def _draft(session: Session, run: Run) -> list[Act]:
    """One act for the bundles of each state: nobody has decided on them, or they are approved and
    not published, or were refused.
    """
    waits = DraftBundle.state.in_(_UNDECIDED)
    found = totals_by(session, DraftBundle.state, DraftBundle.run_id == run.id, waits)
    return [
        Act(
            ActKind.DRAFT,
            run.id,
            since=run.started_at,
            codes=(state, str(found[state].bundles)),
            count=found[state].seats,
        )
        for state in sorted(found)
    ]


def _switches(session: Session, program: Program) -> list[Act]:
    query = (
        select(SwitchRequest)
        .where(SwitchRequest.program_id == program.id, SwitchRequest.state == SwitchState.ASKED)
        .options(
            joinedload(SwitchRequest.participant),
            joinedload(SwitchRequest.seat).joinedload(Seat.group),
        )
        .order_by(SwitchRequest.asked_at, SwitchRequest.id)
    )
    return [
        Act(
            ActKind.SWITCH,
            switch.id,
            participant=switch.participant,
            group=switch.seat.group,
            since=switch.asked_at,
            codes=(switch.kind, switch.reason),
        )
        for switch in session.scalars(query)
    ]
