"""An offer: one seat held out to one person, who accepts or declines it in time."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Json, Record, new_id
from groupmatch.records.draft import DraftBundle, DraftEntry
from groupmatch.records.group import Group
from groupmatch.records.participant import Participant
from groupmatch.records.request import Request
from groupmatch.records.seat import Seat


class OfferState(enum.StrEnum):
    """Open and agreed offers are live; the rest is over."""

    OPEN = "open"
    #: Accepted, and waits until everybody in its bundle has accepted.
    AGREED = "agreed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    #: Nobody answered in time.
    LAPSED = "lapsed"
    #: Taken back: by staff, or because what it rested on fell away.
    WITHDRAWN = "withdrawn"


class DeclineReason(enum.StrEnum):
    """Why somebody would rather not."""

    TIME = "time"
    GROUP = "group"
    THERAPIST = "therapist"
    #: Not yet ready to begin.
    LATER = "later"
    NEED_OVER = "need_over"
    OTHER = "other"


LIVE_OFFERS = (OfferState.OPEN, OfferState.AGREED)

_LIVE = text("state IN ('open', 'agreed')")


class Offer(Record):
    """One seat of one request.

    A newcomer's offer holds its seat, which stands in state "offered". Where somebody would leave
    a seat for the new one, no seat stands yet: the old ones stay until all in the bundle have
    accepted, and change hands together.
    """

    __tablename__ = "offer"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    to_group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    #: The seat that holds it; NULL where the bundle executes as one.
    seat_id: Mapped[str | None] = mapped_column(ForeignKey("seat.id"), index=True)
    #: The seat that would be left, if any.
    from_seat_id: Mapped[str | None] = mapped_column(ForeignKey("seat.id"), index=True)
    #: Where it was published from; NULL when a person offered the seat by hand.
    bundle_id: Mapped[str | None] = mapped_column(ForeignKey("draft_bundle.id"), index=True)
    entry_id: Mapped[str | None] = mapped_column(ForeignKey("draft_entry.id"))
    state: Mapped[OfferState] = mapped_column(default=OfferState.OPEN)
    made_at: Mapped[datetime]
    made_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    #: When and by whom it was answered or taken back; the software answers for nobody (NULL).
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    decline_reason: Mapped[DeclineReason | None]
    #: In the person's own words, for staff only.
    note: Mapped[str] = mapped_column(default="")
    #: What the person saw: hours, zone, therapists, topic.
    facts: Mapped[Json] = mapped_column(default=dict)
    #: Why it no longer held when it was accepted: violated rules and changed facts; staff only.
    refusal: Mapped[list[Json]] = mapped_column(default=list)

    request: Mapped[Request] = relationship()
    participant: Mapped[Participant] = relationship()
    to_group: Mapped[Group] = relationship()
    seat: Mapped[Seat | None] = relationship(foreign_keys=[seat_id])
    from_seat: Mapped[Seat | None] = relationship(foreign_keys=[from_seat_id])
    bundle: Mapped[DraftBundle | None] = relationship()
    entry: Mapped[DraftEntry | None] = relationship()

    __table_args__ = (
        Index(
            "uq_offer_live",
            "request_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_offer_due", "state", "expires_at"),
    )
