"""A group: a weekly hour, or a track of several meetings a week that is enrolled as one."""

import enum
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    SQLColumnExpression,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Attributes, Record, new_id
from groupmatch.database.versioned import Versioned
from groupmatch.records.program import Program
from groupmatch.records.therapist import Therapist
from groupmatch.records.topic import Topic


class GroupKind(enum.StrEnum):
    """Who sits in it: an individual hour has one seat; couples and family admit one household."""

    GROUP = "group"
    INDIVIDUAL = "individual"
    COUPLES = "couples"
    FAMILY = "family"
    EDUCATION = "education"


class Admission(enum.StrEnum):
    """When newcomers may join: at any session, on entry dates only, or not."""

    ROLLING = "rolling"
    GATED = "gated"
    CLOSED = "closed"


class GroupStatus(enum.StrEnum):
    """Where the group is in its life."""

    PROPOSED = "proposed"
    RUNNING = "running"
    ENDING = "ending"
    ENDED = "ended"


#: The states in which a group meets and has members.
MEETING_STATES = (GroupStatus.RUNNING, GroupStatus.ENDING)


class FromDateToDate:
    """What holds on the dates of a group's own calendar from one on, until another."""

    #: First and last local date on which it holds; NULL for no such bound.
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]

    @property
    def lasts(self) -> bool:
        """Whether it holds until further notice."""
        return self.until_on is None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a date."""
        return self.holds_from(day) and (self.from_on is None or self.from_on <= day)

    def holds_from(self, day: date) -> bool:
        """Whether it holds on a date or comes to hold later."""
        return self.until_on is None or day <= self.until_on


class Group(Versioned, Record):
    """A therapist-led online group. Its hour is local wall time in its own zone."""

    __tablename__ = "therapy_group"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    external_id: Mapped[str | None]
    #: For staff. It may tell the topic, so participants never see it before they have a seat,
    #: and mails, calendars and page titles never carry it.
    name: Mapped[str]
    topic_code: Mapped[str] = mapped_column(ForeignKey("topic.code"))
    kind: Mapped[GroupKind] = mapped_column(default=GroupKind.GROUP)
    type_code: Mapped[str | None] = mapped_column(ForeignKey("group_type.code"))
    level_code: Mapped[str] = mapped_column(ForeignKey("level_of_care.code"))
    timezone: Mapped[str]
    min_size: Mapped[int]
    max_size: Mapped[int]
    #: Seats kept free for people who are expected.
    held_seats: Mapped[int] = mapped_column(default=0)
    admission: Mapped[Admission] = mapped_column(default=Admission.ROLLING)
    status: Mapped[GroupStatus] = mapped_column(default=GroupStatus.RUNNING)
    starts_on: Mapped[date | None]
    #: Last local date on which it meets; NULL for no end.
    ends_on: Mapped[date | None]
    #: What opening a proposed group costs, beside 1, in tier 4.
    open_cost: Mapped[int] = mapped_column(default=0)
    #: Proposed groups with the same key are alternatives: at most one of them opens.
    alternative_key: Mapped[str | None]
    #: What a member must share, beside a licensed region: age_band, gender, language …
    requires: Mapped[Attributes] = mapped_column(default=dict)
    #: What requests may require of it: modality …
    attributes: Mapped[Attributes] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    #: Last local date up to which its dated sessions are laid out.
    sessions_until: Mapped[date | None]

    program: Mapped[Program] = relationship()
    topic: Mapped[Topic] = relationship()
    meetings: Mapped[list["Meeting"]] = relationship(
        back_populates="group", order_by="(Meeting.weekday, Meeting.start_minute)"
    )
    #: Those who led it, lead it and will; `leading` tells who does on a date.
    leaders: Mapped[list["GroupLeader"]] = relationship(
        back_populates="group", order_by="GroupLeader.position"
    )
    limits: Mapped[list["GroupLimit"]] = relationship(back_populates="group")
    entries: Mapped[list["GroupEntry"]] = relationship(
        back_populates="group", order_by="GroupEntry.entry_on"
    )

    __table_args__ = (
        UniqueConstraint("program_id", "external_id"),
        CheckConstraint("0 <= min_size AND min_size <= max_size", name="sizes"),
        CheckConstraint("0 <= held_seats AND held_seats <= max_size", name="held_seats"),
    )

    def leading(self, day: date) -> list["GroupLeader"]:
        """Who leads it on a date of its calendar: the leader, and then the co-leaders."""
        return [each for each in self.leaders if each.holds_on(day)]

    def leading_from(self, day: date) -> list["GroupLeader"]:
        """Who leads it on a date, and after them those who come to lead it later."""
        coming = [each for each in self.leaders if each.holds_from(day) and not each.holds_on(day)]
        return self.leading(day) + sorted(coming, key=lambda each: each.from_on or day)


class Meeting(FromDateToDate, Record):
    """One meeting a week, in the group's zone."""

    __tablename__ = "meeting"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    #: 0 is Monday, on the group's own calendar.
    weekday: Mapped[int]
    #: Minutes after the group's local midnight.
    start_minute: Mapped[int]
    minutes: Mapped[int]

    group: Mapped[Group] = relationship(back_populates="meetings")

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("start_minute BETWEEN 0 AND 1439", name="start"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
    )


class GroupLeader(FromDateToDate, Record):
    """A therapist who leads a group; position 0 leads, the others co-lead."""

    __tablename__ = "group_leader"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    therapist_id: Mapped[str] = mapped_column(ForeignKey("therapist.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    group: Mapped[Group] = relationship(back_populates="leaders")
    therapist: Mapped[Therapist] = relationship()

    __table_args__ = (UniqueConstraint("group_id", "therapist_id", "from_on"),)


def leads_from(day: date) -> ColumnElement[bool]:
    """The therapist leads the group on a date or comes to lead it later."""
    return or_(GroupLeader.until_on.is_(None), GroupLeader.until_on >= day)


def leads_on(day: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """The therapist leads the group on a date."""
    return and_(
        or_(GroupLeader.from_on.is_(None), GroupLeader.from_on <= day),
        or_(GroupLeader.until_on.is_(None), GroupLeader.until_on >= day),
    )


class GroupLimit(Record):
    """At most so many members of a group carry one value of an attribute. For staff only."""

    __tablename__ = "group_limit"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    attribute: Mapped[str]
    value: Mapped[str]
    max_members: Mapped[int]

    group: Mapped[Group] = relationship(back_populates="limits")

    __table_args__ = (UniqueConstraint("group_id", "attribute", "value"),)


class GroupEntry(Record):
    """A date on which a gated group takes newcomers."""

    __tablename__ = "group_entry"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    entry_on: Mapped[date]

    group: Mapped[Group] = relationship(back_populates="entries")

    __table_args__ = (UniqueConstraint("group_id", "entry_on"),)
