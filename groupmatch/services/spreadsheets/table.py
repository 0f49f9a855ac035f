"""A table in and out: columns, rows, what differs from what is stored, and what is wrong."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from groupmatch.errors import Refused
from groupmatch.records import Program
from groupmatch.refusals import sentence
from groupmatch.services.spreadsheets import sheet
from groupmatch.services.spreadsheets.cells import Cell, Unreadable, nearest
from groupmatch.services.spreadsheets.outgoing import Line, outgoing
from groupmatch.services.spreadsheets.sheet import NotASheet, Sheet

#: Rows after which records are written, so that they need not all be kept in memory.
_CHUNK = 250

#: The values of one row, by column.
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column; what an empty cell means is `empty`."""

    name: str
    cell: Cell
    means: str
    required: bool = False
    empty: Any = None
    #: Part of what tells rows apart.
    key: bool = False
    #: Cannot change once it is stored.
    fixed: bool = False
    #: An empty cell leaves what is stored.
    keeps: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do. Rows count as a spreadsheet counts them."""

    text: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        places = (
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        )
        place = ", ".join(filter(None, places))
        return f"{place}: {self.text}" if place else self.text


@dataclass(frozen=True)
class Row:
    """A row that could be read."""

    number: int
    values: Values


@dataclass(frozen=True)
class Change:
    """What a row does: adds a record, or changes columns of one."""

    row: int
    record: str
    #: Empty for a new record.
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What an import did, or with any problem: what it would have to do first."""

    changes: tuple[Change, ...] = ()
    same: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def new(self) -> int:
        """How many records were added."""
        return sum(not change.columns for change in self.changes)

    @property
    def changed(self) -> int:
        """How many records were changed."""
        return sum(bool(change.columns) for change in self.changes)


class Table(ABC):
    """One kind of record as a table. Made for one import or export: it knows what is stored."""

    session: Session
    columns: Sequence[Column]
    #: Key → the values of each stored record.
    stored: Mapping[str, Values]
    #: Key → why a record of this key can be neither added nor changed.
    over: Mapping[str, str] = {}

    @abstractmethod
    def add(self, values: Values) -> None:
        """Add a record. Raises Refused."""

    @abstractmethod
    def change(self, key: str, values: Values, columns: Collection[str]) -> None:
        """Change these columns of a record. Raises Refused."""

    @abstractmethod
    def tells_of(self, key: str) -> Collection[str]:
        """Ids of the participants of whom a stored record tells."""

    def key(self, values: Values) -> str:
        """What tells this record apart."""
        return str(values["id"])

    def write(self) -> None:
        """Write what was added or changed so far."""
        self.session.flush()

    def conflicts(self, rows: Sequence[Row]) -> Iterator[Problem]:
        """What is wrong between rows."""
        yield from ()


def import_table(table: Table, content: bytes) -> Report:
    """Read a file into a table. With any problem in the report, the caller must roll back."""
    try:
        read = sheet.read(content, {column.name for column in table.columns})
    except NotASheet as problem:
        return Report(problems=(Problem(str(problem)),))
    problems = list(_header_problems(table, read))
    rows = [] if problems else _parsed(table, read, problems)
    if not problems:
        problems += [*_key_problems(table, rows), *table.conflicts(rows)]
    return Report(problems=tuple(problems)) if problems else _applied(table, rows)


def export_table(table: Table, program: Program) -> str:
    """All that is stored and may leave, as CSV text in the order of the key columns."""
    lines = [
        Line(
            [
                column.cell.write(values[column.name]) if _filled(column, values) else ""
                for column in table.columns
            ],
            table.tells_of(key),
        )
        for key, values in table.stored.items()
    ]
    keys = [place for place, column in enumerate(table.columns) if column.key]
    lines.sort(key=lambda line: [line.cells[place] for place in keys])
    return outgoing(table.session, program, [column.name for column in table.columns], lines)


def _filled(column: Column, values: Values) -> bool:
    return values[column.name] is not None or column.empty is not None


def _header_problems(table: Table, read: Sheet) -> Iterator[Problem]:
    names = [column.name for column in table.columns]
    for name in dict.fromkeys(read.header):
        if name and name not in names:
            meant = nearest(name, names)
            text = f"there is no such column{meant}; the columns are {', '.join(names)}"
            yield Problem(text, row=1, column=name)
        if name and read.header.count(name) > 1:
            yield Problem("this column is there twice", row=1, column=name)
    for column in table.columns:
        if column.required and column.name not in read.header:
            text = f"this column is missing; it holds: {column.means}"
            yield Problem(text, row=1, column=column.name)


def _parsed(table: Table, read: Sheet, problems: list[Problem]) -> list[Row]:
    columns = {column.name: column for column in table.columns}
    rows = []
    for number, cells in read.rows:
        if len(cells) > len(read.header) and any(cells[len(read.header) :]):
            problems.append(Problem("this row has more cells than there are columns", number))
        values = {}
        for name, text in zip(read.header, [*cells, *[""] * len(read.header)], strict=False):
            if not name:
                continue
            try:
                values[name] = _value(columns[name], text)
            except Unreadable as unreadable:
                problems.append(Problem(str(unreadable), number, name))
        rows.append(Row(number, values))
    return rows


def _value(column: Column, text: str) -> Any:
    if text:
        return column.cell.read(text)
    if column.required:
        raise Unreadable("this cell must not be empty")
    return column.empty


def _key_problems(table: Table, rows: Sequence[Row]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for row in rows:
        key = table.key(row.values)
        if key in table.over:
            yield Problem(table.over[key], row.number)
        if key in seen:
            yield Problem(f"this repeats row {seen[key]}", row.number)
        seen.setdefault(key, row.number)


def _applied(table: Table, rows: Sequence[Row]) -> Report:
    changes: list[Change] = []
    problems: list[Problem] = []
    for row in rows:
        key = table.key(row.values)
        try:
            columns = _differing(table, key, row)
            if columns == ():
                continue
            if columns is None:
                table.add(
                    {column.name: column.empty for column in table.columns} | dict(row.values)
                )
            else:
                table.change(key, row.values, columns)
            changes.append(Change(row.number, _written_key(table, row), columns or ()))
            if len(changes) % _CHUNK == 0:
                table.write()
        except Unreadable as unreadable:
            problems.append(Problem(str(unreadable), row.number))
        except Refused as refused:
            problems.append(Problem(sentence(refused), row.number))
    if not problems:
        table.write()
    return Report(tuple(changes), len(rows) - len(changes), tuple(problems))


def _differing(table: Table, key: str, row: Row) -> tuple[str, ...] | None:
    """The columns in which a row differs from what is stored; None where nothing is."""
    if key not in table.stored:
        return None
    present = table.stored[key]
    differing = []
    for column in table.columns:
        given = row.values.get(column.name)
        silent = (
            column.key or column.name not in row.values or (column.keeps and given == column.empty)
        )
        if silent or given == present[column.name]:
            continue
        if column.fixed:
            raise Unreadable(
                f"“{column.name}” is “{column.cell.write(present[column.name])}” here and cannot"
                " change; keep it, or add a row with a new id"
            )
        differing.append(column.name)
    return tuple(differing)


def _written_key(table: Table, row: Row) -> str:
    written = [column.cell.write(row.values[column.name]) for column in table.columns if column.key]
    return " and ".join(written)
