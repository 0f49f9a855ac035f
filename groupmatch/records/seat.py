"""A seat: one membership of one participant in one group, dated, never deleted."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.group import Group
from groupmatch.records.participant import Participant
from groupmatch.records.request import Request


class SeatState(enum.StrEnum):
    """Offered, active and on-hold seats take up room in the group; ended ones are history."""

    OFFERED = "offered"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    ENDED = "ended"


class EndReason(enum.StrEnum):
    """Why a seat ended."""

    COMPLETED = "completed"
    WITHDREW = "withdrew"
    DISCHARGED = "discharged"
    GROUP_ENDED = "group_ended"
    MOVED = "moved"
    SWITCHED = "switched"
    BY_HAND = "by_hand"
    #: An offer that was declined, not answered in time, or taken back: nobody ever came.
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    #: The publishing that gave it was undone before its first session.
    UNDONE = "undone"


#: After these the seat was never taken up.
NEVER_BEGUN = (EndReason.DECLINED, EndReason.LAPSED, EndReason.WITHDRAWN, EndReason.UNDONE)

#: With these another seat takes its place; its last date may then lie ahead.
SEAT_FOLLOWS = (EndReason.MOVED, EndReason.SWITCHED)

#: The states in which a seat is held.
HELD_STATES = (SeatState.OFFERED, SeatState.ACTIVE, SeatState.ON_HOLD)

_HELD = text("state <> 'ended'")


class Seat(Record):
    """A membership. A move ends one seat and begins another; nothing is overwritten."""

    __tablename__ = "seat"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    state: Mapped[SeatState] = mapped_column(default=SeatState.ACTIVE)
    #: First local date (of the group's zone) on which the member comes.
    starts_on: Mapped[date]
    #: Last date on which the member comes: agreed ahead for a held seat, or set when it ends.
    ends_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None]
    created_at: Mapped[datetime]
    #: Who made it: an account, or NULL for an import.
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: The draft entry that it was published from, if any.
    entry_id: Mapped[str | None] = mapped_column(ForeignKey("draft_entry.id"))

    request: Mapped[Request] = relationship()
    participant: Mapped[Participant] = relationship()
    group: Mapped[Group] = relationship()

    __table_args__ = (
        # The database itself refuses a second held seat of a request, or of a person in a group.
        Index(
            "uq_seat_held_request",
            "request_id",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index(
            "uq_seat_held_member",
            "participant_id",
            "group_id",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        CheckConstraint("(state = 'ended') = (end_reason IS NOT NULL)", name="ended_with_reason"),
    )
