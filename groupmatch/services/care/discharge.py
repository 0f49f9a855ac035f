"""Leaving care and coming back: what becomes of each seat is chosen, and its history stays.

A seat ends today, after its last agreed session, or not at all; nobody loses one by the way.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    EndReason,
    GateKind,
    Group,
    Participant,
    ParticipantStatus,
    Program,
    Request,
    RequestStatus,
    Seat,
    SeatState,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit, changes
from groupmatch.services.care import gates
from groupmatch.services.requests import requests
from groupmatch.services.seats import seats

#: Id of a held seat → the last local date on which the member comes; None keeps the seat.
LastDates = Mapping[str, date | None]


def discharge_participant(
    session: Session,
    participant: Participant,
    *,
    last_dates: LastDates,
    by: str | None,
    reason: str,
) -> None:
    """End somebody's care here: requests without a seat close, each seat ends as chosen.

    Raises Conflict `already_discharged`, Conflict `safety_flag` while the flag is up, and as
    `set_last_dates` does.
    """
    locks.hold_program(session, participant.program_id)
    locks.hold(session, participant)
    if participant.status == ParticipantStatus.DISCHARGED:
        raise Conflict("already_discharged")
    if participant.safety_flag_since is not None:
        raise Conflict("safety_flag")
    _set(session, participant, last_dates, EndReason.DISCHARGED, by=by, note=reason)
    for request in _waiting(session, participant):
        requests.close_request(session, request, by=by, reason=reason)
    _become(session, participant, ParticipantStatus.DISCHARGED, by=by, reason=reason)


def readmit_participant(
    session: Session, participant: Participant, *, by: str | None, reason: str
) -> None:
    """Take somebody into care again. Former seats stay in the record; new needs are new requests.

    The level of care and where they are must be decided and confirmed anew. Raises Conflict
    `not_discharged`.
    """
    locks.hold(session, participant)
    if participant.status != ParticipantStatus.DISCHARGED:
        raise Conflict("not_discharged")
    for kind in (GateKind.LEVEL_OF_CARE, GateKind.LOCATION):
        gates.close_gate(session, participant, kind, by=None, reason=reason)
    _become(session, participant, ParticipantStatus.ACTIVE, by=by, reason=reason)


def set_last_dates(
    session: Session,
    participant: Participant,
    last_dates: LastDates,
    *,
    by: str | None,
    reason: str,
) -> None:
    """Choose what becomes of every seat that somebody holds, as in a step up or down.

    Raises Conflict `seats_unchosen` unless each held seat is named, Conflict `safety_flag` where
    one would end under a raised flag, and Refused `last_day_past`.
    """
    locks.hold_program(session, participant.program_id)
    locks.hold(session, participant)
    _set(session, participant, last_dates, EndReason.COMPLETED, by=by, note=reason)


def finish_leaving(session: Session, program: Program, *, by: str | None = None) -> int:
    """End the seats whose last agreed date is over; whoever has a safety flag keeps theirs.

    Called before each night's run. Returns how many seats ended.
    """
    locks.hold_program(session, program.id)
    query = (
        select(Seat, Participant.status)
        .join(Participant, Participant.id == Seat.participant_id)
        .where(
            Seat.program_id == program.id,
            Seat.state != SeatState.ENDED,
            Seat.ends_on < clock.today(program.timezone),
            Participant.safety_flag_since.is_(None),
        )
        .order_by(Seat.id)
    )
    over = session.execute(query).all()
    for seat, status in over:
        gone = status == ParticipantStatus.DISCHARGED
        reason = EndReason.DISCHARGED if gone else EndReason.COMPLETED
        last_on = seat.ends_on or clock.today(program.timezone)
        seats.end_seat(session, seat, last_on=last_on, reason=reason, by=by, tell=False)
    return len(over)


def held_seats(session: Session, participant: Participant) -> Sequence[Seat]:
    """The seats that somebody holds, with their groups and hours."""
    held = (
        select(Seat)
        .where(Seat.participant_id == participant.id, Seat.state != SeatState.ENDED)
        .options(joinedload(Seat.group).selectinload(Group.meetings))
        .order_by(Seat.starts_on, Seat.id)
    )
    return session.scalars(held).all()


def all_today(session: Session, participant: Participant) -> LastDates:
    """The choice that every held seat ends today."""
    return {seat.id: clock.today(seat.group.timezone) for seat in held_seats(session, participant)}


def _set(
    session: Session,
    participant: Participant,
    last_dates: LastDates,
    reason: EndReason,
    *,
    by: str | None,
    note: str,
) -> None:
    held = held_seats(session, participant)
    if {seat.id for seat in held} != set(last_dates):
        raise Conflict("seats_unchosen")
    if participant.safety_flag_since is not None and any(last_dates.values()):
        raise Conflict("safety_flag")
    for seat in held:
        last_on, today = last_dates[seat.id], clock.today(seat.group.timezone)
        if last_on is not None and last_on < today:
            raise Refused("last_day_past", today=today)
        if last_on == today:
            seats.end_seat(
                session, seat, last_on=today, reason=reason, by=by, note=note, tell=False
            )
        else:
            changes.apply(
                session, seat, {"ends_on": last_on}, editable=("ends_on",), act="seat.edited", by=by
            )


def _waiting(session: Session, participant: Participant) -> Sequence[Request]:
    held = select(Seat.id).where(Seat.request_id == Request.id, Seat.state != SeatState.ENDED)
    asked = select(Request).where(
        Request.participant_id == participant.id,
        Request.status == RequestStatus.OPEN,
        ~held.exists(),
    )
    return session.scalars(asked.order_by(Request.id)).all()


def _become(
    session: Session,
    participant: Participant,
    status: ParticipantStatus,
    *,
    by: str | None,
    reason: str,
) -> None:
    before = participant.status
    participant.status = status
    leaves = status == ParticipantStatus.DISCHARGED
    audit.record(
        session,
        "participant.discharged" if leaves else "participant.readmitted",
        participant,
        by=by,
        before={"status": before},
        after={"status": status},
        reason=reason,
    )
