"""Tables: what their columns say, and how an address searches, orders, pages and exports them.

A view says what its table is once, and lays it over rows:

    members = _MEMBERS.over(page.roster)
    return exported(members) or render_template(…, members=members)

The template draws it by `table` of `_macros/table.html`, cell by cell.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from flask import Response, request, url_for

from groupmatch.names import fold, matches
from groupmatch.services import paging
from groupmatch.services.paging import Page
from groupmatch.services.spreadsheets.outgoing import Line
from groupmatch.web import outgoing

Row = TypeVar("Row")

#: What a cell of a spreadsheet can be made of.
Value = str | int | float | date | None

#: In shorter tables nobody needs to search.
_SEARCHED_FROM = 9


def nobody(_row: object) -> Collection[str]:
    """Of whom the rows of a table tell that is about no participant."""
    return ()


def nothing(_rows: object) -> None:
    """The rest of rows that tell everything."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a table."""

    #: Names it in an address.
    key: str
    label: str
    #: What a spreadsheet shows of a row, and what a search looks through.
    text: Callable[[Row], Value]
    #: What rows are ordered by, where that is not the text.
    order: Callable[[Row], Any] | None = None
    number: bool = False
    #: Whether rows can be ordered by it.
    orders: bool = True
    #: Whether rows in brief do not tell it.
    late: bool = False

    def place(self, row: Row) -> Any:
        """What a row is ordered by; nothing comes last."""
        value = self.order(row) if self.order else self.text(row)
        return value is None, fold(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A table as a view declares it."""

    #: Names its file, and unless it is the `main` one of its page its parameters.
    name: str
    caption: str
    columns: tuple[Column[Row], ...]
    #: Ids of the participants of whom a row tells, which a file may have to leave out.
    tells_of: Callable[[Row], Collection[str]]
    main: bool = False
    #: The column that orders it unless the address names one; empty for the order of the rows.
    first: str = ""
    #: Whether it has a search of its own; a page with filters needs none.
    searched: bool = True
    size: int = 100

    def over(
        self, rows: Sequence[Row], rest: Callable[[Sequence[Row]], None] = nothing
    ) -> "Listed[Row]":
        """Search, order and cut rows as the address asks.

        Where rows come in brief, `rest` reads what they do not tell yet: of those on the page, or
        of all if that takes a search, a file or the order.
        """
        words = request.args.get(self.parameter("find"), "").strip() if self.searched else ""
        number = request.args.get(self.parameter("page"), 1, type=int)
        listed = self.given(Page((), len(rows), 1, self.size))
        column = listed.column
        of_all = bool(words) or self.wants_export() or (column is not None and column.late)
        if of_all:
            rest(rows)
        found = [row for row in rows if matches(words, self._words(row))] if words else rows
        ordered = listed.ordered(found)
        page = paging.cut(ordered, number, self.size)
        if not of_all:
            rest(page.rows)
        return replace(listed, page=page, every=ordered, words=words)

    def given(self, page: Page[Row], every: Sequence[Row] = ()) -> "Listed[Row]":
        """A page that a query has ordered already; `every` row goes into an export."""
        return Listed(
            table=self,
            page=page,
            every=every or page.rows,
            sort=request.args.get(self.parameter("sort"), self.first),
            descending=request.args.get(self.parameter("order")) == "desc",
            searched=self.searched and page.total >= _SEARCHED_FROM,
        )

    def parameter(self, name: str) -> str:
        """A parameter of the address that is about this table."""
        return name if self.main else f"{self.name}-{name}"

    def wants_export(self) -> bool:
        """Whether the address asks for this table as a file."""
        return request.args.get("csv") == self.name

    def _words(self, row: Row) -> str:
        return " ".join(str(column.text(row) or "") for column in self.columns)


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A table over rows, as an address asks for it."""

    table: Table[Row]
    page: Page[Row]
    #: The rows of all pages, in order.
    every: Sequence[Row]
    #: The key of the column that orders the rows; empty for the order in which they came.
    sort: str
    descending: bool
    searched: bool
    words: str = ""

    @property
    def column(self) -> Column[Row] | None:
        """The column that orders the rows."""
        return next((each for each in self.table.columns if each.key == self.sort), None)

    def ordered(self, rows: Sequence[Row]) -> list[Row]:
        """Rows in the order that is asked for."""
        column = self.column
        return sorted(rows, key=column.place, reverse=self.descending) if column else list(rows)

    def here(self, **changes: object) -> str:
        """The address of this page with parameters of this table changed; empty ones drop out."""
        named = {self.table.parameter(name): value for name, value in changes.items()}
        return _address({**named, "csv": None})

    def by(self, column: Column[Row]) -> str:
        """The address that orders by a column, the other way round where it does already."""
        turned = column.key == self.sort and not self.descending
        return self.here(sort=column.key, order="desc" if turned else None, page=None)

    @property
    def file(self) -> str:
        """The address of the table as a spreadsheet, searched and filtered as it is here."""
        return _address({"csv": self.table.name, self.table.parameter("page"): None})

    @property
    def kept(self) -> dict[str, str]:
        """The parameters that a search of this table leaves as they are."""
        own = (self.table.parameter("find"), self.table.parameter("page"), "csv")
        return {name: value for name, value in request.args.items() if name not in own}


def exported(*tables: Listed[Any]) -> Response | None:
    """The table that the address asks for as a file; None where it asks for none."""
    listed = next((each for each in tables if each.table.wants_export()), None)
    if listed is None:
        return None
    own = listed.table
    lines = [
        Line([_written(column.text(row)) for column in own.columns], own.tells_of(row))
        for row in listed.every
    ]
    return outgoing.file_of(own.name, [column.label for column in own.columns], lines)


def _written(value: Value) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _address(changes: dict[str, Any]) -> str:
    kept = {**request.args.to_dict(), **(request.view_args or {}), **changes}
    given = {name: value or None for name, value in kept.items()}
    return url_for(str(request.endpoint), **given)
