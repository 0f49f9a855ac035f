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
from groupmatch.services.paging import Page


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
        _of(program)
        .where(SwitchRequest.state.in_(OPEN_SWITCHES))
        .order_by(SwitchRequest.asked_at, SwitchRequest.id)
    ).all()
    return SwitchQueue(
        unseen=_in_state(asked, SwitchState.ASKED),
        tonight=_in_state(asked, SwitchState.TONIGHT),
        decided=paging.fetch(session, _decided(program), number, size),
    )


def _decided(program: Program) -> Select[SwitchRequest]:
    return (
        _of(program)
        .where(SwitchRequest.state.not_in(OPEN_SWITCHES))
        .order_by(SwitchRequest.decided_at.desc(), SwitchRequest.id)
    )


def _of(program: Program) -> Select[SwitchRequest]:
    group = joinedload(SwitchRequest.seat).joinedload(Seat.group)
    return (
        select(SwitchRequest)
        .where(SwitchRequest.program_id == program.id)
        .options(
            joinedload(SwitchRequest.participant),
            group.joinedload(Group.topic),
            group.selectinload(Group.meetings),
            group.selectinload(Group.leaders).joinedload(GroupLeader.therapist),
        )
    )


def _in_state(asked: Sequence[SwitchRequest], state: SwitchState) -> tuple[SwitchRequest, ...]:
    return tuple(switch for switch in asked if switch.state == state)
