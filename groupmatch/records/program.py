"""A program: one provider's service with its own clock, night hour and policies."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupmatch.database.types import Record, new_id
from groupmatch.database.versioned import Versioned


class Program(Versioned, Record):
    """Every group, request and staff role belongs to one program."""

    __tablename__ = "program"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    #: IANA zone of the program's own clock: the night hour and local dates are in it.
    timezone: Mapped[str]
    #: Local wall time of the nightly run, "HH:MM". Clock changes repeat or skip earlier hours.
    night_at: Mapped[str] = mapped_column(default="04:15")
    #: How far ahead a seat must fit, in weeks.
    horizon_weeks: Mapped[int] = mapped_column(default=8)
    #: Most settled members a run may propose to move; NULL for no limit.
    max_moves: Mapped[int | None] = mapped_column(default=0)
    #: Whether participants may reserve an open seat that nobody waiting could use.
    reserve_at_once: Mapped[bool] = mapped_column(default=False)
    #: Whether publishing makes offers that people accept, or seats at once.
    publish_offers: Mapped[bool] = mapped_column(default=False)
    #: How long an offer stands, in hours; it ends within the recipient's waking hours.
    offer_hours: Mapped[int] = mapped_column(default=24)
    #: Whether the night carries out by itself what only seats people who wait. What switches,
    #: moves or opens anything always waits for a person.
    night_publishes: Mapped[bool] = mapped_column(default=False)
    #: How long before a session its members are reminded, in hours; 0 reminds nobody.
    reminder_hours: Mapped[int] = mapped_column(default=24)
    #: Who participants call; shown with every text about danger.
    crisis_line: Mapped[str] = mapped_column(default="988")
    phone: Mapped[str] = mapped_column(default="")

    __table_args__ = (CheckConstraint("horizon_weeks BETWEEN 1 AND 26", name="horizon_weeks"),)
