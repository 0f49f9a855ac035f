"""Taking a publication back on the draft page."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import EndReason, Seat
from tests import cast as make
from tests.cast import Cast
from tests.services.drafting import approved_draft
from tests.web.pages import words

Client = Callable[[str], FlaskClient]


@pytest.fixture
def bundle(people: Cast, sqlite_database: Database, client_of: Client) -> str:
    """Ben's seat, published; the id of its bundle."""
    with sqlite_database.transaction() as session:
        program = session.get_one(make.Program, people.program.id)
        [bundle] = approved_draft(session, program).bundles
    client_of("Mara").post("/draft/publish")
    return bundle.id


def end_reason(database: Database, people: Cast) -> str | None:
    with database.read() as session:
        query = select(Seat.end_reason).where(Seat.request_id == people.ben_request.id)
        return session.scalars(query).one()


@pytest.mark.parametrize("address", ["/draft/{}/undo", "/draft/undo"])
def test_it_needs_a_reason_and_then_all_is_as_before(
    client_of: Client, bundle: str, people: Cast, sqlite_database: Database, address: str
) -> None:
    mara = client_of("Mara")
    address = address.format(bundle)
    assert "Ben Quill" in words(mara.get(address))
    assert mara.post(address).status_code == 422
    assert end_reason(sqlite_database, people) is None
    told = mara.post(address, data={"reason": "Too early."}, follow_redirects=True)
    assert "Everything is as it was before the publishing." in words(told)
    assert end_reason(sqlite_database, people) == EndReason.UNDONE
    assert "1 to decide, 0 approved." in words(mara.get("/draft"))


def test_what_stands_against_it_is_told_and_nothing_changes(
    client_of: Client, bundle: str, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        seats = select(Seat).where(Seat.request_id == people.ben_request.id)
        seat = session.scalars(seats).one()
        seat.state, seat.end_reason = "ended", EndReason.BY_HAND
    answer = client_of("Mara").post(f"/draft/{bundle}/undo", data={"reason": "Too early."})
    assert answer.status_code == 422
    told = "Ben Quill: the seat has ended since, or another one took its place."
    assert told in words(answer)
    assert end_reason(sqlite_database, people) == EndReason.BY_HAND
