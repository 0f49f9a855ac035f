"""What the commands share that solve a problem file before they tell something about it."""

import os
import sys
import time
from collections.abc import Callable
from functools import partial

import click

from groupmatch.cli.files import lasting, read_bytes
from solver import FileRefused, Problem, Solution, read_problem, solve
from solver.engines.math_opt import left_behind

REFUSED = 2


def problem_of(path: str) -> Problem:
    """The problem that a file holds; ends the command with its errors if there is none."""
    try:
        with lasting():
            return read_problem(read_bytes(path))
    except FileRefused as refused:
        for error in refused.errors:
            click.echo(str(error), err=True)
        sys.exit(REFUSED)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def solved_within(problem: Problem, seconds: float) -> Solution:
    """The solution found in so many seconds, proved best or not."""
    return solve(problem, time_limit=seconds)


def deadline(seconds: float) -> Callable[[], bool]:
    """Tells from now on whether so many seconds are over."""
    return partial(_over, time.monotonic() + seconds)


def proof_in_words(solution: Solution) -> str:
    """How sure it is that nobody places more."""
    if solution.objective.placed == solution.bounds.placed:
        return "Nothing places more priority than this match; that is proved."
    more = solution.bounds.placed - solution.objective.placed
    return f"This match is not proved best: at most {more} more priority could be placed."


def end() -> None:
    """End the command, also where a search that could not be stopped still runs."""
    if left_behind():
        sys.stdout.flush()
        os._exit(0)


def _over(end_of_time: float) -> bool:
    return time.monotonic() >= end_of_time
