"""A calendar feed: the private address at which a calendar app reads somebody's appointments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.participant import Participant

_LIVE = text("ended_at IS NULL")


class CalendarFeed(Record):
    """One address; a new one ends the one before, and an ended one is kept for the records."""

    __tablename__ = "calendar_feed"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    #: SHA-256 of the secret end of the address, which nobody can read again.
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    participant: Mapped[Participant] = relationship()

    __table_args__ = (
        Index(
            "uq_calendar_feed_live",
            "participant_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )
