"""Dated sessions of a group, who came to them, and the days on which a program is closed."""

import enum
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.group import Group
from groupmatch.records.participant import Participant
from groupmatch.records.seat import Seat
from groupmatch.records.therapist import Therapist


class SessionState(enum.StrEnum):
    """A session is held once somebody has written down who came."""

    SCHEDULED = "scheduled"
    HELD = "held"
    CANCELLED = "cancelled"


class CancelReason(enum.StrEnum):
    """Why a session does not take place. The last two come of the group's own weekly rule."""

    LEADER_AWAY = "leader_away"
    TOO_FEW = "too_few"
    TECHNICAL = "technical"
    OTHER = "other"
    HOLIDAY = "holiday"
    RESCHEDULED = "rescheduled"
    GROUP_ENDED = "group_ended"


class Presence(enum.StrEnum):
    """Whether a member came. Somebody excused has said so before; that is no miss."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"


#: With these somebody was there, for some minutes.
CAME = (Presence.PRESENT, Presence.LATE)


def _new_token() -> str:
    return secrets.token_urlsafe(18)


class GroupSession(Record):
    """One session of one group on one date. What is past is never changed by an edit of the group.

    A group's weekly rule says when it meets; these rows say what became of each date.
    """

    __tablename__ = "group_session"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"))
    #: The date on the group's own calendar.
    on: Mapped[date] = mapped_column("local_date")
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[SessionState] = mapped_column(default=SessionState.SCHEDULED)
    cancel_reason: Mapped[CancelReason | None]
    #: Ids of those who led it, where the group has others since; NULL while they lead the group.
    led_by: Mapped[list[str] | None]
    #: Who leads it in place of an absent leader.
    substitute_id: Mapped[str | None] = mapped_column(ForeignKey("therapist.id"), index=True)
    #: When a leader asked for a substitute who is not found yet.
    cover_asked_at: Mapped[datetime | None]
    #: The secret end of the session's own meeting link; it moves with the session.
    link_token: Mapped[str] = mapped_column(default=_new_token, unique=True)
    created_at: Mapped[datetime]
    #: When attendance was written down last.
    recorded_at: Mapped[datetime | None]
    #: How often attendance was written down.
    recordings: Mapped[int] = mapped_column(default=0)
    #: How many came, were excused or were absent as attendance was written down last; reports of
    #: months read these and not every member's row.
    came: Mapped[int] = mapped_column(default=0)
    excused: Mapped[int] = mapped_column(default=0)
    absent: Mapped[int] = mapped_column(default=0)

    group: Mapped[Group] = relationship()
    substitute: Mapped[Therapist | None] = relationship()
    attendance: Mapped[list["Attendance"]] = relationship(back_populates="group_session")

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    __table_args__ = (
        # The database itself refuses to lay out one session twice.
        UniqueConstraint("group_id", "starts_at"),
        Index("ix_group_session_program_starts", "program_id", "starts_at"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint(
            "(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancelled_with_reason"
        ),
    )


class Attendance(Record):
    """Whether and how long one member was at one session. It stays when the member moves."""

    __tablename__ = "attendance"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("group_session.id"))
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    #: The seat with which they came: the history of a membership is found by it.
    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), index=True)
    presence: Mapped[Presence]
    #: Minutes that they were there; 0 for those who were not.
    minutes: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))

    group_session: Mapped[GroupSession] = relationship(back_populates="attendance")
    participant: Mapped[Participant] = relationship()
    seat: Mapped[Seat] = relationship()

    __table_args__ = (
        UniqueConstraint("session_id", "participant_id"),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes"),
    )


_STANDS = text("lifted_at IS NULL")


class Holiday(Record):
    """A date on which no group of a program meets, unless it is lifted again."""

    __tablename__ = "program_holiday"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    #: The date on each group's own calendar.
    on: Mapped[date] = mapped_column("local_date")
    name: Mapped[str]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_program_holiday_standing",
            "program_id",
            "local_date",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )
