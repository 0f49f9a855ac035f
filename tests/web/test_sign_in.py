"""Signing in, setting a password, and staying neutral about who has an account."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Account, AuditEntry, OutboxMail
from groupmatch.services.accounts import staff
from groupmatch.web.sign_in import password_link
from groupmatch.web.transaction import session
from tests.cast import Cast

PASSWORD = "a calm tuesday evening"
SITE = "http://localhost"


def _mails(database: Database) -> list[OutboxMail]:
    with database.read() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.created_at)))


def _link_of(app: Flask, name: str = "Ada") -> str:
    """The link with which somebody sets a password; to be asked for within a request."""
    return password_link(session().scalars(select(Account).where(Account.name == name)).one())


def _set_password(client: FlaskClient, link: str, password: str = PASSWORD) -> None:
    answer = client.post(
        link.removeprefix(SITE), data={"password": password, "password_confirm": password}
    )
    assert answer.location == "/sign-in"


def _sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> bool:
    client.post("/sign-in", data={"email": email, "password": password})
    return client.get("/account").status_code == 200


def _reset_link(client: FlaskClient, database: Database, email: str) -> str:
    client.post("/password/reset", data={"email": email})
    link: str = _mails(database)[-1].facts["link"]
    return link


def test_a_forgotten_password_is_set_anew_by_the_mailed_link(
    app: Flask, sqlite_database: Database
) -> None:
    client = app.test_client()
    link = _reset_link(client, sqlite_database, "Ada@Example.org")
    _set_password(client, link)
    assert _sign_in(client, "ADA@example.org")
    assert not _sign_in(app.test_client(), "ada@example.org", "another password")
    assert [mail.template for mail in _mails(sqlite_database)] == [
        "password_reset",
        "password_changed",
    ]


def test_a_reset_link_works_once(app: Flask, sqlite_database: Database) -> None:
    client = app.test_client()
    link = _reset_link(client, sqlite_database, "ada@example.org")
    _set_password(client, link)
    again = client.get(link.removeprefix(SITE))
    assert again.location == "/password/reset"
    answer = client.get(again.location)
    assert "That link has been used or replaced" in answer.text


def test_an_invitation_lets_its_owner_choose_the_first_password(
    app: Flask, people: Cast, sqlite_database: Database
) -> None:
    with app.test_request_context():
        link = _link_of(app)
    client = app.test_client()
    _set_password(client, link)
    assert _sign_in(client, "ada@example.org")


def test_a_password_set_by_staff_signs_in_and_both_ways_are_audited(
    app: Flask, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        account = session.scalars(select(Account).where(Account.name == "Ada")).one()
        staff.set_password(session, account, PASSWORD, by=None)
    assert _sign_in(app.test_client(), "ada@example.org")
    _set_password(
        client := app.test_client(), _reset_link(client, sqlite_database, "ada@example.org")
    )
    with sqlite_database.read() as session:
        entries = select(AuditEntry).where(AuditEntry.act == "account.password_set")
        assert [entry.actor_id for entry in session.scalars(entries)] == [None, account.id]


def test_an_account_without_a_password_cannot_sign_in(app: Flask) -> None:
    assert not _sign_in(app.test_client(), "ada@example.org", "")
    assert not _sign_in(app.test_client(), "ada@example.org", "anything at all")


def test_short_and_differing_passwords_are_explained_together(app: Flask, people: Cast) -> None:
    with app.test_request_context():
        link = _link_of(app).removeprefix(SITE)
    client = app.test_client()
    short = client.post(link, data={"password": "short", "password_confirm": "short"}).text
    assert "Use at least 12 characters." in short
    differing = client.post(link, data={"password": PASSWORD, "password_confirm": "x"}).text
    assert "The two passwords differ." in differing


def test_answers_do_not_tell_who_has_an_account(app: Flask) -> None:
    def answers(email: str) -> list[str]:
        client = app.test_client()
        sign_in = client.post("/sign-in", data={"email": email, "password": "wrong one here"})
        reset = client.post("/password/reset", data={"email": email})
        return [page.text.replace(email, "EMAIL") for page in (sign_in, reset)]

    assert answers("ada@example.org") == answers("nobody@example.org")
    assert "do not belong together" in answers("ada@example.org")[0]


def test_changing_the_password_signs_other_devices_out(
    app: Flask, people: Cast, client_of: Callable[[str], FlaskClient]
) -> None:
    with app.test_request_context():
        link = _link_of(app)
    _set_password(app.test_client(), link)
    here, there = app.test_client(), app.test_client()
    assert _sign_in(here, "ada@example.org")
    assert _sign_in(there, "ada@example.org")
    here.post(
        "/password/change",
        data={
            "password": PASSWORD,
            "new_password": "another calm evening",
            "new_password_confirm": "another calm evening",
        },
    )
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_a_closed_account_is_signed_out_at_once(
    client_of: Callable[[str], FlaskClient], sqlite_database: Database
) -> None:
    client = client_of("Ada")
    assert client.get("/account").status_code == 200
    with sqlite_database.transaction() as session:
        session.scalars(select(Account).where(Account.name == "Ada")).one().active = False
    assert client.get("/account").location.startswith("/sign-in")


def test_after_signing_in_people_arrive_where_they_were_going(app: Flask, people: Cast) -> None:
    with app.test_request_context():
        link = _link_of(app)
    client = app.test_client()
    _set_password(client, link)
    sign_in = client.get("/password/change").location
    answer = client.post(sign_in, data={"email": "ada@example.org", "password": PASSWORD})
    assert answer.location == "/password/change"


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_signing_in_leads_nowhere_else(app: Flask, people: Cast, there: str) -> None:
    with app.test_request_context():
        link = _link_of(app)
    client = app.test_client()
    _set_password(client, link)
    answer = client.post(
        "/sign-in", data={"email": "ada@example.org", "password": PASSWORD, "next": there}
    )
    assert "elsewhere" not in answer.headers.get("Location", "")


def test_signing_out_takes_a_post(client_of: Callable[[str], FlaskClient]) -> None:
    client = client_of("Ada")
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/account").status_code == 303


def test_forms_need_a_token(app: Flask, client_of: Callable[[str], FlaskClient]) -> None:
    client = client_of("Ada")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/sign-out")
    assert answer.status_code == 400
    assert "This form is out of date" in answer.text
    assert client.get("/account").status_code == 200
