"""The mutants of `python -m tests.shows.mutations` are what they claim to be."""

from pathlib import Path

import pytest

from tests.shows.mutants import mutants

SOURCE = '''"""A docstring is no statement."""

def least(numbers: list[int], floor: int = 0) -> int:
    """Neither is this one."""
    found = [number for number in numbers if not number < floor]
    return min(found, default=floor + 1)
'''

CHANGES = [
    "`0` → `1`",
    "`0` → `-1`",
    "`not number < floor` → `number < floor`",
    "`not number < floor` → `not not number < floor`",
    "`not number < floor` → `nothing`",
    "`Lt` → `LtE`",
    "`Lt` → `GtE`",
    "`min` → `max`",
    "`default=floor + 1` → `nothing`",
    "`Add` → `Sub`",
    "`1` → `2`",
    "`1` → `0`",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "least.py"
    path.write_text(SOURCE)
    return path


def test_every_change_is_made_once_and_told(path: Path) -> None:
    found = [mutant.change for mutant in mutants("least", path)]
    assert sorted(found) == sorted(CHANGES)


def test_each_mutant_behaves_as_it_says_and_nothing_else_is_changed(path: Path) -> None:
    results = {}
    for mutant in mutants("least", path):
        names: dict[str, object] = {}
        exec(mutant.code, names)  # noqa: S102
        results[mutant.change] = names["least"]
    assert results["`min` → `max`"]([3, 5, 4]) == 5  # type: ignore[operator]
    assert results["`Add` → `Sub`"]([], 7) == 6  # type: ignore[operator]
    assert results["`Lt` → `LtE`"]([2, 3], 2) == 3  # type: ignore[operator]
    assert results["`not number < floor` → `nothing`"]([1, 3], 2) == 1  # type: ignore[operator]
    assert path.read_text() == SOURCE
