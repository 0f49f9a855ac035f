"""A request: somebody's need to be placed, what would serve it, and plans that tie several."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Attributes, Record, new_id
from groupmatch.database.versioned import Versioned
from groupmatch.records.group import Group, GroupKind
from groupmatch.records.participant import Participant


class RequestStatus(enum.StrEnum):
    """An open request is waiting or seated; a closed one is over."""

    OPEN = "open"
    CLOSED = "closed"


class Plan(Versioned, Record):
    """Requests of one participant that are served together or not at all (an IOP week)."""

    __tablename__ = "plan"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    external_id: Mapped[str | None]
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    level_code: Mapped[str] = mapped_column(ForeignKey("level_of_care.code"))
    #: Weekly bounds; NULL takes the level of care's.
    min_minutes: Mapped[int | None]
    max_minutes: Mapped[int | None]
    min_days: Mapped[int | None]
    max_minutes_per_day: Mapped[int | None]
    #: Last local date of the week; NULL while nobody has set one.
    ends_on: Mapped[date | None]
    #: In so many weeks before the end fewer minutes and days are enough.
    taper_weeks: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    participant: Mapped[Participant] = relationship()
    requests: Mapped[list["Request"]] = relationship(back_populates="plan")

    __table_args__ = (UniqueConstraint("program_id", "external_id"),)


class Request(Versioned, Record):
    """A need to be placed in one group."""

    __tablename__ = "request"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    external_id: Mapped[str | None]
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"), index=True)
    plan_id: Mapped[str | None] = mapped_column(ForeignKey("plan.id"), index=True)
    level_code: Mapped[str] = mapped_column(ForeignKey("level_of_care.code"))
    #: The kind of group it needs: only groups of this kind serve it.
    kind: Mapped[GroupKind] = mapped_column(default=GroupKind.GROUP)
    status: Mapped[RequestStatus] = mapped_column(default=RequestStatus.OPEN)
    #: Urgency class of `config/matching.toml`.
    urgency: Mapped[str] = mapped_column(default="routine")
    #: Local date since which the person waits.
    waiting_since: Mapped[date]
    #: For a seat that is reserved ahead, the local date from which it is needed.
    needed_from: Mapped[date | None]
    #: What the group must offer, by attribute name.
    requires: Mapped[Attributes] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    participant: Mapped[Participant] = relationship()
    plan: Mapped[Plan | None] = relationship(back_populates="requests")
    topics: Mapped[list["RequestTopic"]] = relationship(
        back_populates="request", order_by="RequestTopic.rank"
    )
    choices: Mapped[list["RequestChoice"]] = relationship(
        back_populates="request", order_by="RequestChoice.rank"
    )
    preferences: Mapped[list["RequestTherapist"]] = relationship(back_populates="request")
    avoided: Mapped[list["RequestAvoid"]] = relationship(back_populates="request")

    __table_args__ = (UniqueConstraint("program_id", "external_id"),)


class RequestTopic(Record):
    """A topic that would serve the request; rank 1 is the first choice."""

    __tablename__ = "request_topic"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    topic_code: Mapped[str] = mapped_column(ForeignKey("topic.code"))
    rank: Mapped[int]

    request: Mapped[Request] = relationship(back_populates="topics")

    __table_args__ = (UniqueConstraint("request_id", "topic_code"),)


class RequestChoice(Record):
    """A group that the participant ranked for tonight's run; rank 1 to 3."""

    __tablename__ = "request_choice"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"))
    rank: Mapped[int]

    request: Mapped[Request] = relationship(back_populates="choices")
    group: Mapped[Group] = relationship()

    __table_args__ = (
        UniqueConstraint("request_id", "group_id"),
        CheckConstraint("rank BETWEEN 1 AND 3", name="rank"),
    )


class RequestTherapist(Record):
    """A therapist whom the participant would like."""

    __tablename__ = "request_therapist"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapist.id"))

    request: Mapped[Request] = relationship(back_populates="preferences")

    __table_args__ = (UniqueConstraint("request_id", "therapist_id"),)


class RequestAvoid(Record):
    """A group or a therapist that must not be given to this request."""

    __tablename__ = "request_avoid"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    group_id: Mapped[str | None] = mapped_column(ForeignKey("therapy_group.id"))
    therapist_id: Mapped[str | None] = mapped_column(ForeignKey("therapist.id"))

    request: Mapped[Request] = relationship(back_populates="avoided")

    __table_args__ = (
        CheckConstraint("(group_id IS NULL) <> (therapist_id IS NULL)", name="one_target"),
    )


class PinKind(enum.StrEnum):
    """Only this group, or never this group."""

    PIN = "pin"
    BAN = "ban"


class Pin(Record):
    """A coordinator's word on one request and one group, until it is lifted."""

    __tablename__ = "pin"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"))
    kind: Mapped[PinKind]
    set_at: Mapped[datetime]
    set_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    #: When a person lifted it, or a night dropped it because it no longer makes sense.
    lifted_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship()
