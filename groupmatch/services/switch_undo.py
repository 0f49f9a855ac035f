"""A granted switch taken back whole, as long as no new group has met: everybody's former seat."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    GroupStatus,
    Program,
    Seat,
    SeatState,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services import audit, locks, open_offers, seats

#: A former seat, for those who had one, and the new one.
Moves = Sequence[tuple[Seat | None, Seat]]

_GOES_ON = (GroupStatus.RUNNING, GroupStatus.ENDING)


def can_undo(session: Session, switch: SwitchRequest) -> bool:
    """Whether a granted switch can still be taken back, as far as its new seats go."""
    if switch.state != SwitchState.GRANTED or not switch.moves:
        return False
    return not any(_taken_up(session, new) for _, new in _moves(session, switch))


def undo(session: Session, switch: SwitchRequest, *, reason: str, by: str | None) -> None:
    """Give everybody who moved with a switch their former seats back; the ask is open again.

    Raises Refused `reason_missing`; Conflict `switch_not_granted`, `switch_undo_late` when a new
    group has met or a new seat is over; and `switch_undo_blocked` with what stands against the
    former seats now in `refusal` (items as in `revalidation`).
    """
    if not reason.strip():
        raise Refused("reason_missing")
    program = locks.hold_program(session, switch.program_id)
    locks.hold(session, switch)
    if switch.state != SwitchState.GRANTED or not switch.moves:
        raise Conflict("switch_not_granted")
    moves = _moves(session, switch)
    locks.hold_groups(session, {seat.group_id for pair in moves for seat in pair if seat})
    if any(_taken_up(session, new) for _, new in moves):
        raise Conflict("switch_undo_late")
    stood = _broken(session, program, moves)
    _give_back(session, moves, reason=reason.strip(), by=by)
    against = [item for item in _broken(session, program, moves) if item not in stood]
    if against:
        raise Conflict("switch_undo_blocked", refusal=against)
    switch.moves = []


def _moves(session: Session, switch: SwitchRequest) -> Moves:
    return [
        (
            move["former"] and session.get_one(Seat, move["former"]),
            session.get_one(Seat, move["new"]),
        )
        for move in switch.moves
    ]


def _taken_up(session: Session, seat: Seat) -> bool:
    """Whether the member has come to it, or something else has become of it."""
    return seat.state != SeatState.ACTIVE or seats.has_met(session, seat)


def _give_back(session: Session, moves: Moves, *, reason: str, by: str | None) -> None:
    for _, new in moves:
        seats.take_back(session, new, by=by, reason=reason)
    for former, new in moves:
        if former:
            seats.take_up_again(session, former, by=by)
            _reopen(session, former, reason=reason, by=by)
        open_offers.announce(session, new.participant)


def _reopen(session: Session, former: Seat, *, reason: str, by: str | None) -> None:
    """The ask that was granted with the seat's end; a person has seen it, so it waits tonight."""
    query = (
        select(SwitchRequest)
        .where(SwitchRequest.seat_id == former.id, SwitchRequest.state == SwitchState.GRANTED)
        .order_by(SwitchRequest.decided_at.desc())
    )
    switch = session.scalars(query).first()
    if switch is None:
        return
    switch.state, switch.decided_at, switch.decided_by_id = SwitchState.TONIGHT, None, None
    facts = {"state": SwitchState.GRANTED}, {"state": SwitchState.TONIGHT}
    audit.record(
        session, "switch.undone", switch, by=by, before=facts[0], after=facts[1], reason=reason
    )


def _broken(session: Session, program: Program, moves: Moves) -> list[Json]:
    """What the seats of today break in the groups concerned, and former groups that are over."""
    groups = {seat.group_id for pair in moves for seat in pair if seat}
    members = select(Seat.participant_id).where(
        Seat.group_id.in_(groups), Seat.state != SeatState.ENDED
    )
    people = {*session.scalars(members), *(new.participant_id for _, new in moves)}
    found = matching.broken_today(session, program, people, on=clock.today(program.timezone))
    over = [
        {"code": "over", "who": former.participant.full_name}
        for former, _ in moves
        if former and former.state != SeatState.ENDED and former.group.status not in _GOES_ON
    ]
    # A group that is left below its minimum stands in nobody's way back.
    return [*over, *({"code": "rule"} | item for item in found if item["rule"] != "min_size")]
