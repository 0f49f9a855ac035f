"""Emergency access: somebody on the staff looked at a person outside of their program."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.account import Account
from groupmatch.records.participant import Participant
from groupmatch.records.program import Program


class EmergencyAccess(Record):
    """A look at one person, for a stated reason and a short time. An administrator reviews it."""

    __tablename__ = "emergency_access"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    #: The program of the person who is looked at; its administrators review.
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    #: Who looks.
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    participant: Mapped[Participant] = relationship()
    program: Mapped[Program] = relationship()
