"""Staff and therapists: list, page, taking one in, licenses, hours, invitation."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Account, License, Therapist
from tests import cast as made
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


def test_the_list_tells_load_and_licenses(mara: FlaskClient, people: Cast) -> None:
    assert "Cleo Marsh 1 1 h – NY – Leads" in words(mara.get("/therapists"))


def test_a_therapist_is_added_and_changed(mara: FlaskClient, sqlite_database: Database) -> None:
    form = {
        "first_name": "Ruth",
        "last_name": "Abel",
        "timezone": "America/Denver",
        "max_minutes": "600",
        "attributes": "gender=woman",
        "active": "y",
    }
    page = words(mara.post("/therapists/new", data=form, follow_redirects=True))
    assert "0 min of sessions a week of 10 h, Denver time" in page
    assert "No license is written down, so nobody can be placed with Ruth." in page
    with sqlite_database.read() as session:
        ruth = session.scalars(select(Therapist).filter_by(first_name="Ruth")).one()
    edited = {**form, "max_minutes": "never", "last_name": ""}
    answer = mara.post(f"/therapists/{ruth.id}/edit", data=edited)
    assert answer.status_code == 422
    assert "Write a whole number." in words(answer)
    assert "Write a last name." in words(answer)


def test_a_license_is_for_a_region_or_a_compact_and_gets_an_end(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/therapists/{people.cleo.id}/licenses"
    both = {"region": "NJ", "compact": "psypact", "valid_from": "2026-01-01"}
    assert "Choose a region or a compact, one of them." in words(mara.post(f"{url}/new", data=both))
    backward = {"region": "NJ", "valid_from": "2026-01-01", "valid_to": "2025-01-01"}
    assert "Write a date after the first one." in words(mara.post(f"{url}/new", data=backward))
    mara.post(f"{url}/new", data={"region": "NJ", "valid_from": "2026-01-01"})
    with sqlite_database.read() as session:
        held = session.scalars(select(License).filter_by(region="NJ")).one()
    page = words(
        mara.post(f"{url}/{held.id}/end", data={"last_on": "2027-01-31"}, follow_redirects=True)
    )
    assert "NJ Until Jan 31, 2027" in page
    assert "License ended: NJ, until Jan 31, 2027" in page


def test_a_compact_is_told_by_its_name(mara: FlaskClient, people: Cast) -> None:
    url = f"/therapists/{people.cleo.id}/licenses/new"
    assert "PSYPACT, for psychologists" in words(mara.get(url))
    license_ = {"compact": "psypact", "valid_from": "2026-01-01", "valid_to": "2027-01-31"}
    page = words(mara.post(url, data=license_, follow_redirects=True))
    assert "PSYPACT, for psychologists Until Jan 31, 2027" in page
    assert "psypact" not in page


def test_a_license_of_somebody_else_is_not_found(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        ruth = made.therapist(session, people.program, "Ruth")
        held = session.scalars(select(License).filter_by(therapist_id=ruth.id)).one()
    answer = mara.get(f"/therapists/{people.cleo.id}/licenses/{held.id}/end")
    assert answer.status_code == 404


def test_hours_are_written_down_and_read_in_words(mara: FlaskClient, people: Cast) -> None:
    answer = mara.post(
        f"/therapists/{people.cleo.id}/hours",
        data={"hours": "Mon-Wed 09:00-17:00"},
        follow_redirects=True,
    )
    assert "Wednesday 9:00 am–5:00 pm" in words(answer)


def test_a_therapist_is_invited(mara: FlaskClient, people: Cast, sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        ruth = made.therapist(session, people.program, "Ruth")
    mara.post(f"/therapists/{ruth.id}/invite")
    with sqlite_database.read() as session:
        account = session.scalars(select(Account).filter_by(therapist_id=ruth.id)).one()
        assert account.email == "ruth@example.org"
