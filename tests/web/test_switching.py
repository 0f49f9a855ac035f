"""A member asks to switch, sees what could be, and says what they would like best."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import Seat, SwitchRequest
from groupmatch.services.switching import switches
from tests import cast
from tests.cast import TODAY, WEDNESDAY, Cast
from tests.services.drafting import match
from tests.services.switching import Full, ask, full
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def there(sqlite_database: Database, clock_at_now: object) -> Full:
    """Two full groups, and Finn who asked before the night."""
    with sqlite_database.transaction() as session:
        made = full(session)
        ask(session, made.finn)
        match(session, made.people.program)
        return made


@pytest.fixture
def populated(there: Full) -> None:
    """Instead of the cast alone."""


def _room(database: Database, there: Full) -> str:
    with database.transaction() as session:
        leader = cast.therapist(session, there.people.program, "Lena")
        group = cast.therapy_group(
            session, there.people.program, leaders=[leader], meetings=((WEDNESDAY, 900, 60),)
        )
        return group.id


def _asked(client: FlaskClient, there: Full) -> str:
    answer = client.post(
        f"/me/requests/{there.eve.id}/switch", data={"kind": "time", "reason": "schedule"}
    )
    return answer.location


def _fetched(app: Flask, client: FlaskClient, url: str) -> None:
    client.get(url)
    app.extensions["groupmatch.solved_runs"].wait()


def test_who_asks_sees_at_once_what_is_open(
    client_of: ClientOf, there: Full, sqlite_database: Database, app: Flask
) -> None:
    group = _room(sqlite_database, there)
    eve = client_of("Eve")
    url = _asked(eve, there)
    page = words(eve.get(url))
    assert "Wednesday 3:00–4:00 pm" in page
    assert "with Lena Marsh. From Wednesday, November 25" in page
    assert "Open now" in page
    page = words(eve.post(url, data={"first": group}, follow_redirects=True))
    assert "We know what you would like best." in page
    assert f'name="first" value="{group}"' in eve.get(url).text
    page = words(eve.post(url, data={}, follow_redirects=True))
    assert "You leave it open." in page
    app.extensions["groupmatch.solved_runs"].wait()


def test_what_the_night_could_arrange_comes_without_waiting_and_names_nobody(
    app: Flask, client_of: ClientOf, there: Full
) -> None:
    eve = client_of("Eve")
    url = _asked(eve, there)
    assert "Looking through last night’s search" in words(eve.get(url))
    app.extensions["groupmatch.solved_runs"].wait()
    rows = eve.get(f"{url}/arranged").text
    page = words(eve.get(url))
    assert "Wednesday 10:00–11:00 am" in page
    assert "Possible; a person here has to arrange it" in page
    assert "as of Nov 22" in page
    for text in (rows, page):
        for word in ("Finn", "full", "1 of 1", "someone", "somebody", "member"):
            assert word not in text


def test_an_arranged_option_can_be_ranked_like_any_other(
    app: Flask, client_of: ClientOf, there: Full, sqlite_database: Database
) -> None:
    eve = client_of("Eve")
    url = _asked(eve, there)
    _fetched(app, eve, url)
    eve.post(url, data={"first": there.wednesdays.id})
    with sqlite_database.read() as session:
        request = session.get_one(Seat, there.eve.id).request
        assert [choice.group_id for choice in request.choices] == [there.wednesdays.id]
    page = words(eve.post(url, data={"first": there.people.group.id}, follow_redirects=True))
    assert "That time is not open any more." in page


def test_who_asks_too_early_reads_from_when_on_and_that_safety_never_waits(
    client_of: ClientOf, there: Full, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Seat, there.eve.id).starts_on = TODAY
    eve = client_of("Eve")
    form = f"/me/requests/{there.eve.id}/switch"
    assert "You can ask for a change from Tuesday, December 15 on." in words(eve.get(form))
    answer = eve.post(form, data={"kind": "time", "reason": "schedule"})
    assert answer.status_code == 422
    assert "here from Tuesday, December 15 on" in words(answer)
    page = words(eve.post(form, data={"kind": "group", "reason": "safety"}, follow_redirects=True))
    assert "A person from your program reads this first." in page
    assert "What could be" not in page


def test_without_options_the_page_says_what_happens_next(
    app: Flask, client_of: ClientOf, there: Full, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        _withdraw(session, there.people)
    eve = client_of("Eve")
    url = _asked(eve, there)
    _fetched(app, eve, url)
    page = words(eve.get(url))
    assert "We look again every night." in page
    assert "No choice" not in page
    assert "A seat may come free" not in page
    with sqlite_database.transaction() as session:
        session.get_one(Seat, there.finn.id).ends_on = TODAY + timedelta(weeks=2)
    told = "A seat may come free from Monday, December 7 on; others may come first."
    assert told in words(eve.get(url))


def _withdraw(session: Session, people: Cast) -> None:
    finn = session.query(SwitchRequest).one()
    switches.withdraw(session, finn, by=None)
    match(session, people.program)
