"""Whoever tries too often waits, and learns nothing from it about who has an account."""

import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Account
from groupmatch.services.accounts import attempts, passwords
from groupmatch.web.sign_in import password_link
from groupmatch.web.transaction import session

PASSWORD = "a calm tuesday evening"
MINUTE = 60


@pytest.fixture(autouse=True)
def _ada_has_a_password(app: Flask, sqlite_database: Database) -> None:
    with sqlite_database.transaction() as opened:
        ada = opened.scalars(select(Account).where(Account.name == "Ada")).one()
        ada.password = passwords.hashed(PASSWORD)


def _tries(client: FlaskClient, email: str, password: str, **more: str) -> int:
    environ = {"REMOTE_ADDR": more.get("address", "192.0.2.7")}
    return client.post(
        "/sign-in", data={"email": email, "password": password}, environ_overrides=environ
    ).status_code


def _guesses(app: Flask, email: str, number: int, **more: str) -> list[int]:
    return [_tries(app.test_client(), email, "not the password", **more) for _ in range(number)]


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_the_sixth_try_within_a_quarter_of_an_hour_waits(app: Flask, email: str) -> None:
    assert _guesses(app, email, 6) == [200] * 5 + [429]


def test_the_right_password_waits_too_and_then_enters(
    app: Flask, clock_at_now: time_machine.Traveller
) -> None:
    _guesses(app, "ada@example.org", 6)
    assert _tries(app.test_client(), "ada@example.org", PASSWORD) == 429
    clock_at_now.shift(15 * MINUTE)
    assert _tries(app.test_client(), "ada@example.org", PASSWORD) == 302


def test_tries_that_are_turned_away_do_not_lengthen_the_wait(
    app: Flask, clock_at_now: time_machine.Traveller
) -> None:
    _guesses(app, "ada@example.org", 5)
    for _ in range(3):
        clock_at_now.shift(4 * MINUTE)
        assert _guesses(app, "ada@example.org", 1) == [429]
    clock_at_now.shift(4 * MINUTE)
    assert _tries(app.test_client(), "ada@example.org", PASSWORD) == 302


def test_the_answer_is_the_same_with_and_without_an_account(app: Flask) -> None:
    def answer(email: str) -> str:
        _guesses(app, email, 5)
        page = app.test_client().post("/sign-in", data={"email": email, "password": "x"})
        return re.sub(r'value="[^"]*"', "", page.text)

    assert "Wait 15 minutes" in answer("ada@example.org")
    assert answer("ada@example.org") == answer("nobody@example.org")


def test_case_and_width_of_letters_are_no_way_around(app: Flask) -> None:
    spellings = ("ada@example.org", "ADA@example.org", " Ada@Example.org", "ａda@example.org")
    for email in (*spellings, "ada@example.ORG"):
        _tries(app.test_client(), email, "not the password")
    assert _guesses(app, "ada@example.org", 1) == [429]


def test_a_body_that_is_no_form_is_not_looked_at(app: Flask) -> None:
    answer = app.test_client().post(
        "/sign-in", json={"email": "ada@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 422


def test_signing_in_as_somebody_else_does_not_clear_the_count(app: Flask) -> None:
    inside = app.test_client()
    assert _tries(inside, "ada@example.org", PASSWORD) == 302
    for _ in range(5):
        _guesses(app, "ben@example.org", 1)
        # Whoever is signed in is led on without a look at what they typed.
        _tries(inside, "ben@example.org", "anything")
    assert _guesses(app, "ben@example.org", 1) == [429]


def test_one_network_that_tries_everybody_waits(app: Flask) -> None:
    codes = [
        _tries(app.test_client(), f"n{number}@example.org", "x", address=f"192.0.2.{number}")
        for number in range(51)
    ]
    assert codes == [200] * 50 + [429]
    assert _tries(app.test_client(), "ada@example.org", PASSWORD, address="198.51.100.1") == 302


def test_a_link_by_mail_lets_the_owner_in_at_once(app: Flask) -> None:
    _guesses(app, "ada@example.org", 6)
    with app.test_request_context():
        ada = session().scalars(select(Account).where(Account.name == "Ada")).one()
        link = password_link(ada).removeprefix("http://localhost")
    client = app.test_client()
    new = "another calm evening"
    client.post(link, data={"password": new, "password_confirm": new})
    assert _tries(client, "ada@example.org", new) == 302


def test_links_are_not_mailed_again_and_again(app: Flask) -> None:
    for email in ("ada@example.org", "nobody@example.org"):
        codes = [
            app.test_client().post("/password/reset", data={"email": email}).status_code
            for _ in range(4)
        ]
        assert codes[3] == 429
        assert 429 not in codes[:3]


def test_without_the_count_everybody_may_guess_for_ever(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the count that stops them."""
    monkeypatch.setattr(attempts, "claim", lambda *_: ("", None))
    assert _guesses(app, "ada@example.org", 8) == [200] * 8
