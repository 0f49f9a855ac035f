"""When people can come: weekly, in their own local time, with exceptions by date."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.participant import Participant
from groupmatch.records.therapist import Therapist

_ONE_OWNER = "(participant_id IS NULL) <> (therapist_id IS NULL)"


class Fit(enum.StrEnum):
    """How well an hour suits."""

    WORKS_WELL = "works_well"
    IF_NEEDED = "if_needed"


class Availability(Record):
    """One weekly span of one person, in minutes of the local day of that person's zone."""

    __tablename__ = "availability"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    participant_id: Mapped[str | None] = mapped_column(ForeignKey("participant.id"), index=True)
    therapist_id: Mapped[str | None] = mapped_column(ForeignKey("therapist.id"), index=True)
    #: 0 is Monday.
    weekday: Mapped[int]
    #: Minutes after local midnight; the end may be 1440.
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    fit: Mapped[Fit] = mapped_column(default=Fit.WORKS_WELL)

    participant: Mapped[Participant | None] = relationship()
    therapist: Mapped[Therapist | None] = relationship()

    __table_args__ = (
        CheckConstraint(_ONE_OWNER, name="one_owner"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("0 <= start_minute AND start_minute < end_minute", name="forward"),
        CheckConstraint("end_minute <= 1440", name="within_day"),
    )


class AvailabilityException(Record):
    """Dates on which a person cannot come. The weekly hours stay as they are."""

    __tablename__ = "availability_exception"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    participant_id: Mapped[str | None] = mapped_column(ForeignKey("participant.id"), index=True)
    therapist_id: Mapped[str | None] = mapped_column(ForeignKey("therapist.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")

    participant: Mapped[Participant | None] = relationship()
    therapist: Mapped[Therapist | None] = relationship()

    __table_args__ = (
        CheckConstraint(_ONE_OWNER, name="one_owner"),
        CheckConstraint("first_on <= last_on", name="forward"),
    )
