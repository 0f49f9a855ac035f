"""What happened to a record, from the audit log, with the names that a reader needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, load_only

from groupmatch.database import Json
from groupmatch.database.among import among, ids_given
from groupmatch.records import Account, AuditEntry, Group, LevelOfCare, Participant, Therapist
from groupmatch.services.audit import views

#: Facts that are ids or codes of something with a name.
_NAMED = ("group", "level")

#: Of whoever acted, only what `account_name` reads.
_NAMES = (
    load_only(Account.name, Account.email),
    joinedload(Account.participant).load_only(Participant.first_name, Participant.last_name),
    joinedload(Account.therapist).load_only(Therapist.first_name, Therapist.last_name),
)


@dataclass(frozen=True)
class Happened:
    """One act. `by` is None for the software itself."""

    at: datetime
    act: str
    by: str | None
    subject_kind: str
    before: Json
    after: Json
    reason: str


@dataclass(frozen=True)
class History:
    """Acts, the latest first, and names for the ids that their facts mention."""

    acts: tuple[Happened, ...]
    names: Mapping[str, str]


def history(
    session: Session, subjects: Mapping[str, Collection[str]], *, limit: int = 100
) -> History:
    """The latest acts on some records, given as ids by table name."""
    named = {kind: list(ids) for kind, ids in subjects.items() if ids}
    if not named:
        return History((), {})
    query = _acts_on(tuple(named)).limit(limit)
    acts = tuple(_happened(entry, account) for entry, account in session.execute(query, named))
    return History(acts, _names(session, acts))


@lru_cache(maxsize=16)
def _acts_on(kinds: tuple[str, ...]) -> Select[AuditEntry, Account]:
    """Acts on the records of some tables, whose ids it gets by the table's name when it is sent.

    Written once for each page: to put it together takes longer than to send it.
    """
    of_subjects = (
        and_(AuditEntry.subject_kind == kind, among(AuditEntry.subject_id, ids_given(kind)))
        for kind in kinds
    )
    return (
        select(AuditEntry, Account)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .where(or_(*of_subjects), views.changes_something())
        .order_by(AuditEntry.at.desc(), AuditEntry.id)
        .options(*_NAMES)
    )


def account_name(account: Account) -> str:
    """How an account is named to staff."""
    person = account.participant or account.therapist
    return person.full_name if person else account.name or account.email


def _happened(entry: AuditEntry, account: Account | None) -> Happened:
    return Happened(
        at=entry.at,
        act=entry.act,
        by=account_name(account) if account else None,
        subject_kind=entry.subject_kind,
        before=entry.before or {},
        after=entry.after or {},
        reason=entry.reason,
    )


def _names(session: Session, acts: Collection[Happened]) -> dict[str, str]:
    mentioned = {
        value
        for act in acts
        for facts in (act.before, act.after)
        for key, value in facts.items()
        if key in _NAMED and value
    }
    if not mentioned:
        return {}
    groups = select(Group.id, Group.name).where(Group.id.in_(mentioned))
    names = dict(session.execute(groups).all())
    levels = select(LevelOfCare.code, LevelOfCare.name).where(LevelOfCare.code.in_(mentioned))
    return names | dict(session.execute(levels).all())
