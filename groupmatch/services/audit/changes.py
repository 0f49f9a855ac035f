"""Sets fields of a record, and tells the audit log from what to what."""

import enum
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from groupmatch.database import Json, Record
from groupmatch.services.audit import audit

#: Stands in the audit log for a value that must not be there: a name, an address.
KEPT_BACK = "…"


def apply(
    session: Session,
    record: Record,
    changes: Mapping[str, Any],
    *,
    editable: Collection[str],
    act: str,
    by: str | None,
    private: Collection[str] = (),
) -> bool:
    """Set the fields that differ and write one audit entry; False when nothing differed.

    Private fields are audited by name, without their values. A field that is not editable is the
    caller's mistake and raises TypeError.
    """
    strangers = set(changes) - set(editable)
    if strangers:
        raise TypeError(f"{type(record).__name__} has no editable {', '.join(sorted(strangers))}")
    differing = {name: value for name, value in changes.items() if getattr(record, name) != value}
    if not differing:
        return False
    before = {name: _fact(getattr(record, name), name in private) for name in differing}
    after = {name: _fact(value, name in private) for name, value in differing.items()}
    for name, value in differing.items():
        setattr(record, name, value)
    audit.record(session, act, record, by=by, before=before, after=after)
    return True


def facts(record: Record, names: Collection[str], private: Collection[str] = ()) -> Json:
    """The fields of a new record for its first audit entry; empty ones are left out."""
    values = {name: getattr(record, name) for name in names}
    return {
        name: _fact(value, name in private)
        for name, value in values.items()
        if value not in (None, "", [], {})
    }


def _fact(value: Any, private: bool) -> Any:
    if private and value not in (None, ""):
        return KEPT_BACK
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value
