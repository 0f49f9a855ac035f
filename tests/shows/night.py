"""The process in which the night solves, disturbed: what its parent gets to hear."""

import json
import os
import signal
import threading
from dataclasses import replace

from groupmatch.matching import Limits, SolveFailed, solve_in_child
from solver import read_problem
from tests.matching.test_solving import children
from tests.shows.interrupted import Case

_LIMITS = Limits(seconds=60, grace_seconds=30, memory_megabytes=8000)


def killed(case: Case) -> str:
    """Kill the child at any moment between its start and its usual end."""
    others = children()
    timer = threading.Timer(case.chance.uniform(0, case.seconds), _kill_children, [others])
    timer.start()
    try:
        return _answer(case, _LIMITS)
    finally:
        timer.cancel()
        timer.join()


def _kill_children(others: set[int]) -> None:
    for child in children() - others:
        os.kill(child, signal.SIGKILL)


def out_of_memory(case: Case) -> str:
    most = case.chance.randint(100, 1500)
    return _answer(case, replace(_LIMITS, memory_megabytes=most))


def out_of_time(case: Case) -> str:
    return _answer(case, replace(_LIMITS, seconds=0.1))


def _answer(case: Case, limits: Limits) -> str:
    document = json.loads(case.problem.read_bytes())
    problem = read_problem(case.problem.read_bytes())
    try:
        solve_in_child(document, problem, limits)
    except SolveFailed as failed:
        return f"clear error: {failed.code}"
    return "valid answer"
