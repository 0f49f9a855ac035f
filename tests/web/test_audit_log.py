"""The audit log as a page: searched, paged, of one program, and as a file."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.records import Group, Participant
from groupmatch.services.audit import audit
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _things_have_happened(people: Cast, sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        ada = session.get_one(Participant, people.ada.id)
        group = session.get_one(Group, people.group.id)
        dov = session.get_one(Participant, people.dov.id)
        for number in range(60):
            audit.record(
                session,
                "participant.edited",
                ada,
                by=people.mara.id,
                before={"phone": f"555-{number}"},
                after={"phone": f"555-{number + 1}"},
                reason="=told us",
            )
        audit.record(session, "group.opened", group, by=None)
        audit.record(session, "participant.edited", dov, by=people.dov_staff.id)


def _rows(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"/admin/audit.csv{query}").text
    return list(csv.DictReader(io.StringIO(text)))


def test_it_says_who_did_what_to_whom_from_what_to_what_and_why(
    client_of: ClientOf, people: Cast
) -> None:
    page = words(client_of("Ines").get("/admin/audit?act=participant"))
    assert "Mara Facts changed" in page
    assert people.ada.full_name in page
    assert "phone: 555-59 → 555-60" in page
    assert "=told us" in page


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?act=participant.edited", 60),
        ("?act=group.opened", 1),
        ("?who=mara&act=edited", 60),
        ("?who=nobody", 0),
        ("?sort=changes&act=p", 61),
        ("?sort=reading&act=edited", 0),
        ("?first=2999-01-01", 0),
        ("?last=2000-01-01", 0),
        ("?first=0001-01-01&last=9999-12-31&act=group.opened", 1),
        ("?first=tomorrow&act=group.opened", 1),
    ],
)
def test_it_is_searched(client_of: ClientOf, query: str, number: int) -> None:
    assert len(_rows(client_of("Ines"), query)) == number


def test_one_record_can_be_followed(client_of: ClientOf, people: Cast) -> None:
    rows = _rows(client_of("Ines"), f"?subject={people.group.id}")
    assert [row["act"] for row in rows] == ["group.opened"]


def test_a_long_log_has_pages(client_of: ClientOf) -> None:
    client = client_of("Ines")
    assert "1–50 of" in words(client.get("/admin/audit"))
    assert "51–" in words(client.get("/admin/audit?page=2"))


def test_other_programs_have_a_log_of_their_own(client_of: ClientOf, people: Cast) -> None:
    text = client_of("Ines").get("/admin/audit.csv").text
    assert people.dov.id not in text
    assert "Dana" not in text


def test_taking_the_log_away_is_in_the_log(client_of: ClientOf) -> None:
    client = client_of("Ines")
    client.get("/admin/audit.csv")
    assert _rows(client, "?sort=reading&act=file")[0]["by"] == "Ines"


def test_no_cell_of_the_file_is_a_formula(client_of: ClientOf) -> None:
    assert {row["reason"] for row in _rows(client_of("Ines"), "?act=edited")} == {"'=told us"}


def test_only_administrators_read_it(client_of: ClientOf) -> None:
    for name in ("Mara", "Nora", "Cleo", "Ada"):
        assert client_of(name).get("/admin/audit").status_code == 403
        assert client_of(name).get("/admin/audit.csv").status_code == 403
