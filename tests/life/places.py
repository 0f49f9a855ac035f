"""Where the town stands: a copy of one SQLite file a life, or a clone of one PostgreSQL database."""

import shutil
from collections.abc import Callable
from pathlib import Path

import time_machine

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from tests.life import town
from tests.life.town import Town


def in_files(folder: Path) -> Callable[[], tuple[Database, Town]]:
    """A fresh copy of the town at every call, in one file of the folder; the last one is gone."""
    template, copy = folder / "town.sqlite3", folder / "life.sqlite3"
    built = Database(f"sqlite:///{template}")
    upgrade(built)
    stands = _built(built)
    built.dispose()

    def open_town() -> tuple[Database, Town]:
        shutil.copyfile(template, copy)
        return Database(f"sqlite:///{copy}"), stands

    return open_town


def _built(database: Database) -> Town:
    with time_machine.travel(town.BEGINS, tick=False), database.transaction() as session:
        return town.build(session)
