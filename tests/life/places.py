"""Where the town stands: for each life a fresh copy of one database, with the same ids in it."""

import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

import time_machine
from sqlalchemy import create_engine, text

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from tests.life import town
from tests.life.town import Town


class Place(ABC):
    """Opens the town, and takes it back."""

    stands: Town

    @abstractmethod
    def open(self) -> Database:
        """A copy of the town as it was built."""

    def close(self, database: Database) -> None:
        """Done with the copy."""
        database.dispose()


@dataclass
class InFiles(Place):
    """SQLite: a file a life, in one folder."""

    folder: Path
    stands: Town = field(init=False)

    def __post_init__(self) -> None:
        built = Database(f"sqlite:///{self._template}")
        upgrade(built)
        self.stands = _built(built)
        built.dispose()

    @property
    def _template(self) -> Path:
        return self.folder / "town.sqlite3"

    def open(self) -> Database:
        copy = self.folder / "life.sqlite3"
        shutil.copyfile(self._template, copy)
        return Database(f"sqlite:///{copy}")


@dataclass
class OnServer(Place):
    """PostgreSQL: a database a life, cloned from the one that is given."""

    template: Database
    stands: Town = field(init=False)

    def __post_init__(self) -> None:
        self.stands = _built(self.template)
        self.template.dispose()

    def open(self) -> Database:
        life = f"{self.template.url.database}_life"
        self._do(f'DROP DATABASE IF EXISTS "{life}" WITH (FORCE)')
        self._do(f'CREATE DATABASE "{life}" TEMPLATE "{self.template.url.database}"')
        return Database(self.template.url.set(database=life).render_as_string(hide_password=False))

    def close(self, database: Database) -> None:
        database.dispose()
        self._do(f'DROP DATABASE "{database.url.database}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        server = self.template.url.set(drivername="postgresql+psycopg", database="postgres")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def _built(database: Database) -> Town:
    with time_machine.travel(town.BEGINS, tick=False), database.transaction() as session:
        return town.build(session)
