"""Who waits: open requests that hold no seat, as conditions for queries."""

from sqlalchemy import ColumnElement, and_, exists

from groupmatch.records import Request, RequestStatus, Seat, SeatState


def seated() -> ColumnElement[bool]:
    """The request holds a seat."""
    return exists().where(Seat.request_id == Request.id, Seat.state != SeatState.ENDED)


def waiting() -> ColumnElement[bool]:
    """The request is open and holds no seat."""
    return and_(Request.status == RequestStatus.OPEN, ~seated())
