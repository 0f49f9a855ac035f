"""A few lives of a small program, always the same ones; `tests.shows.life` lives thousands."""

from pathlib import Path

import pytest

from groupmatch.database import Database
from tests.life.machine import live
from tests.life.places import InFiles, OnServer


def test_all_holds_through_a_few_lives(tmp_path: Path) -> None:
    live(InFiles(tmp_path), lives=6, steps=25)


@pytest.mark.postgresql
def test_all_holds_through_a_few_lives_on_postgresql(postgresql_database: Database) -> None:
    live(OnServer(postgresql_database), lives=3, steps=25, kind=1)
