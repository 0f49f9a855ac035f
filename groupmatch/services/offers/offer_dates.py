"""When whoever accepts an offer now would come, and leave the former group."""

from datetime import date

from sqlalchemy.orm import Session

from groupmatch.records import Offer, Seat
from groupmatch.services.offers import open_offers
from groupmatch.services.seats import seats
from groupmatch.services.seats.handover import Handover
from groupmatch.services.seats.taking_up import dates_together


def dates_of(session: Session, offer: Offer) -> Handover | None:
    """The dates on which whoever accepts now would change; None when no session is left.

    Where a bundle executes as one they are those of all in it, as long as the offer is live.
    """
    if offer.seat:
        return Handover(None, first_date(session, offer.seat))
    beside = open_offers.in_bundle(session, offer.bundle_id)
    found = dates_together(session, [each.entry for each in beside if each.entry])
    return found.get(offer.entry_id or "")


def first_date(session: Session, seat: Seat) -> date:
    """As offered, or at the next session after that."""
    coming = seats.begins_on(session, seat.request, seat.group)
    return max(seat.starts_on, coming) if coming else seat.starts_on
