"""A coordinator's word on one request and one group: lifted when it is no longer meant."""

from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import Pin
from groupmatch.services import audit, locks


def lift(session: Session, pin: Pin, *, by: str | None) -> None:
    """Later matches no longer go by the word. Raises Conflict `pin_lifted` when it is over."""
    locks.hold(session, pin)
    if pin.lifted_at is not None:
        raise Conflict("pin_lifted")
    pin.lifted_at = clock.now()
    facts = {"kind": pin.kind, "request": pin.request_id, "group": pin.group_id}
    audit.record(session, "pin.lifted", pin, by=by, before=facts)
