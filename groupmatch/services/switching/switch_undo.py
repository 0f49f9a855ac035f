"""A granted switch taken back whole, as long as no new group has met: everybody's former seat."""

from sqlalchemy.orm import Session

from groupmatch.errors import Conflict, Refused
from groupmatch.records import Seat, SwitchRequest, SwitchState
from groupmatch.services import locks
from groupmatch.services.seats.giving_back import Moves, give_back, is_taken_up


def can_undo(session: Session, switch: SwitchRequest) -> bool:
    """Whether a granted switch can still be taken back, as far as its new seats go."""
    if switch.state != SwitchState.GRANTED or not switch.moves:
        return False
    return not any(is_taken_up(session, new) for _, new in _moves(session, switch))


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
    if any(is_taken_up(session, new) for _, new in moves):
        raise Conflict("switch_undo_late")
    against = give_back(session, program, moves, reason=reason.strip(), by=by)
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
