"""The second factor: staff cannot sign in without one, participants may have one."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Account, AuditEntry, OutboxMail, SignIn
from groupmatch.services.accounts import passwords
from tests.web.pages import words

PASSWORD = "a calm tuesday evening"
ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def with_passwords(app: Flask, sqlite_database: Database) -> Flask:
    """The application, where everybody has the same password."""
    with sqlite_database.transaction() as session:
        for account in session.scalars(select(Account)):
            account.password = passwords.hashed(PASSWORD)
    return app


def _begin(client: FlaskClient, name: str) -> str:
    """Email and password; where the site leads then."""
    answer = client.post(
        "/sign-in", data={"email": f"{name.lower()}@example.org", "password": PASSWORD}
    )
    assert answer.status_code in (302, 303), answer.text
    return urlsplit(answer.location).path


def _set_up(client: FlaskClient) -> str:
    """Sets the app up half-way through signing in. Returns its key."""
    page = client.post("/account/second-factor", data={"setup": "authenticator"}).text
    key = re.search(r'class="key">([^<]+)<', page)
    assert key, page
    return key[1]


def _code(key: str) -> str:
    return str(TOTP(key).generate().token)


def _has_entered(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def _enrolled(app: Flask, name: str) -> str:
    client = app.test_client()
    _begin(client, name)
    key = _set_up(client)
    client.post("/sign-in/code", data={"code": _code(key)})
    assert _has_entered(client)
    return key


def test_staff_set_up_an_app_before_they_see_anything(with_passwords: Flask) -> None:
    client = with_passwords.test_client()
    assert _begin(client, "Mara") == "/account/second-factor"
    assert not _has_entered(client)
    assert client.get("/morning").location.startswith("/sign-in")
    key = _set_up(client)
    assert not _has_entered(client)
    assert client.post("/sign-in/code", data={"code": _code(key)}).location == "/"
    assert client.get("/").location == "/account/recovery-codes"


@pytest.mark.parametrize("name", ["Nora", "Ines", "Cleo"])
def test_so_do_clinicians_administrators_and_therapists(with_passwords: Flask, name: str) -> None:
    assert _begin(with_passwords.test_client(), name) == "/account/second-factor"


def test_a_password_alone_does_not_sign_staff_in_again(
    with_passwords: Flask, clock_at_now: time_machine.Traveller
) -> None:
    key = _enrolled(with_passwords, "Mara")
    client = with_passwords.test_client()
    assert _begin(client, "Mara") == "/sign-in/code"
    assert not _has_entered(client)
    assert "not the code of this moment" in client.post("/sign-in/code", data={"code": "1"}).text
    clock_at_now.shift(60)
    client.post("/sign-in/code", data={"code": _code(key)})
    assert _has_entered(client)


def test_a_code_is_taken_once(with_passwords: Flask, clock_at_now: time_machine.Traveller) -> None:
    key = _enrolled(with_passwords, "Mara")
    clock_at_now.shift(60)
    code = _code(key)
    first, second = with_passwords.test_client(), with_passwords.test_client()
    for client in (first, second):
        _begin(client, "Mara")
        client.post("/sign-in/code", data={"code": code})
    assert _has_entered(first)
    assert not _has_entered(second)


def test_a_recovery_code_stands_in_for_the_app_once(with_passwords: Flask) -> None:
    client = with_passwords.test_client()
    _begin(client, "Mara")
    client.post("/sign-in/code", data={"code": _code(_set_up(client))})
    codes = re.findall(
        r"<code>([^<]+)</code>",
        client.post("/account/recovery-codes", data={"generate_new_codes": "yes"}).text,
    )
    assert len(codes) == 8
    assert client.get("/").location == "/morning"
    for expected in (True, False):
        other = with_passwords.test_client()
        _begin(other, "Mara")
        other.post("/sign-in/recovery-code", data={"code": codes[3]})
        assert _has_entered(other) is expected


def test_what_is_kept_of_it_is_of_no_use_to_a_thief(
    with_passwords: Flask, sqlite_database: Database
) -> None:
    client = with_passwords.test_client()
    _begin(client, "Mara")
    key = _set_up(client)
    client.post("/sign-in/code", data={"code": _code(key)})
    page = client.post("/account/recovery-codes", data={"generate_new_codes": "yes"}).text
    codes = re.findall(r"<code>([^<]+)</code>", page)
    with sqlite_database.read() as session:
        mara = session.scalars(select(Account).where(Account.name == "Mara")).one()
        kept = f"{mara.totp_secret} {mara.recovery_codes}"
    assert key.replace("-", "") not in kept.replace("-", "")
    assert not any(code in kept for code in codes)


def test_participants_are_offered_an_app_and_may_do_without(with_passwords: Flask) -> None:
    client = with_passwords.test_client()
    assert _begin(client, "Ada") == "/"
    assert "Set it up" in words(client.get("/account"))


def test_a_participant_turns_it_on_and_off_and_is_told_by_mail(
    with_passwords: Flask, sqlite_database: Database, clock_at_now: time_machine.Traveller
) -> None:
    client = with_passwords.test_client()
    _begin(client, "Ada")
    page = client.post("/account/second-factor", data={"setup": "authenticator"}).text
    key, action = (
        re.search(pattern, page)
        for pattern in (r'class="key">([^<]+)<', r'action="(/account/second-factor/[^"]+)"')
    )
    assert key
    assert action
    client.post(action[1], data={"code": _code(key[1])})
    assert _begin(with_passwords.test_client(), "Ada") == "/sign-in/code"
    client.post("/account/second-factor", data={"setup": "disable"})
    assert _begin(with_passwords.test_client(), "Ada") == "/"
    with sqlite_database.read() as session:
        mails = session.scalars(select(OutboxMail.template)).all()
        acts = session.scalars(
            select(AuditEntry.act).where(AuditEntry.act.startswith("account.second_factor"))
        ).all()
    assert mails == ["second_factor_changed"] * 2
    assert sorted(acts) == ["account.second_factor_removed", "account.second_factor_set"]


def test_staff_cannot_turn_it_off(with_passwords: Flask, sqlite_database: Database) -> None:
    client = with_passwords.test_client()
    _begin(client, "Mara")
    client.post("/sign-in/code", data={"code": _code(_set_up(client))})
    assert "Turn it off" not in client.get("/account/second-factor").text
    client.post("/account/second-factor", data={"setup": "disable"})
    assert _begin(with_passwords.test_client(), "Mara") == "/sign-in/code"


def test_changing_it_takes_the_password_again_after_a_while(
    client_of: ClientOf, clock_at_now: time_machine.Traveller
) -> None:
    client = client_of("Ada")
    assert client.get("/account/second-factor").status_code == 200
    clock_at_now.shift(20 * 60)
    answer = client.get("/account/second-factor")
    assert answer.location.startswith("/sign-in/again")
    assert "Your password once more" in words(client.get(answer.location))


def test_a_sign_in_without_it_opens_nothing_to_staff(
    client_of: ClientOf, sqlite_database: Database
) -> None:
    client = client_of("Mara")
    with sqlite_database.transaction() as session:
        session.scalars(select(SignIn)).one().second_factor = False
    assert client.get("/morning").location.startswith("/sign-in")


@pytest.mark.parametrize("path", ["/sign-in/code", "/sign-in/recovery-code"])
def test_without_a_password_first_there_is_no_second_step(app: Flask, path: str) -> None:
    assert app.test_client().get(path).location == "/sign-in"


def test_a_link_to_the_second_step_signs_nobody_out(client_of: ClientOf) -> None:
    client = client_of("Mara")
    assert client.get("/sign-in/code").location == "/account"
    assert _has_entered(client)


@pytest.mark.parametrize("path", ["/sign-in/rescue", "/sign-in/factor"])
def test_ways_around_it_are_closed(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404
    assert app.test_client().post(path).status_code == 404
