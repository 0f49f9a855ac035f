"""`python -m tests.shows.life`: thousands of lives of a small program, its invariants held.

In each life people come, paint hours, ask, switch, leave and come back, coordinators place,
approve, publish, merge, cancel and end, leaders write down who came, clinicians what they
measured, groups shrink, close and end, nights run, and the clock passes a change to winter time
and one to summer time, in any order. After every act all invariants of `tests/life` are checked.
`--without counting` does the same without the count of seats, and must break. Exit code 1 where an
invariant breaks, or where the program ends in an error.

Lives are numbered, and the same number is always the same life: `--first 400` goes on after 400.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from groupmatch.database.upgrade import upgrade
from groupmatch.services.seats import placing, seats
from tests import postgresql
from tests.life.living import Living
from tests.life.machine import live
from tests.life.places import InFiles, OnServer, Place

#: Lives that are lived one after another, between two lines of progress.
_BATCH = 20


def main() -> None:
    options = _options()
    lived = partial(
        _lived, steps=options.steps, engine=options.engine, without=options.without or ""
    )
    batches = range(options.first // _BATCH, -(-(options.first + options.count) // _BATCH))
    began, acts, lives, broken = time.monotonic(), 0, 0, 0
    with ProcessPoolExecutor(options.processes) as pool:
        for done in as_completed(pool.submit(lived, batch) for batch in batches):
            batch, count, words = done.result()
            acts, lives, broken = acts + count, lives + _BATCH, broken + bool(words)
            seconds = time.monotonic() - began
            print(f"{lives:,} lives, {acts:,} acts, {broken} broken, {seconds:.0f} s", flush=True)
            if words:
                print(f"among lives {batch * _BATCH} to {(batch + 1) * _BATCH - 1}: {words}")
    sys.exit(bool(broken))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.life")
    parser.add_argument("--first", type=int, default=0, help=f"a multiple of {_BATCH} (default 0)")
    parser.add_argument("--count", type=int, default=2000, help="lives (default 2,000)")
    parser.add_argument("--steps", type=int, default=50, help="of each at most (default 50)")
    parser.add_argument("--processes", type=int, default=2, help="default 2")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--without", choices=["counting"], help="a guard to take away")
    return parser.parse_args()


def _lived(batch: int, *, steps: int, engine: str, without: str) -> tuple[int, int, str]:
    """The batch, how many acts there were, and the first life that broke, if any."""
    if without == "counting":
        seats.free_seats = lambda *_, **__: 1  # type: ignore[assignment]
        placing.warnings_of = lambda *_, **__: []  # type: ignore[assignment]
    counted = _Counted(Living.act)
    Living.act = lambda *given, **named: counted(*given, **named)  # type: ignore[method-assign]
    words = ""
    with _place(engine) as place:
        try:
            live(place, lives=_BATCH, steps=steps, kind=batch)
        # An error of the program ends a life as a broken invariant does.
        except Exception as broken:
            words = "\n".join(
                [f"{type(broken).__name__}: {broken}", *getattr(broken, "__notes__", ())]
            )
        finally:
            Living.act = counted.function  # type: ignore[method-assign]
    return batch, counted.calls, words


@contextmanager
def _place(engine: str) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            yield InFiles(Path(folder))
            return
        with postgresql.a_database(engine, Path(folder)) as template:
            upgrade(template)
            yield OnServer(template)


class _Counted:
    """Counts how often a function is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls = 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        return self.function(*given, **named)


if __name__ == "__main__":
    main()
