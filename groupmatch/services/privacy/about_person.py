"""Which records tell of one participant: what they may have of them, and what is free text.

A new table about people belongs into one of the lists here; a test sees to that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Table, or_, select
from sqlalchemy.orm import Session

from groupmatch.database import Record
from groupmatch.records import Participant

#: Table → columns that hold words, or what else tells who somebody is. Parents come first.
OF_PERSON: Mapping[str, Sequence[str]] = {
    "participant": (),
    "availability": (),
    "availability_exception": ("note",),
    "gate": (),
    "measure_score": (),
    "plan": ("external_id",),
    "request": ("external_id",),
    "request_avoid": (),
    "request_choice": (),
    "request_therapist": (),
    "request_topic": (),
    "seat": (),
    "attendance": (),
    "offer": ("note",),
    "switch_request": ("note", "decision_reason"),
    "merge_consent": (),
    "task": ("note",),
}

#: Tables that name the person, too, and why the person's file does not hold them.
NOT_THEIRS: Mapping[str, str] = {
    "account": "how they sign in; nothing about their care",
    "apart_pair": "tells of somebody else",
    "calendar_feed": "a secret address",
    "draft_entry": "what was once proposed, beside others",
    "emergency_access": "who of the staff looked, which the audit log tells",
    "pin": "a word of staff about a proposal",
    "unplaced": "why a match did not seat them; the reasons may be others",
}

#: Columns that hold how staff came to a decision, or facts about others.
_KEPT_BACK = frozenset({"refusal", "moves", "search_text", "version", "program_id", "entry_id"})


def rows_of(session: Session, person: Participant) -> Iterator[tuple[Table, Sequence[RowMapping]]]:
    """Every row that is the person's, table by table."""
    found: dict[str, set[Any]] = {}
    for name in OF_PERSON:
        table = Record.metadata.tables[name]
        query = select(table).order_by(*table.primary_key)
        if name == "participant":
            query = query.where(table.c.id == person.id)
        else:
            query = query.where(or_(*_belongs(table, found)))
        rows = session.execute(query).mappings().all()
        found[name] = {row["id"] for row in rows if "id" in row}
        yield table, rows


def _belongs(table: Table, found: Mapping[str, set[Any]]) -> Iterator[Any]:
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table.name in found:
                yield column.in_(found[key.column.table.name])


def may_have(column: str) -> bool:
    """Whether a column is for the person to have: not who of the staff wrote it, nor others."""
    return column not in _KEPT_BACK and not column.endswith("_by_id")
