"""The home page asks where one is when it is time to, and takes the answer."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Gate, GateKind, Participant, Task
from groupmatch.services.care import gates
from tests.cast import TODAY, Cast
from tests.web.pages import words


@pytest.fixture
def ben(
    client_of: Callable[[str], FlaskClient], people: Cast, sqlite_database: Database
) -> FlaskClient:
    """Ben, whose word of where he is lapses today."""
    with sqlite_database.transaction() as session:
        located = select(Gate).where(
            Gate.participant_id == people.ben.id, Gate.kind == GateKind.LOCATION
        )
        session.scalars(located).one().valid_to = TODAY
    return client_of("Ben")


def _closed(database: Database, people: Cast) -> bool:
    with database.read() as session:
        ben = session.get_one(Participant, people.ben.id)
        return ben.id in gates.closed_gates(session, [ben], TODAY)


def test_a_yes_is_thanked_for_and_not_asked_again(ben: FlaskClient) -> None:
    assert "Are you still in New York?" in words(ben.get("/me"))
    page = words(ben.post("/me/location", data={"there": "yes"}, follow_redirects=True))
    assert "Thank you. That is all we need." in page
    assert "Are you still in New York?" not in page


def test_a_no_stops_the_search_and_a_person_calls(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    page = words(ben.post("/me/location", data={"there": "no"}, follow_redirects=True))
    assert "somebody from your program calls you" in page
    assert _closed(sqlite_database, people)
    with sqlite_database.read() as session:
        assert session.scalars(select(Task.participant_id)).all() == [people.ben.id]


def test_whoever_was_asked_lately_sees_no_question(client_of: Callable[[str], FlaskClient]) -> None:
    assert "Are you still in" not in words(client_of("Ada").get("/me"))
