"""The outbox: mails written in the transaction of their cause, sent afterwards."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from groupmatch.database.types import Json, Record, new_id


class OutboxMail(Record):
    """One mail to one person. Its text carries no topic, no other person and no diagnosis."""

    __tablename__ = "outbox_mail"

    #: Also the Message-ID's left part, so that a repeated sending is recognized.
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"))
    recipient: Mapped[str]
    #: Name of the template under `templates/mail/`.
    template: Mapped[str]
    #: What the template needs: links and times.
    facts: Mapped[Json] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    #: IANA zone of whoever is not to be woken by it; NULL for what cannot wait.
    zone: Mapped[str | None]
    #: What it tells of, where that may be told once only: "session:<id>:<participant>".
    about: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (Index("ix_outbox_mail_due", "sent_at", "send_after"),)
