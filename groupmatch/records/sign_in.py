"""Sign-ins: which browsers are signed in as whom, and who tried how often."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.account import Account


class SignIn(Record):
    """One browser that is signed in as an account, until it signs out or is idle too long.

    The browser holds a secret; only its hash is kept, as the id.
    """

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    began_at: Mapped[datetime]
    #: When it last asked for something, to the minute.
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: Whether a second factor was shown. The demo's one-click sign-ins count as if it were.
    second_factor: Mapped[bool] = mapped_column(default=False)

    account: Mapped[Account] = relationship()


class SignInAttempt(Record):
    """Somebody tried a password, a code or a link. Rows are forgotten with the longest limit."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(index=True)
    #: Which limits count it: a table of `config/sign_in.toml`.
    kind: Mapped[str]
    #: A keyed hash of the address or account that was tried, known here or not.
    who: Mapped[str]
    #: A keyed hash of the network that it came from.
    network: Mapped[str]
    succeeded: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_sign_in_attempt_who", "who", "kind", "at"),
        Index("ix_sign_in_attempt_network", "network", "kind", "at"),
    )
