"""Carries out draft entries: former seats end, groups open, and then the new seats begin."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import DraftEntry, EndReason, EntryKind, Seat, SeatState
from groupmatch.services import openings, seats


def take_up(
    session: Session,
    entries: Sequence[DraftEntry],
    *,
    by: str | None,
    state: SeatState = SeatState.ACTIVE,
) -> list[Seat]:
    """The new seats of entries that were found sound, in their order: seats may change hands."""
    for entry in entries:
        _end_former(session, entry, by=by)
    for group in {entry.to_group_id: entry.to_group for entry in entries}.values():
        openings.open_group(session, group, by=by)
    return [_take(session, entry, state, by=by) for entry in entries]


def _take(session: Session, entry: DraftEntry, state: SeatState, *, by: str | None) -> Seat:
    group = entry.to_group
    starts_on = seats.begins_on(entry.request, group)
    if starts_on is None:
        raise Conflict("no_session_left", group=group.id)
    return seats.take(
        session,
        entry.request,
        group,
        starts_on=starts_on,
        by=by,
        state=state,
        entry=entry,
        tell=state != SeatState.OFFERED,
    )


def _end_former(session: Session, entry: DraftEntry, *, by: str | None) -> None:
    seat = seats.seat_of(session, entry.request)
    if seat is None:
        return
    switched = entry.kind == EntryKind.SWITCHED
    seats.end_seat(
        session,
        seat,
        last_on=clock.today(seat.group.timezone),
        reason=EndReason.SWITCHED if switched else EndReason.MOVED,
        by=by,
        tell=False,
    )
