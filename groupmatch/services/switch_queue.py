"""The queue of switch requests: who asks for what, since when, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from groupmatch.records import (
    OPEN_SWITCHES,
    Group,
    GroupLeader,
    Program,
    Seat,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services import paging
from groupmatch.services.history import History, history
from groupmatch.services.paging import Page
from groupmatch.services.request_lines import RequestLine, request_lines


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
    #: The request that the seat serves.
    line: RequestLine
    #: Earlier and later asks of the same person.
    others: tuple[SwitchRequest, ...]
    history: History


def switch_page(session: Session, switch: SwitchRequest) -> SwitchPage:
    """Read the page of one ask."""
    mine = SwitchRequest.participant_id == switch.participant_id
    asks = session.scalars(_of(switch.program_id).where(mine).order_by(SwitchRequest.asked_at))
    found = {each.id: each for each in asks}
    lines = request_lines(session, switch.participant, [switch.seat], switch.asked_at.date())
    return SwitchPage(
        switch=found.pop(switch.id),
        line=next(line for line in lines if line.request.id == switch.seat.request_id),
        others=tuple(found.values()),
        history=history(session, {SwitchRequest.__tablename__: [switch.id]}),
    )


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
