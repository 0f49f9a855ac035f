"""A task for a person: call somebody back, look at a safety flag."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.participant import Participant


class TaskKind(enum.StrEnum):
    """What is to be done."""

    CALL = "call"
    SAFETY = "safety"
    #: An offer lapsed, no longer held, or was declined for a reason to talk about.
    OFFER = "offer"
    #: Somebody has missed several sessions in a row.
    OUTREACH = "outreach"
    #: A measure changed reliably: somebody talks about what it means.
    REVIEW = "review"


class Task(Record):
    """Something that a member of staff must do for one participant."""

    __tablename__ = "task"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    kind: Mapped[TaskKind]
    note: Mapped[str] = mapped_column(default="")
    #: The local date of the program by which it is to be done; NULL where nothing presses.
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))

    participant: Mapped[Participant] = relationship()
