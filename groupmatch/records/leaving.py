"""Seats that are left for another one: ended for the records, and kept until their last date.

Whoever goes from one group to another may have sessions left in the former one. Until the last of
them their place is taken, they stand on its roster, and nobody whom they must not meet comes in.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_

from groupmatch.records.request import Request, RequestStatus
from groupmatch.records.seat import SEAT_FOLLOWS, Seat, SeatState


def leaving(on: date) -> ColumnElement[bool]:
    """The seat is left for another one, on a date or later, and the need is not over before."""
    return and_(
        Seat.state == SeatState.ENDED,
        Seat.end_reason.in_(SEAT_FOLLOWS),
        Seat.ends_on >= on,
        exists().where(Request.id == Seat.request_id, Request.status == RequestStatus.OPEN),
    )


def still_comes(on: date) -> ColumnElement[bool]:
    """The seat is held, or is left for another one on a date or later."""
    return or_(Seat.state != SeatState.ENDED, leaving(on))
