"""A participant: somebody who needs a seat, or has one."""

import enum
from datetime import date, datetime

from sqlalchemy import Connection, ForeignKey, Index, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from groupmatch.database.types import Attributes, Record, new_id
from groupmatch.database.versioned import Versioned
from groupmatch.names import fold
from groupmatch.records.payer import Payer
from groupmatch.records.program import Program


class ParticipantStatus(enum.StrEnum):
    """Whether the person is in care here."""

    ACTIVE = "active"
    DISCHARGED = "discharged"


class Participant(Versioned, Record):
    """A person in care. Nothing here is shown to another participant."""

    __tablename__ = "participant"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    #: The id in the provider's own system; imports are idempotent by it.
    external_id: Mapped[str | None]
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str]
    #: Where they physically are during sessions, e.g. "NY": licensure goes by it.
    region: Mapped[str]
    language: Mapped[list[str]] = mapped_column(default=list)
    #: "adolescent" or "adult": the two are never mixed.
    age_band: Mapped[str] = mapped_column(default="adult")
    #: Further values that groups may require or limit, by name: gender, primary_condition …
    attributes: Mapped[Attributes] = mapped_column(default=dict)
    payer_code: Mapped[str | None] = mapped_column(ForeignKey("payer.code"))
    #: Couples and families share one household; such groups admit a single one.
    household: Mapped[str | None]
    status: Mapped[ParticipantStatus] = mapped_column(default=ParticipantStatus.ACTIVE)
    #: A safety flag: never matched or moved by the software, and no seat is lost for it.
    safety_flag_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    #: When everything that tells who they are was taken out of the record, for good.
    purged_at: Mapped[datetime | None]
    #: When the weekly availability was last confirmed by the person.
    availability_confirmed_on: Mapped[date | None]
    #: Names and ids as they are searched: folded, with a space before each word. The record
    #: keeps it itself, at every write.
    search_text: Mapped[str] = mapped_column(default="")

    program: Mapped[Program] = relationship()
    payer: Mapped[Payer | None] = relationship()

    __table_args__ = (
        UniqueConstraint("program_id", "external_id"),
        # The order of the list of people, as `people_search` asks for it. On SQLite, which serves
        # small programs, migrations that rebuild the table would lose it: it has expressions.
        Index(
            "ix_participant_by_name",
            "program_id",
            "status",
            text("lower(last_name)"),
            text("lower(first_name)"),
            "id",
        ).ddl_if("postgresql"),
    )

    @property
    def full_name(self) -> str:
        """First and last name, for staff who need it."""
        return f"{self.first_name} {self.last_name}"

    @property
    def short_name(self) -> str:
        """First name and initial, for rosters."""
        return f"{self.first_name} {self.last_name[:1]}."


@event.listens_for(Participant, "before_insert")
@event.listens_for(Participant, "before_update")
def _keep_search_text(
    _mapper: Mapper[Participant], _connection: Connection, person: Participant
) -> None:
    words = (person.first_name, person.last_name, person.external_id or "", person.email or "")
    person.search_text = f" {fold(' '.join(words))}"
