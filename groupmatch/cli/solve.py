"""`groupmatch solve`: the best assignment for a problem file."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from groupmatch.cli import AtOnce
from groupmatch.cli.files import lasting, write_whole
from groupmatch.cli.solving import problem_of
from solver import Progress, Solution, solve, write_solution
from solver.solving import METHODS, EngineName

if TYPE_CHECKING:
    from rich.status import Status

#: Seconds after which somebody who named no limit gets the best so far, with its true bounds.
PATIENCE = 50

#: What reading took counts, and as much again for what is worked out and written in the end.
_READING = 2

#: How many requests a message names.
_NAMED = 5


@click.command("solve")
@click.argument("problem", metavar="PROBLEM.json")
@click.option("--out", default="-", metavar="SOLUTION.json", help="Where to write the solution.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    default=PATIENCE,
    show_default=True,
    help="Seconds until the best so far.",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--engine", type=click.Choice(list(METHODS)), default="auto", show_default=True)
@click.option("--explain", is_flag=True, help="Say why each unplaced request has no seat.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(
    problem: str,
    out: str,
    time_limit: float,
    seed: int,
    workers: int,
    engine: EngineName,
    explain: bool,
    quiet: bool,
) -> None:
    """Match the waiting requests of PROBLEM.json (- for standard input) to its groups.

    Ends with exit code 0 when a solution is written, 2 when the file is refused, 1 otherwise.
    Ctrl-C ends the search with the best solution found so far.
    """
    try:
        began = time.monotonic()
        asked = problem_of(problem)
        left = time_limit - _READING * (time.monotonic() - began)
        with lasting(), _interruptible() as interrupted, _shown(quiet) as status:
            solution = solve(
                asked,
                time_limit=max(left, 0.0),
                seed=seed,
                workers=workers,
                engine=engine,
                explain=explain,
                on_progress=lambda progress: _show(status, progress),
                cancelled=lambda: bool(interrupted),
            )
            # Still inside: an answer that was found is not lost to a late Ctrl-C.
            write_whole(out, write_solution(solution))
        _tell_unsearched(solution)
    except MemoryError:
        _end("the memory does not suffice for this problem")
    except OSError as error:
        _end(f"{out}: {error.strerror}")
    _end()


def _tell_unsearched(solution: Solution) -> None:
    """Say on standard error for whom there was no time to try all fixes, if there are any."""
    if solution.unsearched:
        first, more = solution.unsearched[:_NAMED], len(solution.unsearched) - _NAMED
        click.echo(
            f"Time ended before all fixes were tried for {len(solution.unsearched)} of the"
            f" {len(solution.unplaced)} requests without a seat: {', '.join(first)}"
            + (f" and {more} more, listed in the solution under stats" if more > 0 else "")
            + ". A longer --time-limit tries them.",
            err=True,
        )


def _end(trouble: str = "") -> NoReturn:
    """End with exit code 0, or 1 and a word about the trouble.

    At once: a large problem takes long to free, and a search that could not be stopped would abort
    the process if it ended normally.
    """
    if trouble:
        click.echo(f"Error: {trouble}", err=True)
    raise AtOnce(bool(trouble))


@contextmanager
def _interruptible() -> Iterator[list[int]]:
    """A list that receives the signals to stop, Ctrl-C and SIGTERM."""
    received: list[int] = []

    def receive(number: int, frame: FrameType | None) -> None:
        received.append(number)

    before = {number: signal.signal(number, receive) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _shown(quiet: bool) -> Iterator["Status | None"]:
    """A status line on standard error, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading the problem") as status:
        yield status


def _show(status: "Status | None", progress: Progress) -> None:
    if status is not None:
        status.update(
            f"{progress.stage} {progress.tier}: {progress.value}, bound {progress.bound},"
            f" {progress.elapsed:.1f} s"
        )
