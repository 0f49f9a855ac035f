"""A page of a long list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and where in it they stand."""

    rows: tuple[Row, ...]
    total: int
    #: Counted from 1.
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Place in the list of the first row, counted from 1; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Place in the list of the last row; 0 when there is none."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def cut(rows: Sequence[Row], number: int, size: int) -> Page[Row]:
    """Cut one page out of a whole list. A number past the end gives the last page."""
    number = _within(number, len(rows), size)
    start = (number - 1) * size
    return Page(tuple(rows[start : start + size]), len(rows), number, size)


def fetch(
    session: Session, query: Select[Row], number: int, size: int, *, total: int | None = None
) -> Page[Row]:
    """Fetch one page of the records of a query. A number past the end gives the last page.

    Whoever knows the `total` already spares the database a count.
    """
    total = _counted(session, query) if total is None else total
    number = _within(number, total, size)
    rows = session.scalars(query.limit(size).offset((number - 1) * size))
    return Page(tuple(rows), total, number, size)


def find(session: Session, query: Select[Row], number: int, size: int) -> Page[Row]:
    """The same of a query that looks long for few records: it looks once and counts meanwhile."""
    counting = query.add_columns(func.count().over()).limit(size).offset((number - 1) * size)
    found = session.execute(counting).all()
    if not found and number > 1:
        return fetch(session, query, number, size)
    return Page(tuple(row[0] for row in found), found[0][1] if found else 0, number, size)


def _counted(session: Session, query: Select[Row]) -> int:
    counted = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return session.scalar(counted) or 0


def _within(number: int, total: int, size: int) -> int:
    return min(max(1, number), max(1, -(-total // size)))
