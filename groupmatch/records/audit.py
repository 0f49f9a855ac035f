"""The audit log: who did what, when, from what to what. Only ever appended to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from groupmatch.database.types import Json, Record, new_id


class AuditEntry(Record):
    """One act. Facts hold ids and codes, never names or clinical text."""

    __tablename__ = "audit_entry"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    #: NULL for the software itself: the night, an import from the command line.
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"))
    #: Past tense with a dot: "seat.placed", "switch.declined".
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    before: Mapped[Json | None]
    after: Mapped[Json | None]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entry_program_at", "program_id", "at"),
    )
