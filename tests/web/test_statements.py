"""No page sends more statements to the database because there is more to show.

The pages are those of the URL map, whoever they are for: a new one escapes nothing. Ten of
everything cost as many statements as two; a table that the world does not grow is found.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import GroupSession, Request
from groupmatch.web import access
from groupmatch.web.transaction import session
from tests.cast import NOW
from tests.queries import counted
from tests.web.asking import Asked, application, asked
from tests.web.axe import VISITORS, pages
from tests.web.conftest import signed_in
from tests.web.grown import grow, rows

_FEW, _MORE = 2, 8
#: Statements that a page may send, with those that find out who asks, and one that applies the
#: rules of the night to several groups or people.
_MOST, _MOST_WITH_RULES = 50, 110
_WITH_RULES = ("coordinator /requests/", "participant /me/switches/")
#: Each member of a group that is to merge is held against the rules of the night; a group has a
#: dozen at most.
_OF_MEMBERS, _EACH = "coordinator /groups/merges/", 31
#: The same pages as searched and ordered, and their tables as files.
_ASKED = {
    "coordinator": (
        "/draft?by=group",
        "/people?standing=waiting&sort=waiting",
        "/people?sort=waiting&csv=people",
        "/people?q=eve",
        "/people?q=evw",
        "/people/export.csv",
        "/groups?room=yes&sort=free&order=desc",
        "/groups/week?topic=anger",
        "/groups/export.csv",
        "/therapists/export.csv",
    ),
}


@pytest.fixture(scope="module")
def made(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A world of two of everything, which nothing changes."""
    with asked(_migrated_file, tmp_path_factory.mktemp("statements")) as world:
        _grow(world, _FEW)
        yield world


@pytest.fixture(scope="module")
def costs(made: Asked) -> tuple[dict[str, int], dict[str, int]]:
    """What each page costs with two of everything, and with ten."""
    few = _costs(made)
    _grow(made, _MORE)
    return few, _costs(made)


def test_every_page_sends_as_many_statements_for_ten_of_everything_as_for_two(
    costs: tuple[dict[str, int], dict[str, int]],
) -> None:
    few, many = costs
    assert len(few) > 100
    differs = {url: many[url] - few[url] for url in few if few[url] != many[url]}
    assert [url for url in differs if not url.startswith(_OF_MEMBERS)] == []
    assert all(0 < more <= _MORE * _EACH for more in differs.values())


def test_no_page_sends_many_statements(costs: tuple[dict[str, int], dict[str, int]]) -> None:
    few, _ = costs
    many = {url: number for url, number in few.items() if number > _MOST}
    assert [url for url in many if not url.startswith((*_WITH_RULES, _OF_MEMBERS))] == []
    assert max(many.values()) <= _MOST_WITH_RULES


def test_there_is_more_of_everything_that_a_page_could_list(made: Asked) -> None:
    with made.database.session(write=True) as writing:
        before = rows(writing)
        grow(writing, made.world, 1)
        assert [table for table, number in rows(writing).items() if number <= before[table]] == []


def test_a_page_that_asks_for_each_row_would_be_found(made: Asked, tmp_path: Path) -> None:
    """The control."""
    app = application(tmp_path, made.database)
    app.add_url_rule("/loop", view_func=access.staff()(_loop))
    client = signed_in(app, made.database, "Mara")
    few = _cost(client, made.database, "/loop")
    _grow(made, 1)
    assert _cost(client, made.database, "/loop") > few


def _loop() -> str:
    """Asks for each request by itself."""
    ids = session().scalars(select(Request.id)).all()
    return "".join(
        session().scalars(select(Request.status).where(Request.id.in_([each]))).one()
        for each in ids
    )


def _grow(made: Asked, number: int) -> None:
    with Database.transaction(made.database) as writing:
        grow(writing, made.world, number)
        Session.commit(writing)


def _costs(made: Asked) -> dict[str, int]:
    found = {}
    for role, visitor in VISITORS.items():
        client = made.app.test_client()
        if visitor.name:
            client = signed_in(made.app, made.database, visitor.name)
        for url in (*pages(made.app, made.world, visitor), *_asked(made, role)):
            found[f"{role} {url}"] = _cost(client, made.database, url)
    return found


def _asked(made: Asked, role: str) -> tuple[str, ...]:
    """Pages as searched and ordered, and that of a session to which a substitute may be sent."""
    asked = _ASKED.get(role, ())
    if role != "coordinator":
        return asked
    coming = select(GroupSession.id).where(
        GroupSession.starts_at > NOW, GroupSession.substitute_id.is_(None)
    )
    with made.database.read() as reading:
        first = reading.scalars(coming.order_by(GroupSession.starts_at)).first()
    return (*asked, f"/sessions/{first}")


def _cost(client: FlaskClient, database: Database, url: str) -> int:
    with database.read() as reading, counted(reading) as sent:
        assert client.get(url, buffered=True).status_code < 500
    return len(sent)
