"""A switch request: a member asks for another group, therapist or time."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Json, Record, new_id
from groupmatch.records.participant import Participant
from groupmatch.records.seat import Seat


class SwitchKind(enum.StrEnum):
    """What they would like to change."""

    GROUP = "group"
    THERAPIST = "therapist"
    TIME = "time"


class SwitchReason(enum.StrEnum):
    """Why they ask."""

    SCHEDULE = "schedule"
    FIT = "fit"
    THERAPIST = "therapist"
    CLINICAL = "clinical"
    #: Goes straight to a person; no run touches it until a coordinator leaves it to tonight.
    SAFETY = "safety"
    OTHER = "other"


class SwitchState(enum.StrEnum):
    """Asked and tonight are open; the rest is over."""

    #: Asked, and no coordinator has looked yet. It is in the nightly run all the same, unless
    #: the reason is safety.
    ASKED = "asked"
    #: A coordinator has seen it and left it to the run.
    TONIGHT = "tonight"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN_SWITCHES = (SwitchState.ASKED, SwitchState.TONIGHT)

_OPEN = text("state IN ('asked', 'tonight')")


class SwitchRequest(Record):
    """One ask about one seat. The old seat stands until a new one is published."""

    __tablename__ = "switch_request"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    kind: Mapped[SwitchKind]
    reason: Mapped[SwitchReason]
    #: The participant's own words, for staff only.
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[SwitchState] = mapped_column(default=SwitchState.ASKED)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: What the participant is told when it is declined.
    decision_reason: Mapped[str] = mapped_column(default="")
    #: What a coordinator's approval moved, with everybody who changed seats with it: for each the
    #: `new` seat, and the `former` one or None.
    moves: Mapped[list[Json]] = mapped_column(default=list)

    seat: Mapped[Seat] = relationship()
    participant: Mapped[Participant] = relationship()

    __table_args__ = (
        Index(
            "uq_switch_request_open",
            "seat_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )
