"""An account: who signs in, and what they may do in which program."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupmatch.database.types import Record, new_id
from groupmatch.records.participant import Participant
from groupmatch.records.program import Program
from groupmatch.records.therapist import Therapist


class StaffRole(enum.StrEnum):
    """What a member of staff may do in one program."""

    COORDINATOR = "coordinator"
    CLINICIAN = "clinician"
    ADMIN = "admin"


class Account(Record):
    """A sign-in. It may belong to a participant, to a therapist, or to staff with roles."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    #: How staff are shown; participants and therapists are named by their own records.
    name: Mapped[str] = mapped_column(default="")
    #: Argon2 hash; NULL until the invitation is taken up.
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    #: Changes when every session of this account must end.
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=new_id)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    invited_at: Mapped[datetime | None]
    #: "authenticator" once a code of the app was shown; NULL without a second factor.
    second_factor: Mapped[str | None]
    #: What the authenticator app shares with us, encrypted; and the last code's place in time,
    #: so that no code is taken twice.
    totp_secret: Mapped[str | None]
    totp_counter: Mapped[int | None]
    #: Encrypted; each is taken once, in place of the app.
    recovery_codes: Mapped[list[str] | None]
    participant_id: Mapped[str | None] = mapped_column(ForeignKey("participant.id"), unique=True)
    therapist_id: Mapped[str | None] = mapped_column(ForeignKey("therapist.id"), unique=True)

    participant: Mapped[Participant | None] = relationship()
    therapist: Mapped[Therapist | None] = relationship()
    staff_roles: Mapped[list["ProgramRole"]] = relationship(back_populates="account")


class ProgramRole(Record):
    """One staff role of one account in one program."""

    __tablename__ = "program_role"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    role: Mapped[StaffRole]
    #: NULL while the role is held; a role is ended, never deleted.
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(back_populates="staff_roles")
    program: Mapped[Program] = relationship()

    __table_args__ = (UniqueConstraint("account_id", "program_id", "role"),)
