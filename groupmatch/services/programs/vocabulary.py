"""The governed tables as an admin keeps them: topics, group types, levels of care, payers and
compacts. They are shared by all programs of an installation; each row names its source.
"""

import re
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import new_id
from groupmatch.errors import Conflict, Refused
from groupmatch.records import CompactRegion, GroupType, LevelOfCare, Payer, PayerRule, Topic
from groupmatch.services.audit import audit, changes
from groupmatch.services.programs import places

#: What has a code, a name, a source and the word of a clinician.
Governed = Topic | GroupType | LevelOfCare

_EDITABLE: dict[type[Governed], tuple[str, ...]] = {
    Topic: ("name", "part2", "source", "clinician_confirmed"),
    GroupType: (
        "name",
        "min_size",
        "max_size",
        "leaders",
        "session_minutes",
        "admission",
        "source",
        "clinician_confirmed",
    ),
    LevelOfCare: (
        "name",
        "min_minutes",
        "max_minutes",
        "min_days",
        "max_minutes_per_day",
        "source",
        "clinician_confirmed",
    ),
}
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def edit_governed(session: Session, row: Governed, *, by: str | None, **edits: Any) -> bool:
    """Change a row; False when nothing differed. Codes stay as they are.

    Raises Refused `name_missing` or `source_missing`.
    """
    _refuse_without_source(edits)
    act = f"{row.__tablename__}.edited"
    return changes.apply(session, row, edits, editable=_EDITABLE[type(row)], act=act, by=by)


def add_topic(
    session: Session, *, code: str, name: str, source: str, by: str | None, **more: Any
) -> Topic:
    """Add a topic. Raises Refused `code_unreadable`, Conflict `code_taken`, and as editing does."""
    _refuse_without_source({"name": name, "source": source})
    _refuse_code(session, Topic, code)
    topic = Topic(code=code, name=name, source=source, **more)
    session.add(topic)
    audit.record(session, "topic.added", topic, by=by, after={"code": code, "source": source})
    return topic


def add_payer(session: Session, *, code: str, name: str, by: str | None) -> Payer:
    """Add a payer. Raises Refused `code_unreadable` or `name_missing`, Conflict `code_taken`."""
    if not name.strip():
        raise Refused("name_missing")
    _refuse_code(session, Payer, code)
    payer = Payer(code=code, name=name)
    session.add(payer)
    audit.record(session, "payer.added", payer, by=by, after={"code": code})
    return payer


def add_payer_rule(
    session: Session,
    payer: Payer,
    *,
    valid_from: date,
    source: str,
    by: str | None,
    level_code: str | None = None,
    covers_virtual: bool = True,
    group_cap: int | None = None,
    valid_to: date | None = None,
) -> PayerRule:
    """Write down what a payer allows between two dates, both included.

    Raises Refused `source_missing`, `dates_backward` or `unknown_level`.
    """
    _refuse_without_source({"source": source})
    _refuse_backward(valid_from, valid_to)
    if level_code and session.get(LevelOfCare, level_code) is None:
        raise Refused("unknown_level", level=level_code)
    rule = PayerRule(
        id=new_id(),
        payer_code=payer.code,
        level_code=level_code,
        covers_virtual=covers_virtual,
        group_cap=group_cap,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
    )
    session.add(rule)
    facts = changes.facts(rule, ("payer_code", "level_code", "covers_virtual", "group_cap"))
    audit.record(session, "payer_rule.added", rule, by=by, after=facts)
    return rule


def add_compact_region(
    session: Session, *, compact: str, region: str, valid_from: date, source: str, by: str | None
) -> CompactRegion:
    """Write down that a compact is in operation in a region, not merely enacted.

    Raises Refused `source_missing`, `code_unreadable` or `unknown_region`, Conflict
    `compact_region_known`.
    """
    _refuse_without_source({"source": source})
    places.refuse_unknown_region(region)
    if not _CODE.fullmatch(compact):
        raise Refused("code_unreadable", text=compact)
    known = select(CompactRegion.id).where(
        CompactRegion.compact == compact,
        CompactRegion.region == region,
        CompactRegion.valid_to.is_(None),
    )
    if session.scalars(known).first():
        raise Conflict("compact_region_known")
    row = CompactRegion(
        id=new_id(), compact=compact, region=region, valid_from=valid_from, source=source
    )
    session.add(row)
    facts = {"compact": compact, "region": region, "valid_from": valid_from.isoformat()}
    audit.record(session, "compact_region.added", row, by=by, after=facts)
    return row


def end_dated(
    session: Session, row: PayerRule | CompactRegion, *, last_on: date, by: str | None
) -> None:
    """Set the last date on which a row holds. Raises Refused `dates_backward`."""
    _refuse_backward(row.valid_from, last_on)
    act = f"{row.__tablename__}.ended"
    changes.apply(session, row, {"valid_to": last_on}, editable=("valid_to",), act=act, by=by)


def _refuse_without_source(fields: dict[str, Any]) -> None:
    if not fields.get("name", "-").strip():
        raise Refused("name_missing")
    if not fields.get("source", "-").strip():
        raise Refused("source_missing")


def _refuse_backward(first_on: date, last_on: date | None) -> None:
    if last_on and last_on < first_on:
        raise Refused("dates_backward", first_on=first_on, last_on=last_on)


def _refuse_code(session: Session, table: type[Topic] | type[Payer], code: str) -> None:
    if not _CODE.fullmatch(code):
        raise Refused("code_unreadable", text=code)
    if session.get(table, code) is not None:
        raise Conflict("code_taken", text=code)
