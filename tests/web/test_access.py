"""Every route × every role × records of one's own and of others, derived from what views declare.

A route that declares nothing fails, and so does a URL that names a kind of record this test does
not know: a new route escapes nothing. `python -m tests.shows.matrix` tells the figures.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from groupmatch.records import StaffRole
from groupmatch.web.access import Who, declaring, loading
from groupmatch.web.transaction import session
from tests.web.asking import Asked, application, asked
from tests.web.conftest import signed_in
from tests.web.matrix import PRINCIPALS, Principal, alike, cells


@pytest.fixture(scope="module")
def matrix(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The application over a world that nothing changes, whatever is asked of it."""
    with asked(_migrated_file, tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture
def unguarded(matrix: Asked, tmp_path: Path) -> Asked:
    """The same over an application of its own, from which a test takes something away."""
    return replace(matrix, app=application(tmp_path, matrix.database))


def mismatches(made: Asked, principal: Principal, *, under: str = "/") -> list[str]:
    """Where the application answers otherwise than its views declare."""
    return [str(cell) for cell in cells(made, principal, under=under) if not cell.fits]


@pytest.mark.parametrize("principal", PRINCIPALS, ids=lambda each: each.name or "anonymous")
def test_every_route_answers_as_it_declares(matrix: Asked, principal: Principal) -> None:
    assert mismatches(matrix, principal) == []


@pytest.mark.parametrize(
    "principal",
    [each for each in PRINCIPALS if each.name in ("Ada", "Cleo", "Mara")],
    ids=lambda each: each.name,
)
def test_what_is_others_and_what_is_not_there_answer_alike(
    matrix: Asked, principal: Principal
) -> None:
    asked = list(alike(matrix, principal))
    assert len(asked) > 100
    assert [str(cell) for cell in asked if not cell.fits] == []


def test_a_route_without_a_declaration_is_closed_and_found(unguarded: Asked) -> None:
    unguarded.app.add_url_rule("/forgotten", "forgotten", lambda: "for anybody")
    ines = Principal("Ines", Who.STAFF, StaffRole.ADMIN)
    client = signed_in(unguarded.app, unguarded.database, "Ines")
    assert client.get("/forgotten").status_code == 403
    assert mismatches(unguarded, ines, under="/fo") == [
        "GET /forgotten: declares nothing instead of a declaration"
    ]


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
    monkeypatch.setattr(loading, guard, lambda record, record_id: session().get(record, record_id))
    found = mismatches(matrix, principal, under=under)
    assert any("open instead of not found" in line for line in found)
