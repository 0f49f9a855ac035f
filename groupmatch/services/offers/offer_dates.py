"""When whoever accepts an offer now would come, and leave the former group."""

from datetime import date

from sqlalchemy.orm import Session

from groupmatch.errors import Conflict
from groupmatch.records import Offer, Seat
from groupmatch.services.seats import seats
from groupmatch.services.seats.handover import Change, Handover, handover
from groupmatch.services.sessions.session_calendar import session_calendar


def dates_of(session: Session, offer: Offer) -> Handover | None:
    """The dates on which whoever accepts now would change; None when no session is left."""
    if offer.seat:
        return Handover(None, first_date(session, offer.seat))
    change = Change(offer.from_seat, offer.to_group, offer.request.needed_from)
    try:
        return handover(session_calendar(session, change.groups), change)
    except Conflict:
        return None


def first_date(session: Session, seat: Seat) -> date:
    """As offered, or at the next session after that."""
    coming = seats.begins_on(session, seat.request, seat.group)
    return max(seat.starts_on, coming) if coming else seat.starts_on
