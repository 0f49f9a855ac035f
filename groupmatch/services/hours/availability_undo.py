"""Taking back the last change of weekly hours, by what the audit log kept of the former ones."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.records import AuditEntry, Fit
from groupmatch.services.hours.availability import Owner, Span, set_weekly

#: How far back a change is looked for: hours are often confirmed without a change.
_ENTRIES = 50


def former_week(session: Session, owner: Owner) -> list[Span] | None:
    """The weekly hours before the last change; None where nothing was changed."""
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject_kind == owner.__tablename__,
            AuditEntry.subject_id == owner.id,
            AuditEntry.act == "availability.set",
        )
        .order_by(AuditEntry.at.desc())
        .limit(_ENTRIES)
    )
    changed = next((each for each in entries if each.before != each.after), None)
    return _spans(changed.before) if changed and changed.before else None


def undo(session: Session, owner: Owner, *, by: str | None) -> bool:
    """Set the weekly hours back to those before the last change; a second undo takes it back.

    Returns whether there was anything to take back.
    """
    former = former_week(session, owner)
    if former is None:
        return False
    set_weekly(session, owner, former, by=by)
    return True


def _spans(facts: Json) -> list[Span]:
    return [Span(day, start, end, Fit(fit)) for day, start, end, fit in facts["weekly"]]
