"""A person's word on one request and one group: lifted when it is no longer meant."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import Pin, PinKind, Request
from groupmatch.services import locks
from groupmatch.services.audit import audit


def ban(session: Session, request: Request, group_id: str, *, by: str | None) -> None:
    """No later match suggests the group for the request; a ban that is there already stays."""
    if not any(each.group_id == group_id for each in _in_force(session, request, PinKind.BAN)):
        _set(session, request, group_id, PinKind.BAN, by=by)


def lift_ban(session: Session, request: Request, group_id: str, *, by: str | None) -> None:
    """Later matches may suggest the group again, if a word kept them from it."""
    for each in _in_force(session, request, PinKind.BAN):
        if each.group_id == group_id:
            lift(session, each, by=by)


def pin(session: Session, request: Request, group_id: str, *, by: str | None) -> None:
    """Later matches give the request a new seat in this group or in none; a former such word is
    lifted.
    """
    former = _in_force(session, request, PinKind.PIN)
    for each in former:
        if each.group_id != group_id:
            lift(session, each, by=by)
    if not any(each.group_id == group_id for each in former):
        _set(session, request, group_id, PinKind.PIN, by=by)


def lift(session: Session, pin: Pin, *, by: str | None) -> None:
    """Later matches no longer go by the word. Raises Conflict `pin_lifted` when it is over."""
    locks.hold(session, pin)
    if pin.lifted_at is not None:
        raise Conflict("pin_lifted")
    pin.lifted_at = clock.now()
    facts = {"kind": pin.kind, "request": pin.request_id, "group": pin.group_id}
    audit.record(session, "pin.lifted", pin, by=by, before=facts)


def _in_force(session: Session, request: Request, kind: PinKind) -> Sequence[Pin]:
    query = select(Pin).where(
        Pin.request_id == request.id, Pin.kind == kind, Pin.lifted_at.is_(None)
    )
    return session.scalars(query.order_by(Pin.set_at, Pin.id)).all()


def _set(
    session: Session, request: Request, group_id: str, kind: PinKind, *, by: str | None
) -> None:
    word = Pin(
        request_id=request.id, group_id=group_id, kind=kind, set_at=clock.now(), set_by_id=by
    )
    session.add(word)
    facts = {"kind": kind, "request": request.id, "group": group_id}
    audit.record(session, "pin.set", word, by=by, after=facts)
