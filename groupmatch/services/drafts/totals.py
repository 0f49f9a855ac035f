"""What bundles do, counted in seats and groups by one look of the database at their entries."""

from dataclasses import dataclass, fields
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import QueryableAttribute, Session

from groupmatch.database.columns import columns
from groupmatch.records import DraftBundle, DraftEntry, EntryKind

Key = TypeVar("Key")


@dataclass(frozen=True)
class Totals:
    """What some bundles do, counted in seats; `opened` in groups."""

    bundles: int = 0
    placed: int = 0
    switched: int = 0
    moved: int = 0
    opened: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        pairs = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return Totals(*(one + two for one, two in pairs))

    @property
    def seats(self) -> int:
        """How many seats change."""
        return self.placed + self.switched + self.moved


def totals_by(
    session: Session, key: QueryableAttribute[Key], *which: ColumnElement[bool]
) -> dict[Key, Totals]:
    """What those bundles do that fulfill some conditions, by a column of theirs."""
    # Groups that open tell rows apart: to count different ones, the database would sort all seats.
    opening = case((DraftEntry.opens, DraftEntry.to_group_id))
    first = func.count().filter(DraftEntry.position == 0)
    alike = (key, DraftEntry.kind, opening)
    query = (
        select(*alike, func.count(), first)
        .select_from(DraftBundle)
        .join(DraftEntry)
        .where(*which)
        .group_by(*alike)
    )
    found: dict[Key, list[Any]] = {}
    for value, *row in columns(session, query):
        found.setdefault(value, []).append(row)
    return {value: _totals(rows) for value, rows in found.items()}


def _totals(rows: list[Any]) -> Totals:
    seats = dict.fromkeys(EntryKind, 0)
    for kind, _, number, _ in rows:
        seats[kind] += number
    return Totals(
        bundles=sum(bundles for *_, bundles in rows),
        placed=seats[EntryKind.PLACED],
        switched=seats[EntryKind.SWITCHED],
        moved=seats[EntryKind.MOVED],
        opened=len({group_id for _, group_id, *_ in rows if group_id}),
    )
