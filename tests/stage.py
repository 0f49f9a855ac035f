"""The embedded database of the tests: one engine a process, and a fresh file under it each time.

What SQLAlchemy has compiled belongs to an engine, and compiling costs more than most tests do.
"""

import pickle
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import time_machine
from sqlalchemy import event
from sqlalchemy.orm import Session

from groupmatch.database import Database
from tests.cast import NOW

_Made = TypeVar("_Made")


class Stage:
    """An engine, and the one file that it opens."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "groupmatch.sqlite3"
        self.database = Database(f"sqlite:///{self._file}")
        event.listen(self.database.engine, "connect", _need_not_outlast_a_loss_of_power)

    def set(self, like: Path) -> Database:
        """Put a copy of a file under the engine."""
        self.strike()
        shutil.copyfile(like, self._file)
        return self.database

    def strike(self) -> None:
        """Take away whatever lies there."""
        self.database.dispose()
        for file in self._file.parent.iterdir():
            file.unlink()


def _need_not_outlast_a_loss_of_power(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class Scene(Generic[_Made]):
    """What many tests begin with: it is written into a file once, at NOW, and copied for each."""

    def __init__(self, migrated: Path, file: Path, make: Callable[[Session], _Made]) -> None:
        shutil.copyfile(migrated, file)
        database = Database(f"sqlite:///{file}")
        with time_machine.travel(NOW, tick=False), database.transaction() as session:
            made = make(session)
        database.dispose()
        self._file, self._made = file, pickle.dumps(made)

    def set(self, stage: Stage) -> _Made:
        """Put it on the stage; its records belong to no session."""
        stage.set(self._file)
        made: _Made = pickle.loads(self._made)  # noqa: S301 - our own
        return made
