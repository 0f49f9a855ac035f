"""Seats given back to those who left them for others, as long as no new group has met."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.records import MEETING_STATES, Program, Seat, SeatState
from groupmatch.services.offers import open_offers
from groupmatch.services.seats import seats
from groupmatch.services.switching import switches

#: A former seat, for those who had one, and the new one.
Moves = Sequence[tuple[Seat | None, Seat]]


def is_taken_up(session: Session, seat: Seat) -> bool:
    """Whether the member has come to a new seat, or something else has become of it."""
    return seat.state != SeatState.ACTIVE or seats.has_met(session, seat)


def give_back(
    session: Session, program: Program, moves: Moves, *, reason: str, by: str | None
) -> list[Json]:
    """End the new seats as if they had never begun, and let the former ones stand again.

    Returns what that breaks which stood unbroken before (items as in `revalidation`): where
    anything is, the caller must roll back.
    """
    stood = _broken(session, program, moves)
    for _, new in moves:
        seats.take_back(session, new, by=by, reason=reason)
    for former, new in moves:
        if former:
            seats.take_up_again(session, former, by=by)
            switches.reopen(session, former, by=by, reason=reason)
        open_offers.announce(session, new.participant)
    return [item for item in _broken(session, program, moves) if item not in stood]


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
        if former and former.state != SeatState.ENDED and former.group.status not in MEETING_STATES
    ]
    # A group that is left below its minimum stands in nobody's way back.
    return [*over, *({"code": "rule"} | item for item in found if item["rule"] != "min_size")]
