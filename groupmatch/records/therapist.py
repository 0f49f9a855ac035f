"""A therapist, and where they are licensed."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Attributes, Record, new_id
from groupmatch.database.versioned import Versioned
from groupmatch.records.program import Program


class Therapist(Versioned, Record):
    """Somebody who leads groups."""

    __tablename__ = "therapist"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    external_id: Mapped[str | None]
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str]
    #: Most minutes of sessions a week; NULL for no limit.
    max_minutes: Mapped[int | None]
    #: Values that requests may require, by name: gender, modality, language …
    attributes: Mapped[Attributes] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    program: Mapped[Program] = relationship()
    licenses: Mapped[list["License"]] = relationship(back_populates="therapist")

    __table_args__ = (UniqueConstraint("program_id", "external_id"),)

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class License(Record):
    """Authority to treat people who are in one region, or in all regions of a compact."""

    __tablename__ = "license"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapist.id"), index=True)
    #: Exactly one of region and compact is set.
    region: Mapped[str | None]
    compact: Mapped[str | None]
    valid_from: Mapped[date]
    #: Last date on which it holds; NULL for no end.
    valid_to: Mapped[date | None]

    therapist: Mapped[Therapist] = relationship(back_populates="licenses")


class CompactRegion(Record):
    """A region in which a licensing compact is in operation, not merely enacted."""

    __tablename__ = "compact_region"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    compact: Mapped[str]
    region: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]

    __table_args__ = (UniqueConstraint("compact", "region", "valid_from"),)
