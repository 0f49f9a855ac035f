"""People who must not meet. Private: no text shown to either reveals that the other is a client."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.participant import Participant


class ApartPair(Record):
    """Two participants who never share a group; stored with the smaller id first."""

    __tablename__ = "apart_pair"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    first_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    second_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    #: household, partner, family, work, school, conflict, protective_order …
    kind: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]

    first: Mapped[Participant] = relationship(foreign_keys=[first_id])
    second: Mapped[Participant] = relationship(foreign_keys=[second_id])

    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="ordered"),
    )
