"""What a person has read of a record before they change it, and what others did to it since."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.database import Record
from groupmatch.records import AuditEntry, Group
from groupmatch.services import locks
from groupmatch.services.audit import views
from groupmatch.services.audit.history import History, history


def claim(session: Session, record: Record) -> None:
    """Hold a record that is about to be changed, and read it anew."""
    if isinstance(record, Group):
        # Whoever edits a group holds its program first, too.
        locks.hold_program(session, record.program_id)
    locks.hold(session, record)


def acts_so_far(session: Session, record: Record) -> int:
    """How many acts the audit log holds of a record."""
    mine = select(func.count()).where(
        AuditEntry.subject_kind == record.__tablename__,
        AuditEntry.subject_id == _id(record),
        views.changes_something(),
    )
    return session.scalar(mine) or 0


def acts_since(session: Session, record: Record, number: int) -> History:
    """The acts on a record after the first so many, the latest first."""
    fresh = max(0, acts_so_far(session, record) - number)
    return history(session, {record.__tablename__: [_id(record)]}, limit=fresh)


def _id(record: Record) -> str:
    (key,) = record.__mapper__.primary_key_from_instance(record)
    return str(key)
