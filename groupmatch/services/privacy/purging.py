"""Purging: when a policy's years are over, a record no longer tells whose it was.

No row is deleted: seats, attendance and the audit log still count. Names, addresses and words are
overwritten, for good, and the account is closed. See docs/decisions/0004.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, Update, func, or_, select, update
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import new_id
from groupmatch.records import (
    Account,
    AuditEntry,
    OutboxMail,
    Participant,
    ParticipantStatus,
    Run,
    RunState,
    Seat,
    SeatState,
)
from groupmatch.resources import shipped
from groupmatch.services.audit import audit
from groupmatch.services.privacy.about_person import OF_PERSON, rows_of

PURGED = "Purged"
_NONE = ("external_id", "household", "payer_code", "availability_confirmed_on")


@dataclass(frozen=True)
class Retention:
    """How long records are kept: years after care by age band, and days of a run's papers."""

    years: dict[str, int]
    papers_days: int


@cache
def retention() -> Retention:
    """The policy of this installation, from `config/retention.toml`; read once."""
    text = (shipped("config") / "retention.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    years = {name: value for name, value in tables["years"].items() if name != "source"}
    return Retention(years, tables["runs"]["papers_days"])


def due(session: Session) -> Sequence[Participant]:
    """Discharged people whose years are over: nothing was done with or for them since."""
    over = or_(
        *(
            (Participant.age_band == band) & (_last_on() < _years_ago(years))
            for band, years in retention().years.items()
        )
    )
    query = (
        select(Participant)
        .where(
            Participant.status == ParticipantStatus.DISCHARGED,
            Participant.purged_at.is_(None),
            ~_held().exists(),
            over,
        )
        .order_by(Participant.id)
    )
    return session.scalars(query).all()


def purge(session: Session, person: Participant, *, by: str | None) -> None:
    """Take out of a person's records what tells who they were. It cannot be undone."""
    addresses = {person.email}
    for table, rows in rows_of(session, person):
        if words := OF_PERSON[table.name]:
            blank = {name: None if table.c[name].nullable else "" for name in words}
            ids = [row["id"] for row in rows]
            session.execute(update(table).where(table.c.id.in_(ids)).values(blank))
    for account in session.scalars(select(Account).where(Account.participant_id == person.id)):
        addresses.add(account.email)
        _close(session, account, by=by)
    theirs = update(OutboxMail).where(OutboxMail.recipient.in_(addresses - {""}))
    session.execute(_without_recipient(theirs))
    person.first_name, person.last_name, person.email, person.phone = PURGED, "", "", ""
    for name in _NONE:
        setattr(person, name, None)
    person.attributes, person.purged_at = {}, clock.now()
    audit.record(session, "participant.purged", person, by=by)


def shred_papers(session: Session) -> int:
    """Drop the papers of runs that are older than the policy says; how many runs."""
    before = clock.now() - timedelta(days=retention().papers_days)
    old = update(Run).where(
        Run.started_at < before, Run.state != RunState.RUNNING, Run.problem.is_not(None)
    )
    dropped = old.values(problem=None, solution=None).returning(Run.id)
    return len(session.scalars(dropped).all())


def forget_recipients(session: Session) -> int:
    """Take the addresses off mails that are older than any record is kept for; how many mails.

    They may be former addresses of people who are purged, which no other record tells.
    """
    before = _years_ago(min(retention().years.values()))
    old = update(OutboxMail).where(OutboxMail.created_at < before, OutboxMail.recipient != "")
    return len(session.scalars(_without_recipient(old).returning(OutboxMail.id)).all())


def _without_recipient(mails: Update) -> Update:
    sent = func.coalesce(OutboxMail.sent_at, clock.now())
    return mails.values(recipient="", facts={}, sent_at=sent)


def _close(session: Session, account: Account, *, by: str | None) -> None:
    account.email, account.name = f"{account.id}@purged.invalid", ""
    account.active, account.password, account.fs_uniquifier = False, None, new_id()
    account.totp_secret = account.recovery_codes = None
    audit.record(session, "account.closed", account, by=by)


def _last_on() -> ColumnElement[datetime]:
    """When something was last done with a person's record: at the latest, the discharge."""
    acts = select(func.max(AuditEntry.at)).where(
        AuditEntry.subject_kind == Participant.__tablename__,
        AuditEntry.subject_id == Participant.id,
    )
    return func.coalesce(acts.scalar_subquery(), Participant.created_at)


def _held() -> Select[str]:
    return select(Seat.id).where(
        Seat.participant_id == Participant.id, Seat.state != SeatState.ENDED
    )


def _years_ago(years: int) -> datetime:
    return clock.now() - timedelta(days=366 * years)
