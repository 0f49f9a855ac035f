"""Seats: taken, ended and moved. No other code inserts or ends one."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    MEETING_STATES,
    NEVER_BEGUN,
    SEAT_FOLLOWS,
    DraftEntry,
    EndReason,
    Group,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    still_asked,
    still_comes,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit, changes
from groupmatch.services.groups import openings
from groupmatch.services.offers import open_offers
from groupmatch.services.requests import requests
from groupmatch.services.sessions.session_calendar import session_calendar
from groupmatch.services.switching import switches

#: With these the need itself is over; with the others the request waits again.
_NEED_OVER = {EndReason.COMPLETED, EndReason.WITHDREW, EndReason.DISCHARGED}


def free_seats(session: Session, group: Group, on: date | None = None) -> int:
    """Seats that newcomers could take from a date on; from tomorrow on where none is given.

    Below 0 when a group holds too many already.
    """
    first = on or clock.today(group.timezone) + timedelta(days=1)
    held = select(func.count()).where(Seat.group_id == group.id, still_comes(first))
    kept = group.held_seats + open_offers.reserved_seats(session, group)
    kept += session.scalars(still_asked(group.program_id)).all().count(group.id)
    return group.max_size - kept - (session.scalar(held) or 0)


def seat_of(session: Session, request: Request) -> Seat | None:
    """The seat that a request holds."""
    held = select(Seat).where(Seat.request_id == request.id, Seat.state != SeatState.ENDED)
    return session.scalar(held)


def begins_on(session: Session, request: Request, group: Group) -> date | None:
    """The first date on which a request could come to a group: the next session that takes place,
    or for a seat that is reserved ahead the first one from when it is needed. None when no session
    is left.
    """
    calendar = session_calendar(session, [group])
    first = calendar.first_for_newcomers(group, request.needed_from)
    return first.on if first else None


def take(
    session: Session,
    request: Request,
    group: Group,
    *,
    starts_on: date,
    by: str | None,
    state: SeatState = SeatState.ACTIVE,
    entry: DraftEntry | None = None,
    tell: bool = True,
) -> Seat:
    """Give a request a seat, under the locks that keep a group from holding too many.

    An offer that the request has no seat for yet falls away with its bundle.
    Whether the seat suits is for the caller to have checked under the same locks. Raises Conflict
    `request_over`, `already_seated`, `already_member`, `group_not_running` or `group_full`.
    """
    locks.hold_program(session, request.program_id)
    locks.hold_groups(session, [group.id])
    open_offers.end_with_request(session, request, by=by)
    _refuse_unless_free(session, request, group, starts_on)
    seat = Seat(
        program_id=request.program_id,
        request_id=request.id,
        participant_id=request.participant_id,
        group_id=group.id,
        state=state,
        starts_on=starts_on,
        created_at=clock.now(),
        created_by_id=by,
        entry_id=entry.id if entry else None,
    )
    session.add(seat)
    act = "seat.offered" if state == SeatState.OFFERED else "seat.taken"
    audit.record(session, act, seat, by=by, after=_facts(seat))
    if tell:
        open_offers.announce(session, request.participant)
    return seat


def begin(session: Session, seat: Seat, *, starts_on: date, by: str | None) -> None:
    """Make an offered seat its member's own."""
    before = _facts(seat)
    seat.state, seat.starts_on = SeatState.ACTIVE, starts_on
    audit.record(session, "seat.taken", seat, by=by, before=before, after=_facts(seat))
    open_offers.announce(session, seat.participant)


def take_up_again(session: Session, seat: Seat, *, by: str | None) -> None:
    """Give a member back a seat that was ended for another, as if it had never ended."""
    before = _facts(seat)
    seat.state, seat.ends_on, seat.end_reason = SeatState.ACTIVE, None, None
    session.flush()
    audit.record(session, "seat.taken_up_again", seat, by=by, before=before, after=_facts(seat))


def end_seat(
    session: Session,
    seat: Seat,
    *,
    last_on: date,
    reason: EndReason,
    by: str | None,
    note: str = "",
    tell: bool = True,
) -> None:
    """End a seat; `last_on` is the last local date on which the member comes.

    That is today at the latest, unless another seat follows. The request closes with its need, or
    waits again from that date. An open switch request on the seat closes, too. Raises Conflict
    `seat_over` and Refused `last_day_ahead`.
    """
    locks.hold_program(session, seat.program_id)
    locks.hold(session, seat)
    if seat.state == SeatState.ENDED:
        raise Conflict("seat_over")
    if last_on > clock.today(seat.group.timezone) and reason not in SEAT_FOLLOWS:
        raise Refused("last_day_ahead", today=clock.today(seat.group.timezone))
    before = _facts(seat)
    seat.state, seat.ends_on, seat.end_reason = SeatState.ENDED, last_on, reason
    # The indexes on held seats must hear of the end before another seat is taken.
    session.flush()
    audit.record(session, "seat.ended", seat, by=by, before=before, after=_facts(seat), reason=note)
    open_offers.end_with_seat(session, seat, by=by)
    switches.close_with_seat(session, seat, granted=reason in SEAT_FOLLOWS, by=by)
    if reason in _NEED_OVER:
        _leave_now(session, seat, last_on, by=by)
        requests.close_request(session, seat.request, by=by, reason=note)
    elif reason in NEVER_BEGUN:
        openings.propose_again(session, seat.entry_id, by=by)
    elif reason not in SEAT_FOLLOWS:
        seat.request.waiting_since = last_on
    if tell:
        open_offers.announce(session, seat.participant)


def _leave_now(session: Session, seat: Seat, last_on: date, *, by: str | None) -> None:
    """The sessions that are left in the seat before this one fall away with the need."""
    former = select(Seat).where(
        Seat.request_id == seat.request_id,
        Seat.end_reason.in_(SEAT_FOLLOWS),
        Seat.ends_on > last_on,
    )
    for left in session.scalars(former).all():
        left_on = {"ends_on": last_on}
        changes.apply(session, left, left_on, editable=("ends_on",), act="seat.edited", by=by)


def has_met(session: Session, seat: Seat) -> bool:
    """Whether a session has begun to which the member was to come."""
    calendar = session_calendar(session, [seat.group])
    sittings = calendar.sittings(seat.group, seat.starts_on, clock.today(seat.group.timezone))
    return any(sitting.starts_at <= clock.now() for sitting in sittings)


def take_back(session: Session, seat: Seat, *, by: str | None, reason: str) -> None:
    """End a seat whose first session has not come, because what gave it is undone."""
    today = clock.today(seat.group.timezone)
    end_seat(session, seat, last_on=today, reason=EndReason.UNDONE, by=by, note=reason, tell=False)


def move(
    session: Session,
    seat: Seat,
    group: Group,
    *,
    starts_on: date,
    by: str | None,
    last_on: date | None = None,
    entry: DraftEntry | None = None,
) -> Seat:
    """End a seat, today where no last date is given, and take one in another group, or neither.

    Seats that trade places are ended first, all of them, and then taken: see `end_seat`, `take`.
    """
    asked = switches.open_switch(session, seat)
    end_seat(
        session,
        seat,
        last_on=last_on or clock.today(seat.group.timezone),
        reason=EndReason.SWITCHED if asked else EndReason.MOVED,
        by=by,
    )
    return take(session, seat.request, group, starts_on=starts_on, by=by, entry=entry)


def _refuse_unless_free(session: Session, request: Request, group: Group, starts_on: date) -> None:
    if request.status != RequestStatus.OPEN:
        raise Conflict("request_over")
    if seat_of(session, request):
        raise Conflict("already_seated")
    if group.status not in MEETING_STATES:
        raise Conflict("group_not_running")
    if _is_member(session, request.participant_id, group, starts_on):
        raise Conflict("already_member")
    if free_seats(session, group, starts_on) < 1:
        raise Conflict("group_full")


def _is_member(session: Session, participant_id: str, group: Group, on: date) -> bool:
    held = select(Seat.id).where(
        Seat.participant_id == participant_id, Seat.group_id == group.id, still_comes(on)
    )
    return session.scalars(held).first() is not None


def _facts(seat: Seat) -> Json:
    return {
        "group": seat.group_id,
        "request": seat.request_id,
        "participant": seat.participant_id,
        "state": seat.state,
        "starts_on": seat.starts_on.isoformat(),
        "ends_on": seat.ends_on.isoformat() if seat.ends_on else None,
        "end_reason": seat.end_reason,
    }
