"""Two groups becoming one, and what each member of the one that ends says to it."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.group import Group
from groupmatch.records.seat import Seat, SeatState


class MergeAnswer(enum.StrEnum):
    """What a member says; nobody moves who has not agreed."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


class GroupMerge(Record):
    """One group ends, and its members are asked to go on in another."""

    __tablename__ = "group_merge"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    from_group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    into_group_id: Mapped[str] = mapped_column(ForeignKey("therapy_group.id"), index=True)
    #: From this local date on members come to the other group.
    on: Mapped[date] = mapped_column("local_date")
    reason: Mapped[str]
    #: The last date that the group which ends had of its own, if any.
    former_ends_on: Mapped[date | None]
    #: When it was called off; the group goes on.
    called_off_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))

    from_group: Mapped[Group] = relationship(foreign_keys=[from_group_id])
    into_group: Mapped[Group] = relationship(foreign_keys=[into_group_id])
    consents: Mapped[list["MergeConsent"]] = relationship(back_populates="merge")


class MergeConsent(Record):
    """One member's answer. Who has not agreed when the group ends waits for another seat."""

    __tablename__ = "merge_consent"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    merge_id: Mapped[str] = mapped_column(ForeignKey("group_merge.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"), index=True)
    answer: Mapped[MergeAnswer] = mapped_column(default=MergeAnswer.ASKED)
    answered_at: Mapped[datetime | None]
    #: Who wrote the answer down.
    answered_by_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))

    merge: Mapped[GroupMerge] = relationship(back_populates="consents")
    seat: Mapped[Seat] = relationship()

    __table_args__ = (UniqueConstraint("merge_id", "seat_id"),)


def still_asked(program_id: str) -> Select[str]:
    """For each member of a program who may yet agree to come over, the group that they come to."""
    return (
        select(GroupMerge.into_group_id)
        .join(GroupMerge.consents)
        .join(MergeConsent.seat)
        .where(
            GroupMerge.program_id == program_id,
            GroupMerge.called_off_at.is_(None),
            MergeConsent.answer == MergeAnswer.ASKED,
            Seat.state == SeatState.ACTIVE,
        )
    )
