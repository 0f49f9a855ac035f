"""A file with everything that the site holds about one person, for the person."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json
from groupmatch.records import Account, AuditEntry, Group, Participant
from groupmatch.services.audit import audit
from groupmatch.services.privacy.about_person import may_have, rows_of
from groupmatch.services.privacy.part2 import NOTICE, treats_under_part2

#: What stands beside the notice; whoever else is to have the file needs a consent of their own.
_TO_THEMSELVES = (
    "This copy is for the person whom it is about (42 CFR 2.23);"
    " anybody else may have it only by their written consent."
)


def person_file(session: Session, person: Participant, *, by: str | None) -> Json:
    """The file, as JSON; making it is audited, as a disclosure.

    It holds the person's own records, the names of their groups, and what was done with their
    records and when; nobody else's name, and nothing that tells of another participant. It goes to
    nobody but them, for which 42 CFR 2.23 asks for no consent; the file says so.
    """
    records: dict[str, list[Json]] = {}
    ids: set[str] = set()
    for table, rows in rows_of(session, person):
        ids |= {row["id"] for row in rows if "id" in row}
        records[table.name] = [
            {key: _plain(value) for key, value in row.items() if may_have(key)} for row in rows
        ]
    audit.record(session, "participant.exported", person, by=by)
    session.flush()
    protected = treats_under_part2(session, person.program_id)
    return {
        "format": "groupmatch.person/1",
        "made_at": clock.now().isoformat(),
        "notice": f"{NOTICE.lstrip('# ')} {_TO_THEMSELVES}" if protected else "",
        "records": records,
        "groups": _groups(session, records),
        "done": _done(session, person, ids),
    }


def _groups(session: Session, records: dict[str, list[Json]]) -> dict[str, str]:
    named = {
        row[key]
        for rows in records.values()
        for row in rows
        for key in ("group_id", "to_group_id")
        if row.get(key)
    }
    query = select(Group.id, Group.name).where(Group.id.in_(named)).order_by(Group.id)
    return dict(session.execute(query).all())


def _done(session: Session, person: Participant, ids: set[str]) -> list[Json]:
    """What was done with the records: when, what, and by whom in one word."""
    mine = session.scalar(select(Account.id).where(Account.participant_id == person.id))
    query = (
        select(AuditEntry)
        .where(or_(AuditEntry.subject_id.in_(ids), AuditEntry.actor_id == mine))
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return [
        {"at": each.at.isoformat(), "act": each.act, "by": _by(each.actor_id, mine)}
        for each in session.scalars(query)
    ]


def _by(actor: str | None, mine: str | None) -> str:
    if actor is None:
        return "the software"
    return "you" if actor == mine else "staff"


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value
