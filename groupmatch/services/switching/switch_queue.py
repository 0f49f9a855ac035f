"""The queue of switch requests: who asks for what, since when, and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.records import (
    OPEN_SWITCHES,
    BundleState,
    DraftBundle,
    DraftEntry,
    Group,
    GroupLeader,
    Program,
    Seat,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services import paging
from groupmatch.services.audit.history import History, history
from groupmatch.services.care import gates
from groupmatch.services.paging import Page
from groupmatch.services.requests.request_lines import in_draft
from groupmatch.services.switching import switch_undo


@dataclass(frozen=True)
class SwitchQueue:
    """Open asks, those nobody has looked at first, then the oldest; and the decided ones.

    Each comes with its participant, seat and group (meetings and leaders) loaded.
    """

    unseen: tuple[SwitchRequest, ...]
    tonight: tuple[SwitchRequest, ...]
    decided: Page[SwitchRequest]


def switch_queue(
    session: Session, program: Program, *, number: int = 1, size: int = 25
) -> SwitchQueue:
    """The queue of a program, and one page of what was decided, the latest first."""
    asked = session.scalars(
        _of(program.id)
        .where(SwitchRequest.state.in_(OPEN_SWITCHES))
        .order_by(SwitchRequest.asked_at, SwitchRequest.id)
    ).all()
    return SwitchQueue(
        unseen=_in_state(asked, SwitchState.ASKED),
        tonight=_in_state(asked, SwitchState.TONIGHT),
        decided=paging.fetch(session, _decided(program), number, size),
    )


@dataclass(frozen=True)
class SwitchPage:
    """One ask with its participant, seat and group loaded, and what helps to decide on it."""

    switch: SwitchRequest
    #: What the present draft proposes for the request that the seat serves.
    proposed: DraftEntry | None
    #: Earlier and later asks of the same person.
    others: tuple[SwitchRequest, ...]
    #: What keeps the software from moving them: codes of gates.
    gates: tuple[str, ...]
    #: Whether it was granted by hand and can still be taken back.
    can_undo: bool
    history: History


def switch_page(session: Session, switch: SwitchRequest) -> SwitchPage:
    """Read the page of one ask."""
    mine = SwitchRequest.participant_id == switch.participant_id
    asks = session.scalars(_of(switch.program_id).where(mine).order_by(SwitchRequest.asked_at))
    found = {each.id: each for each in asks}
    today = clock.today(switch.participant.program.timezone)
    closed = gates.closed_gates(session, [switch.participant], today)
    return SwitchPage(
        switch=found.pop(switch.id),
        proposed=proposed(session, switch),
        others=tuple(found.values()),
        gates=closed.get(switch.participant_id, ()),
        can_undo=switch_undo.can_undo(session, switch),
        history=history(session, {SwitchRequest.__tablename__: [switch.id]}),
    )


def proposed(session: Session, switch: SwitchRequest) -> DraftEntry | None:
    """What the present draft proposes for a member who asks."""
    request_id = switch.seat.request_id
    return in_draft(session, [request_id]).get(request_id)


def claims(
    session: Session, switch: SwitchRequest, groups: Sequence[Group]
) -> Mapping[str, Sequence[DraftEntry]]:
    """Group → entries of the present draft that give seats in it to others than who asks."""
    query = (
        select(DraftEntry)
        .join(DraftBundle)
        .where(
            DraftBundle.state.in_((BundleState.PROPOSED, BundleState.APPROVED)),
            DraftEntry.to_group_id.in_([group.id for group in groups]),
            DraftEntry.request_id != switch.seat.request_id,
        )
        .options(joinedload(DraftEntry.participant))
        .order_by(DraftBundle.position, DraftEntry.position)
    )
    wanted: dict[str, list[DraftEntry]] = {}
    for entry in session.scalars(query):
        wanted.setdefault(entry.to_group_id, []).append(entry)
    return wanted


def _decided(program: Program) -> Select[SwitchRequest]:
    return (
        _of(program.id)
        .where(SwitchRequest.state.not_in(OPEN_SWITCHES))
        .order_by(SwitchRequest.decided_at.desc(), SwitchRequest.id)
    )


def _of(program_id: str) -> Select[SwitchRequest]:
    group = joinedload(SwitchRequest.seat).joinedload(Seat.group)
    return (
        select(SwitchRequest)
        .where(SwitchRequest.program_id == program_id)
        .options(
            joinedload(SwitchRequest.participant),
            group.joinedload(Group.topic),
            group.selectinload(Group.meetings),
            group.selectinload(Group.leaders).joinedload(GroupLeader.therapist),
        )
    )


def _in_state(asked: Sequence[SwitchRequest], state: SwitchState) -> tuple[SwitchRequest, ...]:
    return tuple(switch for switch in asked if switch.state == state)
