"""Payers and what they allow. Every number has effective dates and a source."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from groupmatch.database.types import Record, new_id


class Payer(Record):
    """Who pays for care."""

    __tablename__ = "payer"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class PayerRule(Record):
    """What a payer allows at one level of care, over virtual sessions, between two dates."""

    __tablename__ = "payer_rule"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    payer_code: Mapped[str] = mapped_column(ForeignKey("payer.code"), index=True)
    #: NULL: at every level of care.
    level_code: Mapped[str | None] = mapped_column(ForeignKey("level_of_care.code"))
    covers_virtual: Mapped[bool] = mapped_column(default=True)
    #: Most members of a group in which one of this payer's members sits; NULL for no cap.
    group_cap: Mapped[int | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]
