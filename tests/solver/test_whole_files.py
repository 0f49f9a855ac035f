"""A solution is written whole or not at all, whatever stands where it goes."""

import json
import os
import resource
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from groupmatch.cli import main
from solver.generator import generate
from tests.checked import wrong_in


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(generate(20, 1)))
    return path


def solved(asked: Path, out: Path | str) -> Result:
    return CliRunner().invoke(main, ["solve", str(asked), "--out", str(out)])


def test_what_stood_there_is_replaced(asked: Path, tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    out.write_text("old")
    assert solved(asked, out).exit_code == 0
    assert wrong_in(asked, out) == []
    assert sorted(tmp_path.iterdir()) == [asked, out]


def test_a_link_is_followed_and_stays(asked: Path, tmp_path: Path) -> None:
    out, link = tmp_path / "solution.json", tmp_path / "latest.json"
    link.symlink_to(out.name)
    for _ in range(2):
        assert solved(asked, link).exit_code == 0
        assert link.is_symlink()
        assert wrong_in(asked, out) == []


def test_a_pipe_is_written_to_and_stays(asked: Path, tmp_path: Path) -> None:
    pipe, out = tmp_path / "pipe", tmp_path / "solution.json"
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: out.write_text(pipe.read_text()), daemon=True)
    reader.start()
    assert solved(asked, pipe).exit_code == 0
    reader.join(timeout=10)
    assert wrong_in(asked, out) == []
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_folder_is_no_file(asked: Path, tmp_path: Path) -> None:
    result = solved(asked, tmp_path)
    assert (result.exit_code, result.stderr) == (1, f"Error: {tmp_path}: Is a directory\n")
    assert list(tmp_path.iterdir()) == [asked]


@contextmanager
def little_space(most: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_there_is_no_space_the_old_file_stays(asked: Path, tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    out.write_text("old")
    with little_space(500):
        result = solved(asked, out)
    assert (result.exit_code, result.stderr) == (1, f"Error: {out}: File too large\n")
    assert out.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [asked, out]
