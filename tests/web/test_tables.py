"""Every table: found in, ordered, paged and kept as a file, all by its address."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.web.tables import Column, Table, nobody
from tests import cast as made
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


@pytest.fixture
def full(people: Cast, sqlite_database: Database) -> None:
    """Nine more members of Ada's group, so that it can be searched."""
    with sqlite_database.transaction() as session:
        for number in range(9):
            person = made.participant(
                session, people.program, f"Eve{number}", last_name=f"Adler{number}"
            )
            made.seat(session, made.request(session, person), people.group)


def test_a_file_carries_the_filter_of_its_page(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        made.therapy_group(session, people.program, leaders=[], name="Thin", min_size=5)
    assert [row["Name"] for row in _file(mara, "/groups?csv=groups&sort=name&order=desc")] == [
        "Thin",
        "Anxiety and depression",
    ]
    (row,) = _file(mara, "/groups?below=yes&csv=groups")
    assert (row["Name"], row["Gap"], row["Status"]) == ("Thin", "5", "Running")
    assert 'href="/groups?below=yes&amp;csv=groups"' in mara.get("/groups?below=yes").text


def test_no_cell_of_a_file_is_a_formula(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        made.therapy_group(session, people.program, leaders=[], name='=HYPERLINK("x")')
    (row,) = _file(mara, "/groups?words=%3Dhyper&csv=groups")
    assert row["Name"].startswith("'=")


def test_a_table_within_a_page_is_ordered_by_itself(
    mara: FlaskClient, people: Cast, full: None
) -> None:
    url = f"/groups/{people.group.id}"
    names = [row["Member"] for row in _file(mara, f"{url}?csv=roster&roster-sort=member")]
    assert names == [*(f"Eve{number} Adler{number}" for number in range(9)), "Ada Quill"]
    turned = _file(mara, f"{url}?csv=roster&roster-sort=member&roster-order=desc")
    assert [row["Member"] for row in turned] == names[::-1]


def test_a_long_table_can_be_searched_and_its_file_is(
    mara: FlaskClient, people: Cast, full: None
) -> None:
    url = f"/groups/{people.group.id}"
    page = mara.get(f"{url}?roster-find=eve4")
    assert "Eve4 Adler4" in page.text
    assert "Eve5 Adler5" not in page.text
    assert 'value="eve4"' in page.text
    assert [row["Member"] for row in _file(mara, f"{url}?roster-find=eve4&csv=roster")] == [
        "Eve4 Adler4"
    ]
    assert "Nothing here has “nobody”." in words(mara.get(f"{url}?roster-find=nobody"))


def test_a_table_that_is_not_there_is_a_page(mara: FlaskClient) -> None:
    assert mara.get("/groups?csv=secrets").mimetype == "text/html"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("", "ab"),
        ("?page=2", "c"),
        ("?sort=early&order=desc", "cb"),
        ("?sort=late", "abc"),
        ("?csv=letters", "abc"),
        ("?find=b", "abc"),
    ],
)
def test_the_rest_of_rows_is_read_for_a_page_unless_all_are_needed(
    app: Flask, asked: str, told: str
) -> None:
    columns = (
        Column[str]("early", "Early", str),
        Column[str]("late", "Late", str, late=True),
    )
    table = Table("letters", "Letters", columns, nobody, main=True, size=2)
    read: list[str] = []
    with app.test_request_context(f"/{asked}"):
        table.over("abc", read.extend)
    assert read == [*told]


def _file(client: FlaskClient, url: str) -> list[dict[str, str]]:
    answer = client.get(url)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
