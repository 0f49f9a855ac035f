"""Searches the audit log of a program: who did or read what, when, to whom, and why."""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from groupmatch.names import sought
from groupmatch.records import (
    Account,
    AuditEntry,
    Group,
    Participant,
    Program,
    ProgramRole,
    Therapist,
)
from groupmatch.services import paging
from groupmatch.services.audit import views
from groupmatch.services.audit.history import account_name
from groupmatch.services.paging import Page
from groupmatch.services.privacy import part2

#: Rows of one file; whoever needs more asks for a shorter time.
_FILE_ROWS = 20_000
#: What a file says in place of the name of somebody whom Part 2 protects.
HELD_BACK = "held back under 42 CFR Part 2"


class Sort(enum.StrEnum):
    """Which entries to show."""

    CHANGES = "changes"
    READING = "reading"


@dataclass(frozen=True)
class AuditFilter:
    """Which entries to show; everything where nothing is said."""

    #: Beginnings of the names of who acted.
    who: str = ""
    #: A part of the act's code: "seat", "gate.cleared".
    act: str = ""
    #: The id of the record that it was done to.
    subject: str = ""
    sort: Sort | None = None
    #: Local dates of the program, both included.
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class AuditPage:
    """Entries, the latest first, and names by id for who acted and what it was done to."""

    page: Page[AuditEntry]
    names: Mapping[str, str]


def audit_page(
    session: Session, program: Program, wanted: AuditFilter, *, number: int = 1, size: int = 50
) -> AuditPage:
    """One page of what happened in a program. A number past the end gives the last."""
    page = paging.fetch(session, _chosen(program, wanted), number, size)
    return AuditPage(page, _names(session, page.rows))


def audit_file(session: Session, program: Program, wanted: AuditFilter) -> AuditPage:
    """All pages in one, as they may leave: every act, but not the name of everybody."""
    page = paging.fetch(session, _chosen(program, wanted), 1, _FILE_ROWS)
    return AuditPage(page, _names(session, page.rows, part2.held_back(session, program)))


def _chosen(program: Program, wanted: AuditFilter) -> Select[AuditEntry]:
    query = select(AuditEntry).where(_of_program(program))
    if wanted.who:
        query = query.where(AuditEntry.actor_id.in_(_accounts_named(wanted.who)))
    if wanted.act:
        query = query.where(AuditEntry.act.contains(wanted.act.strip(), autoescape=True))
    if wanted.subject:
        query = query.where(AuditEntry.subject_id == wanted.subject.strip())
    if wanted.sort is Sort.CHANGES:
        query = query.where(views.changes_something())
    if wanted.sort is Sort.READING:
        query = query.where(AuditEntry.act.in_(views.READING))
    if wanted.first:
        query = query.where(AuditEntry.at >= _midnight(program, wanted.first))
    if wanted.last:
        after = wanted.last + timedelta(days=1)
        query = query.where(AuditEntry.at < _midnight(program, after))
    return query.order_by(AuditEntry.at.desc(), AuditEntry.id)


def _of_program(program: Program) -> ColumnElement[bool]:
    """Entries of a program; those that name none belong where who acted or is acted on does."""
    staff = select(ProgramRole.account_id).where(ProgramRole.program_id == program.id)
    people = (
        select(Account.id)
        .outerjoin(Account.participant)
        .outerjoin(Account.therapist)
        .where(or_(Participant.program_id == program.id, Therapist.program_id == program.id))
    )
    mine = staff.union(people)
    about = and_(AuditEntry.subject_kind == Account.__tablename__, AuditEntry.subject_id.in_(mine))
    without = AuditEntry.program_id.is_(None)
    return or_(
        AuditEntry.program_id == program.id,
        and_(without, or_(about, AuditEntry.actor_id.in_(mine))),
    )


def _accounts_named(words: str) -> Select[str]:
    """Accounts of whose names, own or written on them, each word is a part."""
    query = select(Account.id).outerjoin(Account.participant).outerjoin(Account.therapist)
    for word in sought(words):
        query = query.where(
            or_(
                *(
                    func.lower(name).contains(word, autoescape=True)
                    for name in (
                        Account.name,
                        Account.email,
                        Participant.first_name,
                        Participant.last_name,
                        Therapist.first_name,
                        Therapist.last_name,
                    )
                )
            )
        )
    return query


def _midnight(program: Program, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(program.timezone)).astimezone(UTC)


def _names(
    session: Session, entries: Collection[AuditEntry], held: Collection[str] = ()
) -> dict[str, str]:
    """Names by id; those of participants in `held` are kept back."""
    ids = {entry.subject_id for entry in entries} | {entry.actor_id for entry in entries}
    people = joinedload(Account.participant), joinedload(Account.therapist)
    accounts = session.scalars(select(Account).where(Account.id.in_(ids)).options(*people))
    groups = session.scalars(select(Group).where(Group.id.in_(ids)))
    participants = session.scalars(select(Participant).where(Participant.id.in_(ids)))
    therapists = session.scalars(select(Therapist).where(Therapist.id.in_(ids)))

    def unless_held(participant_id: str | None, name: str) -> str:
        return HELD_BACK if participant_id in held else name

    return {
        **{each.id: unless_held(each.participant_id, account_name(each)) for each in accounts},
        **{group.id: group.name for group in groups},
        **{person.id: unless_held(person.id, person.full_name) for person in participants},
        **{person.id: person.full_name for person in therapists},
    }
