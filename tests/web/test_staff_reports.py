"""The reports on a page and as files."""

from collections.abc import Callable

from flask.testing import FlaskClient

from groupmatch.database import Database
from tests import cast as made
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]

_FILES = (
    "days-to-seat",
    "fill",
    "attendance",
    "moves",
    "outcomes",
    "waits-by-topic",
    "waits-by-state",
    "waits-by-payer",
)


def test_all_staff_read_the_reports_and_nobody_else(client_of: ClientOf, people: Cast) -> None:
    for name in ("Mara", "Nora", "Ines"):
        assert "Days to a seat" in words(client_of(name).get("/reports"))
    for name in ("Ada", "Cleo"):
        assert client_of(name).get("/reports").status_code == 403


def test_every_report_is_a_file(client_of: ClientOf, people: Cast) -> None:
    mara = client_of("Mara")
    page = mara.get("/reports").text
    # Nobody has answered a questionnaire: there is no table to keep.
    assert [name for name in _FILES if f"csv={name}" not in page] == ["outcomes"]
    for name in _FILES:
        answer = mara.get(f"/reports?csv={name}")
        assert answer.mimetype == "text/csv", name
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}.csv"


def test_one_who_waits_is_not_told_and_eleven_are(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    mara = client_of("Mara")
    page = words(mara.get("/reports"))
    assert "1 other together fewer than 11" in page
    assert "1," not in mara.get("/reports?csv=waits-by-topic").text
    with sqlite_database.transaction() as session:
        for number in range(10):
            person = made.participant(session, people.program, f"Eve{number}")
            made.request(session, person)
    told = mara.get("/reports?csv=waits-by-topic").text
    assert "Anxiety and depression,11,0" in told
    assert ">Anxiety and depression</text>" in mara.get("/reports").text


def test_a_report_is_ordered_by_its_address(client_of: ClientOf, people: Cast) -> None:
    lines = client_of("Mara").get("/reports?csv=fill&fill-sort=month&fill-order=desc").text
    assert lines.splitlines()[1].startswith("November 2026")
