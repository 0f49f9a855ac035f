"""`python -m tests.shows.interruptions`: hundreds of disturbed runs, none leaves half a file.

`groupmatch solve` gets signals at any moment, is killed while it writes, runs out of time, memory
or disk; the process in which the night solves is killed and runs out of memory. Each run must
end with an answer that stands up to `check`, or with a clear error and the old file untouched.
With `--careless` the command writes straight into the file: then the same show must find defects.
Prints a Markdown table; ends with exit code 1 if there was a defect.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from solver.generator import generate
from tests.shows import interrupted, night
from tests.shows.interrupted import OLD, Case

WAYS: dict[str, Callable[[Case], str]] = {
    "SIGTERM": interrupted.by_signal(signal.SIGTERM),
    "SIGINT": interrupted.by_signal(signal.SIGINT),
    "SIGKILL": interrupted.by_signal(signal.SIGKILL),
    "SIGKILL while writing": interrupted.killed_while_writing,
    "time limit 0.1 s": interrupted.out_of_time,
    "memory limit": interrupted.out_of_memory,
    "disk limit": interrupted.out_of_disk,
    "night's process killed": night.killed,
    "night's process out of memory": night.out_of_memory,
    "night's process out of time": night.out_of_time,
}
SIZES = (60, 300, 1000, 2500)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.interruptions")
    parser.add_argument("--count", type=int, default=200, help="how many runs (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (default 0)")
    parser.add_argument("--careless", action="store_true", help="write straight into the file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = prepared(Path(folder), SIZES, options.careless)
        found = Counter(disturbed(cases, options.count, options.seed))
    print("| disturbed by | participants | ending | runs |\n|---|---|---|---|")
    for (way, size, ending), runs in sorted(found.items()):
        print(f"| {way} | {size:,} | {ending} | {runs} |")
    defects = sum(runs for (_, _, ending), runs in found.items() if ending.startswith("DEFECT"))
    print(f"\n{sum(found.values())} runs, {defects} defects.")
    sys.exit(1 if defects else 0)


def prepared(folder: Path, sizes: tuple[int, ...], careless: bool) -> dict[int, Case]:
    """A problem file of each size, with the time that its undisturbed solve takes."""
    cases = {}
    for size in sizes:
        problem = folder / f"{size}.json"
        problem.write_text(json.dumps(generate(size, 1)), encoding="utf-8")
        place = folder / f"{size}"
        place.mkdir()
        case = Case(problem, 0.0, place, Random(), careless)
        began = time.monotonic()
        ending = interrupted.verdict(case, interrupted.start(case))
        if ending != "valid answer":
            sys.exit(f"a program of {size}, undisturbed: {ending}")
        cases[size] = replace(case, seconds=time.monotonic() - began)
    return cases


def disturbed(cases: dict[int, Case], count: int, seed: int) -> Iterator[tuple[str, int, str]]:
    """Way, size and ending of each run; ways and sizes take turns."""
    ways, sizes = list(WAYS), list(cases)
    for number in range(count):
        way, size = ways[number % len(ways)], sizes[number // len(ways) % len(sizes)]
        with tempfile.TemporaryDirectory() as folder:
            chance = Random(seed * count + number)
            case = replace(cases[size], folder=Path(folder), chance=chance)
            if chance.random() < 0.5:
                case.out.write_text(OLD, encoding="utf-8")
            ending = WAYS[way](case)
        if ending.startswith("DEFECT"):
            print(f"{way}, {size} participants, run {number}: {ending}", file=sys.stderr)
        yield way, size, ending


if __name__ == "__main__":
    main()
