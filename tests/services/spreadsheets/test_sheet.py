"""CSV files as Excel and others make them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupmatch.services.spreadsheets import sheet
from groupmatch.services.spreadsheets.sheet import NotASheet

_KNOWN = {"id", "first_name", "availability"}
_PLAIN = "id,First Name,availability\r\nP-1,Zoë,Mon 18:00-21:00\r\n"
_ROWS = [(2, ["P-1", "Zoë", "Mon 18:00-21:00"])]


@pytest.mark.parametrize(
    "content",
    [
        _PLAIN.encode(),
        _PLAIN.encode("utf-8-sig"),
        _PLAIN.encode("cp1252"),
        _PLAIN.replace(",", "\t").encode("utf-16"),
        _PLAIN.replace(",", "\t").encode("utf-16-be").join([b"\xfe\xff", b""]),
        _PLAIN.replace(",", ";").encode("utf-8-sig"),
        ("sep=;\r\n" + _PLAIN.replace(",", ";")).encode("cp1252"),
        _PLAIN.replace("\r\n", "\n").encode(),
        _PLAIN.replace("\r\n", "\r").encode(),
        _PLAIN.rstrip().encode(),
    ],
    ids=[
        "plain",
        "mark",
        "cp1252",
        "utf-16",
        "utf-16-be",
        "semicolons",
        "sep",
        "unix",
        "old mac",
        "no last line end",
    ],
)
def test_a_file_is_read_however_it_was_saved(content: bytes) -> None:
    read = sheet.read(content, _KNOWN)
    assert read.header == ["id", "first_name", "availability"]
    assert read.rows == _ROWS


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    read = sheet.read(b'id,first_name\r\n\r\nP-1,"two\r\nlines"\r\n,\r\nP-2,b\r\n', _KNOWN)
    assert [number for number, _ in read.rows] == [3, 5]


@pytest.mark.parametrize("content", [b"", b"\r\n", b"PK\x03\x04\x00\x00", b'id,"' + b"x" * 200_000])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(NotASheet):
        sheet.read(content, _KNOWN)


@pytest.mark.parametrize("cell", ["=1+1", "+1 555 0100", "-", "@here", "'=1", "\t=1"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert sheet.guarded(cell).startswith("'")
    assert sheet.unguarded(sheet.guarded(cell)) == cell


@given(st.text(max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_guarded_cell_reads_as_it_was(cell: str) -> None:
    assert sheet.unguarded(sheet.guarded(cell)) == cell


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip),
            st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip),
        ).filter(lambda row: bool(row[0])),
        max_size=5,
    )
)
@settings(max_examples=100, deadline=None)
def test_what_is_written_reads_as_it_was(rows: list[tuple[str, str]]) -> None:
    text = sheet.written(["id", "first_name"], rows)
    read = sheet.read(text.encode(), _KNOWN)
    assert [tuple(cells) for _, cells in read.rows] == rows
