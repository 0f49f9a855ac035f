"""Writes down who read what: readers of a person, of a roster, of a file that was taken away."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json, Record
from groupmatch.records import (
    AuditEntry,
    DraftBundle,
    Group,
    GroupSession,
    Participant,
    Run,
)
from groupmatch.services.accounts.sign_in_policy import sign_in_policy

#: Acts that read and change nothing.
READING = ("record.read", "file.taken")

#: Kinds of records that tell of people, and the attribute with the id to write down.
_TELLING: Mapping[type[Record], tuple[str, str]] = {
    Participant: (Participant.__tablename__, "id"),
    Group: (Group.__tablename__, "id"),
    GroupSession: (Group.__tablename__, "group_id"),
    Run: (Run.__tablename__, "id"),
    DraftBundle: (DraftBundle.__tablename__, "id"),
}


#: Whether somebody has read something since an instant.
_LATELY_READ = (
    select(AuditEntry.id)
    .where(
        AuditEntry.subject_kind == bindparam("kind"),
        AuditEntry.subject_id == bindparam("id"),
        AuditEntry.at > bindparam("lately"),
        AuditEntry.actor_id == bindparam("by"),
        AuditEntry.act == "record.read",
    )
    .limit(1)
)


@dataclass(frozen=True)
class View:
    """Somebody reads something; `by` is None for who sits at the server itself."""

    by: str | None
    program_id: str
    subject_kind: str
    subject_id: str


def view_of(record: Record, *, by: str, program_id: str) -> View | None:
    """What is written down when somebody reads a record; None for what tells of nobody."""
    participant_id = getattr(record, "participant_id", None)
    if participant_id is not None:
        return View(by, program_id, Participant.__tablename__, participant_id)
    if type(record) not in _TELLING:
        return None
    kind, attribute = _TELLING[type(record)]
    return View(by, program_id, kind, getattr(record, attribute))


def is_new(session: Session, view: View) -> bool:
    """Whether the same reader has not read the same a little while ago."""
    lately = clock.now() - sign_in_policy().viewed_again
    given = {"kind": view.subject_kind, "id": view.subject_id, "by": view.by, "lately": lately}
    return session.scalar(_LATELY_READ, given) is None


def write(
    session: Session, view: View, act: str = "record.read", after: Json | None = None
) -> None:
    """Write it down."""
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=view.by,
            program_id=view.program_id,
            act=act,
            subject_kind=view.subject_kind,
            subject_id=view.subject_id,
            after=after,
        )
    )


def changes_something() -> ColumnElement[bool]:
    """Entries of the audit log that are no mere reading."""
    return AuditEntry.act.not_in(READING)
