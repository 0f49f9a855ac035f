"""`python -m tests.shows.life`: thousands of lives of a small program, its invariants held.

In each life people come, paint hours, ask, switch and leave, coordinators place, approve, publish
and end, groups shrink, close and end, nights run, and the clock passes a change to winter time, in
any order. After every act all invariants of `tests/life` are checked. `--without counting` does the
same without the count of seats, and must break. Exit code 1 where an invariant breaks.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from groupmatch.services import placing, seats
from tests.life.living import Living
from tests.life.machine import live
from tests.life.places import InFiles


def main() -> None:
    options = _options()
    share = -(-options.lives // options.processes)
    lived = partial(_lived, lives=share, steps=options.steps, without=options.without)
    began = time.monotonic()
    with ProcessPoolExecutor(options.processes) as pool:
        ended = list(pool.map(lived, range(options.first, options.first + options.processes)))
    acts = sum(count for count, _ in ended)
    broken = [words for _, words in ended if words]
    print(
        f"{share * options.processes:,} lives of up to {options.steps} steps, {acts:,} acts, "
        f"{len(broken)} broken, {time.monotonic() - began:.0f} s"
    )
    for words in broken:
        print(words)
    sys.exit(bool(broken))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.life")
    parser.add_argument("--lives", type=int, default=2000, help="default 2000")
    parser.add_argument("--steps", type=int, default=50, help="default 50")
    parser.add_argument("--processes", type=int, default=2, help="default 2")
    parser.add_argument("--first", type=int, default=1000, help="other numbers, other lives")
    parser.add_argument("--without", choices=["counting"], help="a guard to take away")
    return parser.parse_args()


def _lived(kind: int, *, lives: int, steps: int, without: str | None) -> tuple[int, str]:
    """How many acts there were, and the first life that broke an invariant, if any."""
    if without == "counting":
        seats.free_seats = lambda *_, **__: 1  # type: ignore[assignment]
        placing.warnings_of = lambda *_, **__: []  # type: ignore[assignment]
    counted = _Counted(Living.act)
    Living.act = lambda *given, **named: counted(*given, **named)  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as folder:
        try:
            live(InFiles(Path(folder)), lives=lives, steps=steps, kind=kind)
        except AssertionError as broken:
            return counted.calls, "\n".join([str(broken), *getattr(broken, "__notes__", ())])
    return counted.calls, ""


class _Counted:
    """Counts how often a function is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.calls = 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        return self._function(*given, **named)


if __name__ == "__main__":
    main()
