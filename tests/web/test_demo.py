"""The demo's one-click sign-ins exist in the demo, on this machine, and nowhere else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Account
from groupmatch.web import create_app
from tests.cast import NOW, Cast
from tests.web.conftest import settings_for

NAMES = {"coordinator": "Mara", "participant": "Ada", "therapist": "Cleo"}


@pytest.fixture
def demo(sqlite_database: Database, people: Cast, tmp_path: Path) -> Flask:
    with sqlite_database.transaction() as session:
        for account in session.scalars(select(Account).where(Account.name.in_(NAMES.values()))):
            account.created_at = NOW - timedelta(days=1)
    app = create_app(replace(settings_for(tmp_path), demo=True), sqlite_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def _demo_rules(app: Flask) -> list[str]:
    return [rule.rule for rule in app.url_map.iter_rules() if "demo" in rule.endpoint]


@pytest.mark.parametrize(("role", "name"), NAMES.items())
def test_one_click_signs_in(demo: Flask, role: str, name: str) -> None:
    client = demo.test_client()
    assert client.post(f"/demo/sign-in/{role}").location == "/"
    assert name in client.get("/account").text


def test_a_click_is_a_post_with_a_token(demo: Flask) -> None:
    demo.config["WTF_CSRF_ENABLED"] = True
    client = demo.test_client()
    assert client.post("/demo/sign-in/coordinator").status_code == 400
    assert client.get("/demo/sign-in/coordinator").status_code == 405
    assert client.get("/account").status_code == 303


def test_unknown_roles_are_not_found(demo: Flask) -> None:
    assert demo.test_client().post("/demo/sign-in/admin").status_code == 404


def test_requests_from_elsewhere_are_not_found(demo: Flask) -> None:
    client = demo.test_client()
    answer = client.post(
        "/demo/sign-in/coordinator", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert answer.status_code == 404
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("is_demo", "host"),
    [(False, "127.0.0.1"), (True, "0.0.0.0"), (True, "192.0.2.1")],  # noqa: S104 - it must not
)
def test_outside_of_the_demo_there_is_no_such_address(
    sqlite_database: Database, people: Cast, tmp_path: Path, is_demo: bool, host: str
) -> None:
    settings = replace(settings_for(tmp_path), demo=is_demo, host=host)
    app = create_app(settings, sqlite_database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert _demo_rules(app) == []
    assert client.post("/demo/sign-in/coordinator").status_code == 404
    assert "one click" not in client.get("/sign-in").text


def test_in_the_demo_there_is_one_address(demo: Flask) -> None:
    assert _demo_rules(demo) == ["/demo/sign-in/<role>"]
    assert "one click" in demo.test_client().get("/sign-in").text
