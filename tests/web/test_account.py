"""One's own account: where each role begins, and which program one works in."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.records import Account, ProgramRole, StaffRole
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.mark.parametrize(
    ("name", "place"), [("Ada", "/me"), ("Cleo", "/therapist"), ("Mara", "/morning")]
)
def test_every_role_begins_on_its_own_page(client_of: ClientOf, name: str, place: str) -> None:
    assert client_of(name).get("/").location == place


def test_an_account_without_a_role_is_told_whom_to_ask(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Account, people.mara.id).staff_roles[0].ended_at = people.mara.created_at
    client = client_of("Mara")
    page = words(client.get("/", follow_redirects=True))
    assert "No program has given this account a role yet." in page
    assert client.get("/morning").status_code == 403


def test_staff_of_two_programs_change_between_them(
    client_of: ClientOf, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.add(
            ProgramRole(
                account_id=people.mara.id,
                program_id=people.other_program.id,
                role=StaffRole.COORDINATOR,
            )
        )
    client = client_of("Mara")
    # Harbor House comes before Lakeside.
    assert "Dov" in client.get("/people").text
    answer = client.post(f"/account/programs/{people.program.id}", follow_redirects=True)
    assert "You now work in Lakeside." in words(answer)
    page = client.get("/people").text
    assert "Ada" in page
    assert "Dov" not in page


def test_a_program_of_others_cannot_be_chosen(client_of: ClientOf, people: Cast) -> None:
    answer = client_of("Mara").post(f"/account/programs/{people.other_program.id}")
    assert answer.status_code == 404
