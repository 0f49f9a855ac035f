"""One transaction a request: kept below 400, undone otherwise; and pages for what went wrong."""

from pathlib import Path

import pytest
from flask import Flask, abort
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from groupmatch.database import Database
from groupmatch.errors import Conflict, NotFound
from groupmatch.records import Account
from groupmatch.web import access, create_app, session
from groupmatch.web.transaction import database
from tests.cast import NOW, Cast
from tests.web.conftest import settings_for
from tests.web.pages import words

ENDINGS = {
    "well": lambda: ("Written", 201),
    "elsewhere": lambda: ("", 303, {"Location": "/sign-in"}),
    "unfit": lambda: ("Look again", 422),
    "aborted": lambda: abort(400),
    "refused": lambda: _raise(Conflict("time_gone")),
    "missing": lambda: _raise(NotFound()),
    "broken": lambda: _raise(ZeroDivisionError()),
}


def _raise(error: Exception) -> None:
    raise error


@pytest.fixture
def app(sqlite_database: Database, people: Cast, tmp_path: Path) -> Flask:
    """An application with one more view, which writes and then ends in a chosen way."""
    made = create_app(settings_for(tmp_path), sqlite_database)
    made.config.update(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)

    @access.anyone
    def write(ending: str) -> object:
        session().add(Account(email=f"{ending}@example.org", created_at=NOW))
        session().flush()
        return ENDINGS[ending]()

    made.add_url_rule("/write/<ending>", "write", write, methods=["GET", "POST"])  # type: ignore[arg-type]
    return made


def _kept(database: Database, ending: str) -> bool:
    with database.read() as opened:
        found = opened.scalar(select(Account).where(Account.email == f"{ending}@example.org"))
        return found is not None


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ("well", 201),
        ("elsewhere", 303),
        ("unfit", 422),
        ("aborted", 400),
        ("refused", 409),
        ("missing", 404),
        ("broken", 500),
    ],
)
def test_what_is_written_is_kept_exactly_when_the_view_answers_below_400(
    app: Flask, sqlite_database: Database, ending: str, status: int
) -> None:
    assert app.test_client().post(f"/write/{ending}").status_code == status
    assert _kept(sqlite_database, ending) == (status < 400)


def test_a_get_keeps_nothing(app: Flask, sqlite_database: Database) -> None:
    assert app.test_client().get("/write/well").status_code == 201
    assert not _kept(sqlite_database, "well")


def test_a_commit_that_fails_is_an_answer_that_says_to_wait(
    app: Flask, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()

    def full_disk(_self: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk is full"))

    monkeypatch.setattr("sqlalchemy.orm.Session.commit", full_disk)
    assert client.post("/write/well").status_code == 503
    monkeypatch.undo()
    assert not _kept(sqlite_database, "well")


@pytest.mark.parametrize(
    ("ending", "heading", "advice"),
    [
        ("refused", "Something changed meanwhile", "Go back and look at what is open now."),
        ("missing", "Not found", "it is not yours to see"),
        ("broken", "Something broke on our side", "nothing was changed"),
        ("aborted", "This form is out of date", "Open the page anew"),
    ],
)
def test_what_went_otherwise_is_told_with_what_to_do(
    app: Flask, ending: str, heading: str, advice: str
) -> None:
    page = words(app.test_client().post(f"/write/{ending}"))
    assert page.startswith(heading)
    assert advice in page
    assert "ZeroDivision" not in page


def test_with_the_database_down_people_still_read_a_page(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    client.post("/write/well")
    with app.app_context():
        broken = database()
    monkeypatch.setattr(broken, "session", lambda **_: _raise(ConnectionError("down")))
    answer = client.post("/sign-in", data={"email": "a@example.org", "password": "x" * 12})
    assert answer.status_code == 500
    assert "Something broke on our side" in words(answer)


def test_more_than_four_megabytes_are_not_taken(app: Flask) -> None:
    form = app.test_client().post("/sign-in", data={"email": "x" * 5_000_000})
    assert form.status_code == 413
    assert "larger than 4 megabytes" in words(form)
