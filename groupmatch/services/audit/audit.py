"""Writes the audit log. Every act of a service calls `record` in its own transaction."""

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json, Record
from groupmatch.records import AuditEntry


def record(
    session: Session,
    act: str,
    subject: Record,
    *,
    by: str | None,
    before: Json | None = None,
    after: Json | None = None,
    reason: str = "",
) -> None:
    """Append one act on one record.

    `act` is past tense with a dot ("seat.placed"); `by` is an account id, None for the software
    itself. Facts hold ids and codes, never names or clinical text.
    """
    (key,) = inspect(type(subject)).primary_key
    if getattr(subject, key.name) is None:
        session.flush()
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=by,
            program_id=getattr(subject, "program_id", None),
            act=act,
            subject_kind=subject.__tablename__,
            subject_id=getattr(subject, key.name),
            before=before,
            after=after,
            reason=reason,
        )
    )
