"""A gate: a human decision that must precede matching."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.database.versioned import Versioned
from groupmatch.records.participant import Participant


class GateKind(enum.StrEnum):
    """What was decided."""

    #: The level of care, signed by a clinician, with a date to reassess by.
    LEVEL_OF_CARE = "level_of_care"
    #: Consent to treatment and to the group agreement.
    CONSENT = "consent"
    #: The single consent of 42 CFR 2.31 for treatment, payment and health care operations: without
    #: it nobody is placed in a substance-use group, and no file tells of who asked for one.
    PART2_CONSENT = "part2_consent"
    #: Where the person is during sessions, confirmed with them.
    LOCATION = "location"


class Gate(Versioned, Record):
    """A cleared gate of one participant. Without a row, or past its date, the gate is closed."""

    __tablename__ = "gate"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    kind: Mapped[GateKind]
    #: For LEVEL_OF_CARE: the code of the level decided on.
    level_code: Mapped[str | None] = mapped_column(ForeignKey("level_of_care.code"))
    cleared_at: Mapped[datetime]
    #: For LOCATION: the region that was confirmed; a person who moves confirms anew.
    region: Mapped[str | None]
    #: The account that decided; NULL when imported with the people.
    cleared_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: Last local date on which the decision holds; NULL for no end.
    valid_to: Mapped[date | None] = mapped_column(index=True)

    participant: Mapped[Participant] = relationship()

    __table_args__ = (UniqueConstraint("participant_id", "kind"),)

    def holds(self, on: date) -> bool:
        """Whether the decision still holds on a local date."""
        return self.valid_to is None or on <= self.valid_to
