"""`groupmatch solve` and `groupmatch check` as one calls them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.solver.cases import group, problem, request
from tests.solver.test_solving import crowd


def groupmatch(*arguments: object, **options: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "groupmatch", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem([group("g1", max_size=1)], [request("r1"), request("r2")])))
    return path


def test_a_problem_is_solved_into_a_file_and_checked(asked: Path, tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    done = groupmatch("solve", asked, "--out", out, "--explain", "--seed", 7)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(out.read_text())["stats"]["seed"] == 7
    assert sorted(tmp_path.iterdir()) == [asked, out]
    checked = groupmatch("check", asked, out)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_solve_reads_and_writes_pipes(asked: Path) -> None:
    done = groupmatch("solve", "-", input=asked.read_text())
    assert json.loads(done.stdout)["status"] == "optimal"
    checked = groupmatch("check", asked, "-", input=done.stdout)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_a_refused_file_writes_nothing_and_tells_every_error(tmp_path: Path) -> None:
    wrong = problem([group("g1", max_size=True)], [request("r1", topics=[])], color="red")
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(wrong))
    out = tmp_path / "solution.json"
    done = groupmatch("solve", path, "--out", out)
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "$.color",
        "$.groups[0].max_size",
        "$.requests[0].topics",
    ]
    assert not out.exists()
    assert groupmatch("check", path, out).returncode == 2


def test_a_missing_file_or_directory_is_named(asked: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "solution.json"
    for done in (groupmatch("solve", nowhere), groupmatch("solve", asked, "--out", nowhere)):
        assert done.returncode == 1
        assert "solution.json: No such file" in done.stderr
        assert "Traceback" not in done.stderr


def test_check_prints_each_violated_rule_with_its_ids(asked: Path, tmp_path: Path) -> None:
    document = json.loads(groupmatch("solve", asked).stdout)
    document["seats"] = [{"request": r, "group": "g1", "new": True} for r in ("r1", "r2")]
    document["unplaced"] = []
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(document))
    done = groupmatch("check", asked, wrong)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "capacity: group g1: 2 of 1",
        "objective: placed is 2, not 1",
    ]
    wrong.write_text("{}")
    assert groupmatch("check", asked, wrong).returncode == 1


#: Runs `groupmatch solve`, with a Ctrl-C half a second after its search has begun.
INTERRUPTED = """
import os, signal, threading
import groupmatch.cli.solve as module

search = module.solve

def interrupted(*arguments, **options):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    return search(*arguments, **options)

module.solve = interrupted
module.command()
"""


def test_an_interrupted_solve_writes_the_best_so_far(tmp_path: Path) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "solution.json"
    path.write_text(json.dumps(crowd(3000)))
    command = [sys.executable, "-c", INTERRUPTED, str(path), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(out.read_text())["status"] == "feasible"
    assert groupmatch("check", path, out).returncode == 0
