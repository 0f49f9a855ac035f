"""A measure: one questionnaire that a participant answered on one day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from groupmatch.database.types import Record, new_id


class MeasureScore(Record):
    """The answers and their sum. For people to look at: no match ever reads it."""

    __tablename__ = "measure_score"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    #: A code of `config/instruments.toml`.
    instrument: Mapped[str]
    taken_on: Mapped[date]
    #: One a published item, in order.
    answers: Mapped[list[int]]
    #: NULL for what is not summed.
    total: Mapped[int | None]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: When it was taken back as written down by mistake; it stays, and counts no more.
    withdrawn_at: Mapped[datetime | None]
