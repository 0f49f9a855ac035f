"""No page of a participant tells who else is there: not a name, an id, an address or a number."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import Participant
from groupmatch.web import access
from groupmatch.web.access import Who
from tests import cast
from tests.web.addresses import address
from tests.web.conftest import signed_in
from tests.web.world import World

#: Others in Ada's group, with names that no sentence of ours contains.
MARKED = ("Xanthippe", "Yolotzin", "Zebulon")


@pytest.fixture
def populated(world: World, sqlite_database: Database) -> None:
    """One of everything, and three more members beside Ada."""
    with sqlite_database.transaction() as session:
        for name in MARKED:
            _join(session, world, name)


def _join(session: Session, world: World, name: str) -> None:
    person = cast.participant(
        session, world.home.program, name, last_name=f"Mark{name}", phone=f"555-{name}"
    )
    group = session.get_one(cast.Group, world.home.ids["group_id"])
    cast.seat(session, cast.request(session, person), group)


def _pages(app: Flask, world: World) -> Iterator[str]:
    """Every address that a participant may open, and every one that their role may not."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "filename" not in rule.arguments:
            yield address(app, rule, world, world.home.ids)


def _marks(session: Session) -> set[str]:
    others = [
        person
        for person in session.query(Participant).all()
        if person.first_name not in ("Ada", "Dov")
    ]
    texts = {
        text
        for person in others
        for text in (person.id, person.first_name, person.last_name, person.email, person.phone)
    }
    return texts - {""}


def _leaks(app: Flask, client: FlaskClient, world: World, database: Database) -> list[str]:
    with database.read() as session:
        marks = _marks(session)
    answers = ((url, client.get(url, buffered=True)) for url in _pages(app, world))
    return [
        f"{url} tells {mark}"
        for url, answer in answers
        for mark in marks
        if mark in answer.text or mark in str(answer.headers)
    ]


def test_no_page_tells_a_participant_of_another(
    app: Flask, world: World, sqlite_database: Database
) -> None:
    client = signed_in(app, sqlite_database, "Ada")
    assert _leaks(app, client, world, sqlite_database) == []


def test_the_search_for_names_finds_them_where_they_may_stand(
    app: Flask, world: World, sqlite_database: Database
) -> None:
    """The same search over a therapist's pages, which do name members: it is not blind."""
    client = signed_in(app, sqlite_database, "Cleo")
    leaks = _leaks(app, client, world, sqlite_database)
    assert all(any(f"tells {name}" in line for line in leaks) for name in MARKED)


def test_no_number_on_a_participants_page_follows_the_size_of_the_group(
    app: Flask, world: World, sqlite_database: Database
) -> None:
    own = [
        address(app, rule, world, world.home.ids)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and (declared := access.declared(app, rule.endpoint))
        and declared.who is Who.PARTICIPANT
    ]
    client = signed_in(app, sqlite_database, "Ada")
    # The first round leaves a message for the page after it, as every later round does.
    _, before = _texts(client, own), _texts(client, own)
    with sqlite_database.transaction() as session:
        _join(session, world, "Quetzalli")
    assert _texts(client, own) == before


def _texts(client: FlaskClient, urls: list[str]) -> list[str]:
    pages = (client.get(url).text for url in urls)
    return [re.sub(r'name="csrf_token" value="[^"]*"', "", page) for page in pages]


@pytest.mark.parametrize("name", ["Ada", "Cleo", "Mara"])
def test_titles_tell_nothing_of_health(
    app: Flask, world: World, sqlite_database: Database, name: str
) -> None:
    client = signed_in(app, sqlite_database, name)
    for url in _pages(app, world):
        title = client.get(url, buffered=True).text.partition("<title>")[2].partition("</title>")[0]
        for word in ("nxiety", "epression", "Ada", *MARKED):
            assert word not in title, f"{url}: {title}"
