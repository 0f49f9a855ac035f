"""Databases for the tests: a migrated one in no time, SQLite by default, PostgreSQL beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.services.accounts import passwords
from tests import postgresql
from tests.cast import NOW, Cast, make_cast
from tests.stage import Scene, Stage

pytest_plugins = ["tests.browser"]


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """Hashes of tests cost next to nothing; what they cost in earnest is for the shows."""
    passwords.COST.update(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def _stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))


@pytest.fixture
def sqlite_database(_stage: Stage, _migrated_file: Path) -> Iterator[Database]:
    """An empty migrated SQLite database, for tests where the engine makes no difference."""
    yield _stage.set(_migrated_file)
    _stage.strike()


@pytest.fixture(scope="session")
def cast_scene(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene[Cast]:
    """The fixed cast, as many tests begin with it."""
    return Scene(_migrated_file, tmp_path_factory.mktemp("cast") / "cast.sqlite3", make_cast)


@pytest.fixture
def postgresql_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty migrated PostgreSQL database."""
    with postgresql.cloned_database(request.config) as database:
        yield database


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def database(request: pytest.FixtureRequest) -> Database:
    """An empty migrated database: the test runs once on SQLite and once on PostgreSQL."""
    made: Database = request.getfixturevalue(f"{request.param}_database")
    return made


@pytest.fixture
def fixed_clock() -> Iterator[time_machine.Traveller]:
    """Stand the clock still at NOW; the traveller moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(
    request: pytest.FixtureRequest,
    sqlite_database: Database,
    fixed_clock: time_machine.Traveller,
) -> Iterator[Session]:
    """One open write transaction on SQLite, at NOW. It is rolled back in the end."""
    # What is laid under an engine must lie there before anybody begins to write.
    if "_played" in request.fixturenames:
        request.getfixturevalue("_played")
    with sqlite_database.session(write=True) as opened:
        yield opened


@pytest.fixture
def _played(sqlite_database: Database, _stage: Stage, cast_scene: Scene[Cast]) -> Cast:
    return cast_scene.set(_stage)


@pytest.fixture
def cast(_played: Cast, session: Session) -> Cast:
    """The fixed cast, in the open transaction of `session`."""
    session.add_all(vars(_played).values())
    return _played


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each xdist worker where the shared PostgreSQL server keeps its files."""
    node.workerinput["postgresql_folder"] = str(postgresql.folder(node.config))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the shared PostgreSQL server when the whole run is over."""
    if not hasattr(session.config, "workerinput"):
        postgresql.stop(session.config)
