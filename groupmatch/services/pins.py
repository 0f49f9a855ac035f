"""A person's word on one request and one group: lifted when it is no longer meant."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import Pin, PinKind, Request
from groupmatch.services import audit, locks


def ban(session: Session, request: Request, group_id: str, *, by: str | None) -> None:
    """No later match suggests the group for the request; a ban that is there already stays."""
    there = select(Pin.id).where(
        Pin.request_id == request.id,
        Pin.group_id == group_id,
        Pin.kind == PinKind.BAN,
        Pin.lifted_at.is_(None),
    )
    if session.scalars(there).first() is not None:
        return
    word = Pin(
        request_id=request.id,
        group_id=group_id,
        kind=PinKind.BAN,
        set_at=clock.now(),
        set_by_id=by,
    )
    session.add(word)
    facts = {"kind": PinKind.BAN, "request": request.id, "group": group_id}
    audit.record(session, "pin.set", word, by=by, after=facts)


def lift(session: Session, pin: Pin, *, by: str | None) -> None:
    """Later matches no longer go by the word. Raises Conflict `pin_lifted` when it is over."""
    locks.hold(session, pin)
    if pin.lifted_at is not None:
        raise Conflict("pin_lifted")
    pin.lifted_at = clock.now()
    facts = {"kind": pin.kind, "request": pin.request_id, "group": pin.group_id}
    audit.record(session, "pin.lifted", pin, by=by, before=facts)
