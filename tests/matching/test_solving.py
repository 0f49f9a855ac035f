"""The solver in its own process: it answers, it can be stopped, and it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groupmatch.matching import Limits, Progress, SolveFailed, solve_in_child
from solver import parse_problem
from solver.generator import generate
from tests.checked import solve
from tests.solver.cases import group, problem, request

LIMITS = Limits.within(30)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return generate(participants=60, seed=2)


def children(of: int | None = None) -> set[int]:
    """The processes that this one, or another, has started and that still run."""
    return {pid for pid, parent in _processes() if parent == (of or os.getpid())}


def _processes() -> Iterator[tuple[int, int]]:
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                yield int(name), int(file.read().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue


def test_the_child_s_answer_is_the_solver_s_and_its_progress_is_heard(
    document: dict[str, Any],
) -> None:
    asked = parse_problem(document)
    heard: list[Progress | None] = []
    answer = solve_in_child(document, asked, LIMITS, heard.append)
    here = solve(asked, explain="reasons")
    assert replace(answer, wall_seconds=0) == replace(here, wall_seconds=0)
    assert answer.unplaced
    assert all(each.reasons for each in answer.unplaced)
    assert {progress.tier for progress in heard if progress} >= {"placed", "cost"}


class Stopped(Exception):
    pass


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="sessions are not weighed")
def test_the_child_s_session_weighs_less_than_that_of_the_pages(document: dict[str, Any]) -> None:
    before, weighed = children(), set[str]()

    def look(progress: Progress | None) -> None:
        if progress:
            weighed.update(
                Path(f"/proc/{child}/autogroup").read_text(encoding="utf-8").split("nice ")[1]
                for child in children() - before
            )

    solve_in_child(document, parse_problem(document), LIMITS, look)
    assert weighed == {"10\n"}


def test_what_the_watch_raises_stops_the_child(document: dict[str, Any]) -> None:
    before = children()

    def stop(progress: Progress | None) -> None:
        assert children() - before
        raise Stopped

    with pytest.raises(Stopped):
        solve_in_child(document, parse_problem(document), LIMITS, stop)
    assert children() == before


def test_a_child_that_is_late_is_given_up(document: dict[str, Any]) -> None:
    before = children()
    late = replace(LIMITS, seconds=0.01, grace_seconds=0)
    with pytest.raises(SolveFailed) as failed:
        solve_in_child(document, parse_problem(document), late)
    assert failed.value.code == "out_of_time"
    assert children() == before


def test_stopped_by_its_time_limit_the_child_still_answers() -> None:
    document = generate(2000, seed=1)
    answer = solve_in_child(document, parse_problem(document), replace(LIMITS, seconds=0.001))
    assert answer.status == "feasible"
    assert answer.bounds.placed >= answer.objective.placed


def test_a_child_without_memory_fails_and_the_parent_lives(document: dict[str, Any]) -> None:
    with pytest.raises(SolveFailed) as failed:
        solve_in_child(document, parse_problem(document), replace(LIMITS, memory_megabytes=100))
    assert failed.value.code == "crashed"


def test_an_answer_that_is_not_valid_is_refused() -> None:
    """The child is asked about a group with two seats, and judged by one that has one."""
    waiting = [request("r1"), request("r2")]
    asked = problem([group("g1", max_size=2)], waiting)
    judged = parse_problem(problem([group("g1", max_size=1)], waiting))
    with pytest.raises(SolveFailed, match="capacity") as failed:
        solve_in_child(asked, judged, LIMITS)
    assert failed.value.code == "unsound"


def test_the_child_ends_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True, cwd=os.getcwd()
    )
    assert parent.stdout is not None
    with parent:
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while os.path.exists(f"/proc/{child}"):
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.05)


#: Starts a solve that takes a while, and tells the child's id as soon as it works.
_PARENT = """
import os, time
from groupmatch.matching import Limits, solve_in_child
from solver import parse_problem
from solver.generator import generate
from tests.matching.test_solving import children

def tell(progress):
    if progress:
        print(*children(), flush=True)
        time.sleep(600)

document = generate(participants=400, seed=1)
solve_in_child(document, parse_problem(document), Limits.within(600), tell)
"""
