"""Loads the governed vocabulary of `config/` into its tables.

Topics, group types, levels of care, payers and compacts are data with sources. The files seed
the tables; afterwards the tables are the truth, and an admin's edits are never overwritten.
"""

import tomllib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Record
from groupmatch.records import CompactRegion, GroupType, LevelOfCare, Payer, PayerRule, Topic
from groupmatch.resources import shipped


def load(session: Session) -> None:
    """Add the shipped rows that the tables do not have. Calling it again changes nothing."""
    _add_missing(session, Topic, ("code",), _coded("topics"))
    _add_missing(session, GroupType, ("code",), _coded("group_types"))
    _add_missing(session, LevelOfCare, ("code",), _coded("levels_of_care"))
    _add_missing(session, Payer, ("code",), _payers())
    # Rules refer to the payers and levels above.
    session.flush()
    _add_missing(session, PayerRule, ("payer_code", "level_code", "valid_from"), _payer_rules())
    _add_missing(session, CompactRegion, ("compact", "region", "valid_from"), _compact_regions())
    session.flush()


def rows(session: Session) -> list[Record]:
    """All governed rows. Whoever adds many records keeps them: looked up by key, they then come
    from the session's memory.
    """
    kinds: tuple[type[Record], ...] = (Topic, GroupType, LevelOfCare, Payer)
    return [row for kind in kinds for row in session.scalars(select(kind))]


def _add_missing(
    session: Session,
    kind: type[Record],
    key: tuple[str, ...],
    rows: Iterator[dict[str, Any]],
) -> None:
    columns = [getattr(kind, name) for name in key]
    known = {tuple(row) for row in session.execute(select(*columns))}
    session.add_all(
        kind(**row) for row in rows if tuple(row.get(name) for name in key) not in known
    )


def _coded(name: str) -> Iterator[dict[str, Any]]:
    for code, row in _shipped(name).items():
        yield {"code": code, **row}


def _payers() -> Iterator[dict[str, Any]]:
    for code, payer in _shipped("payers").items():
        yield {"code": code, "name": payer["name"]}


def _payer_rules() -> Iterator[dict[str, Any]]:
    for code, payer in _shipped("payers").items():
        for rule in payer.get("rules", []):
            level = rule.pop("level", None)
            yield {"payer_code": code, "level_code": level, **rule}


def _compact_regions() -> Iterator[dict[str, Any]]:
    for code, compact in _shipped("compacts").items():
        for region in compact["regions"]:
            yield {
                "compact": code,
                "region": region,
                "valid_from": compact["valid_from"],
                "source": compact["source"],
            }


def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((shipped("config") / f"{name}.toml").read_text(encoding="utf-8"))
