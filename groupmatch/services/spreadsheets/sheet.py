"""CSV files as people's programs make them, in and out.

Excel writes semicolons where the comma is the decimal sign, tabs with UTF-16, cp1252 where nobody
asked for Unicode, and a byte order mark. All of these are read; what is written is UTF-8.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

#: What a spreadsheet would take for a formula gets an apostrophe in front, and loses it again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_DELIMITERS = ",;\t"
#: How every line of the label begins that stands above files under 42 CFR Part 2.
_LABEL = "# 42 CFR"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Sheet:
    """A file's header, and its rows with their numbers as a spreadsheet shows them."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


class NotASheet(Exception):
    """The file cannot be read as a table; the message says why and what to do."""


def read(content: bytes, known: Collection[str]) -> Sheet:
    """Read a file; the delimiter is the one that gives most known columns. Raises NotASheet."""
    text = _decoded(content)
    if "\0" in text:
        raise NotASheet("This is no text. Save the sheet as CSV.")
    text, labels = _without_label(text)
    # Excel may say which delimiter follows in a first line of its own.
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE)
    text = rest if told else text
    delimiter = told[1] if told else max(_DELIMITERS, key=lambda sign: _known(text, sign, known))
    rows = _rows(text, delimiter)
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise NotASheet("The first row has no column names.")
    numbered = [
        (number, [unguarded(cell.strip()) for cell in cells])
        for number, cells in enumerate(rows[1:], start=2 + labels)
        if any(cell.strip() for cell in cells)
    ]
    return Sheet([column_name(cell) for cell in rows[0]], numbered)


def written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV text, with the line ends of RFC 4180."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return file.getvalue()


def column_name(text: str) -> str:
    """A column's name as it is compared: “First name” is first_name."""
    return re.sub(r"[\s_-]+", "_", text.strip().lower())


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What the cell was before it was guarded."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _without_label(text: str) -> tuple[str, int]:
    """The table beneath its label, and how many lines that has."""
    labels = 0
    while text.lstrip('"').startswith(_LABEL):
        text, labels = text.partition("\n")[2], labels + 1
    return text, labels


def _known(text: str, delimiter: str, known: Collection[str]) -> int:
    header = next(iter(_rows(text.partition("\n")[0], delimiter)), [])
    return sum(column_name(cell) in known for cell in header)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise NotASheet(f"This is not a CSV file: {error}.") from None
