"""Every route × every role × records of one's own and of others, derived from what views declare.

A route that declares nothing fails, and so does a URL that names a kind of record this test does
not know: a new route escapes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from groupmatch.records import StaffRole
from groupmatch.web import access
from groupmatch.web.access import Access, Who, acting, declaring, loading
from tests.web.asking import Asked, application, asked, visitor
from tests.web.conftest import signed_in
from tests.web.world import addresses


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


@pytest.fixture(scope="module")
def matrix(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The application over a world that nothing changes, whatever is asked of it."""
    with asked(_migrated_file, tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture
def unguarded(matrix: Asked, tmp_path: Path) -> Asked:
    """The same over an application of its own, from which a test takes something away."""
    return replace(matrix, app=application(tmp_path, matrix.database))


def expected(access: Access, principal: Principal, at_home: bool, elsewhere: bool) -> str:
    """What a view that declares this must answer."""
    if access.who is Who.NOBODY:
        return "not found"
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


def mismatches(matrix: Asked, principal: Principal, *, under: str = "/") -> list[str]:
    """Where the application answers otherwise than its views declare."""
    found = []
    call = _caller(matrix, principal)
    for rule, method in _routes(matrix.app, under):
        declared = access.declared(matrix.app, rule.endpoint)
        if declared is None:
            found.append(f"{rule.rule} declares nothing")
            continue
        for url, at_home, elsewhere in addresses(matrix.app, rule, matrix.world):
            got = call(method, url)
            wanted = expected(declared, principal, at_home, elsewhere)
            if got != wanted and not _stands_for_itself(rule, got):
                found.append(f"{method} {url}: {got} instead of {wanted}")
    return found


def _caller(matrix: Asked, principal: Principal) -> Callable[[str, str], str]:
    fresh = visitor(matrix, principal.name)

    def call(method: str, url: str) -> str:
        answer = fresh().open(url, method=method, buffered=True)
        return answered(answer.status_code, answer.headers.get("Location", ""))

    return call


def _routes(app: Flask, under: str) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(under):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def _stands_for_itself(rule: Rule, got: str) -> bool:
    """A made-up file or token is not found by anybody."""
    return got == "not found" and bool(rule.arguments & {"filename", "role", "look_id"})


@pytest.mark.parametrize("principal", PRINCIPALS, ids=lambda each: each.name or "anonymous")
def test_every_route_answers_as_it_declares(matrix: Asked, principal: Principal) -> None:
    assert mismatches(matrix, principal) == []


def test_a_route_without_a_declaration_is_closed_and_found(unguarded: Asked) -> None:
    unguarded.app.add_url_rule("/forgotten", "forgotten", lambda: "for anybody")
    ines = Principal("Ines", Who.STAFF, StaffRole.ADMIN)
    client = signed_in(unguarded.app, unguarded.database, "Ines")
    assert client.get("/forgotten").status_code == 403
    assert mismatches(unguarded, ines, under="/fo") == ["/forgotten declares nothing"]


def test_without_the_check_before_requests_the_matrix_finds_it(unguarded: Asked) -> None:
    unguarded.app.before_request_funcs[None].remove(declaring._check)
    mara = Principal("Mara", Who.STAFF, StaffRole.COORDINATOR)
    found = mismatches(unguarded, mara, under="/admin")
    assert any("instead of not your role" in line for line in found)


@pytest.mark.parametrize(
    ("guard", "principal", "under"),
    [
        ("_in_program", Principal("Mara", Who.STAFF, StaffRole.COORDINATOR), "/groups"),
        ("_own", Principal("Ada", Who.PARTICIPANT), "/me"),
    ],
)
def test_without_a_guard_on_records_the_matrix_finds_it(
    matrix: Asked, monkeypatch: pytest.MonkeyPatch, guard: str, principal: Principal, under: str
) -> None:
    assert mismatches(matrix, principal, under=under) == []
    monkeypatch.setattr(
        loading, guard, lambda record, record_id: acting.session().get(record, record_id)
    )
    found = mismatches(matrix, principal, under=under)
    assert any("open instead of not found" in line for line in found)
