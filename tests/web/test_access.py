"""Every route × every role × records of one's own and of others, derived from what views declare.

A route that declares nothing fails, and so does a URL that names a kind of record this test does
not know: a new route escapes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from groupmatch.database import Database
from groupmatch.records import StaffRole
from groupmatch.web import access, create_app
from groupmatch.web.access import Access, Who, acting, declaring, loading
from tests.web.conftest import settings_for, signed_in
from tests.web.world import World, addresses, make_world


@dataclass(frozen=True)
class Principal:
    """Who calls: the account, what it is, and whose records it may name."""

    name: str | None
    who: Who = Who.ANYONE
    role: StaffRole | None = None
    #: Which records are within reach: those at home, those of the other program, or none.
    reach: str = "home"


PRINCIPALS = (
    Principal(None),
    Principal("Ada", Who.PARTICIPANT),
    Principal("Ben", Who.PARTICIPANT, reach="none"),
    Principal("Dov", Who.PARTICIPANT, reach="other"),
    Principal("Cleo", Who.THERAPIST),
    Principal("Rhea", Who.THERAPIST, reach="none"),
    Principal("Theo", Who.THERAPIST, reach="other"),
    Principal("Mara", Who.STAFF, StaffRole.COORDINATOR),
    Principal("Nora", Who.STAFF, StaffRole.CLINICIAN),
    Principal("Ines", Who.STAFF, StaffRole.ADMIN),
    Principal("Dana", Who.STAFF, StaffRole.COORDINATOR, reach="other"),
)


class Undone(Database):
    """A database on which nothing is kept: each request finds the world as it was made."""

    def session(self, *, write: bool) -> Session:
        """A session whose commit only flushes; closing it rolls back."""
        session = super().session(write=write)
        session.commit = session.flush  # type: ignore[method-assign]
        return session


@pytest.fixture
def world(sqlite_database: Database, clock_at_now: time_machine.Traveller) -> World:
    with sqlite_database.transaction() as session:
        return make_world(session)


@pytest.fixture
def guarded(sqlite_database: Database, world: World, tmp_path: Path) -> Flask:
    """The application over the world, whatever is asked of it."""
    url = sqlite_database.url.render_as_string(hide_password=False)
    app = create_app(settings_for(tmp_path), Undone(url))
    app.config.update(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    return app


def expected(access: Access, principal: Principal, at_home: bool, elsewhere: bool) -> str:
    """What a view that declares this must answer."""
    if access.who is Who.ANYONE:
        return "open"
    if principal.name is None:
        return "sign in"
    if access.who not in (Who.SIGNED_IN, principal.who):
        return "not your role"
    if access.who is Who.STAFF and principal.role not in access.roles:
        return "not your role"
    within = {"home": at_home, "other": elsewhere, "none": at_home and elsewhere}
    return "open" if within[principal.reach] else "not found"


def answered(status: int, location: str) -> str:
    """What an answer means."""
    if status in (302, 303) and location.startswith("/sign-in?next="):
        return "sign in"
    return {403: "not your role", 404: "not found", 500: "broken"}.get(status, "open")


def mismatches(app: Flask, database: Database, world: World, principal: Principal) -> list[str]:
    """Where the application answers otherwise than its views declare."""
    client = signed_in(app, database, principal.name) if principal.name else app.test_client()
    cookie = client.get_cookie("groupmatch")
    found = []
    for rule, method in _routes(app):
        declared = access.declared(app, rule.endpoint)
        if declared is None:
            found.append(f"{rule.rule} declares nothing")
            continue
        for url, at_home, elsewhere in addresses(app, rule, world):
            # Anew for each request: some of them sign out.
            client = app.test_client()
            if cookie:
                client.set_cookie("groupmatch", cookie.value)
            answer = client.open(url, method=method, buffered=True)
            got = answered(answer.status_code, answer.headers.get("Location", ""))
            wanted = expected(declared, principal, at_home, elsewhere)
            if got != wanted and not _stands_for_itself(rule, got):
                found.append(f"{method} {url}: {got} instead of {wanted}")
    return found


def _routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def _stands_for_itself(rule: Rule, got: str) -> bool:
    """A made-up file or token is not found by anybody."""
    return got == "not found" and bool(rule.arguments & {"filename", "role"})


@pytest.mark.parametrize("principal", PRINCIPALS, ids=lambda each: each.name or "anonymous")
def test_every_route_answers_as_it_declares(
    guarded: Flask, sqlite_database: Database, world: World, principal: Principal
) -> None:
    assert mismatches(guarded, sqlite_database, world, principal) == []


def test_a_route_without_a_declaration_is_closed_and_found(
    guarded: Flask, sqlite_database: Database, world: World
) -> None:
    guarded.add_url_rule("/forgotten", "forgotten", lambda: "for anybody")
    ines = PRINCIPALS[9]
    assert signed_in(guarded, sqlite_database, "Ines").get("/forgotten").status_code == 403
    assert mismatches(guarded, sqlite_database, world, ines) == ["/forgotten declares nothing"]


def test_without_the_check_before_requests_the_matrix_finds_it(
    guarded: Flask, sqlite_database: Database, world: World
) -> None:
    guarded.before_request_funcs[None].remove(declaring._check)
    found = mismatches(guarded, sqlite_database, world, Principal("Ada", Who.PARTICIPANT))
    assert any("instead of not your role" in line for line in found)


@pytest.mark.parametrize(
    ("guard", "principal"),
    [
        ("_in_program", Principal("Mara", Who.STAFF, StaffRole.COORDINATOR)),
        ("_own", Principal("Ada", Who.PARTICIPANT)),
    ],
)
def test_without_a_guard_on_records_the_matrix_finds_it(
    guarded: Flask,
    sqlite_database: Database,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    guard: str,
    principal: Principal,
) -> None:
    monkeypatch.setattr(
        loading, guard, lambda record, record_id: acting.session().get(record, record_id)
    )
    found = mismatches(guarded, sqlite_database, world, principal)
    assert any("open instead of not found" in line for line in found)
