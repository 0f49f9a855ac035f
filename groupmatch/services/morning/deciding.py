"""What waits for a person's word: the draft, refused bundles, tasks and switch requests."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database.columns import columns
from groupmatch.records import (
    BundleState,
    DraftBundle,
    Group,
    Participant,
    Program,
    Run,
    Seat,
    SwitchRequest,
    SwitchState,
    Task,
    TaskKind,
)
from groupmatch.services.drafts.totals import totals_by
from groupmatch.services.morning.acts import FULL_NAME, PROGRAM, Act, ActKind, Acts, acts

#: Bundles that only the present draft has.
_UNDECIDED = (BundleState.PROPOSED, BundleState.APPROVED, BundleState.REFUSED)
_KINDS = {
    TaskKind.SAFETY: ActKind.SAFETY,
    TaskKind.CALL: ActKind.CALL,
    TaskKind.OFFER: ActKind.OFFER,
    TaskKind.OUTREACH: ActKind.OUTREACH,
    TaskKind.REVIEW: ActKind.REVIEW,
}
_TASKS = (
    select(Task.kind, Task.participant_id, FULL_NAME, Task.created_at, Task.due_on)
    .join(Participant, Participant.id == Task.participant_id)
    .where(Task.program_id == PROGRAM, Task.done_at.is_(None))
    .order_by(Task.created_at, Task.id)
)
_SWITCHES = (
    select(
        SwitchRequest.id,
        FULL_NAME,
        Group.name,
        SwitchRequest.asked_at,
        SwitchRequest.kind,
        SwitchRequest.reason,
    )
    .join(Participant, Participant.id == SwitchRequest.participant_id)
    .join(Seat, Seat.id == SwitchRequest.seat_id)
    .join(Group, Group.id == Seat.group_id)
    .where(SwitchRequest.program_id == PROGRAM, SwitchRequest.state == SwitchState.ASKED)
    .order_by(SwitchRequest.asked_at, SwitchRequest.id)
)


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
    return [
        Act(_KINDS[kind], person_id, name, since=since, until=until)
        for kind, person_id, name, since, until in columns(session, _TASKS, program=program.id)
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
    return [
        Act(ActKind.SWITCH, switch_id, name, group, since, codes=(kind, reason))
        for switch_id, name, group, since, kind, reason in columns(
            session, _SWITCHES, program=program.id
        )
    ]
