"""A few lives of a small program; `python -m tests.shows.life` lives thousands, on both databases."""

from pathlib import Path

from groupmatch.database import Database
from tests.life.machine import live
from tests.life.places import in_files


def test_all_holds_through_a_few_lives(tmp_path: Path) -> None:
    live(in_files(tmp_path), Database.dispose, runs=10, steps=30)
