"""`python -m tests.shows.kills`: nights that are killed at every kind of moment.

A scheduler works a night that publishes by itself: it claims, solves, checks, keeps and publishes
the draft, and mails. It is killed by SIGKILL after a random time, before a random statement to the
database, before or after handing over a random mail, or its solver is. What it leaves must be all
of the plan or none of it, and the next start must end with one run, every seat given once, and
everybody told; a mail may come twice, under one Message-ID.

With `--careless publish|claim|mail|message-id` a guard is taken away (each bundle is published by
itself; nobody writes down whose night it is; a mail is marked before it is sent; it is named anew
each time): then the same show must find defects, of 25 nights or more. Prints a Markdown table;
ends with exit code 1 if there was a defect.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.shows.killed_night import WAYS, Night, Usual, prepared


class Ending(NamedTuple):
    """What became of one night."""

    way: str
    #: How far it had come when it died.
    state: str
    #: Mails that came twice.
    repeated: int
    defects: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.kills")
    parser.add_argument("--count", type=int, default=300, help="how many nights (default 300)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (default 0)")
    parser.add_argument("--workers", type=int, default=2, help="nights at a time (default 2)")
    guards = ["publish", "claim", "mail", "message-id"]
    parser.add_argument("--careless", choices=guards, default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        usual = prepared(Path(folder))
        found = list(killed(usual, options.count, options.seed, options.careless, options.workers))
    _show(found)
    sys.exit(1 if any(each.defects for each in found) else 0)


def killed(
    usual: Usual, count: int, seed: int, careless: str = "", workers: int = 1
) -> Iterator[Ending]:
    """The endings of so many nights; the ways of dying take turns."""

    def one(number: int) -> Ending:
        way, chance = WAYS[number % len(WAYS)], Random(seed * count + number)
        with tempfile.TemporaryDirectory() as folder:
            night = Night(usual, Path(folder, "night"), careless)
            night.killed(way, chance)
            state, at_once = night.state, night.defects(recovered=False)
            night.recovered()
            wrong = (*at_once, *night.defects(recovered=True))
            night.close()
        return Ending(way, state, night.repeated, wrong)

    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(one, range(count))


def _show(found: list[Ending]) -> None:
    print("| killed | when | nights | mails repeated | defects |\n|---|---|---|---|---|")
    kinds = Counter((each.way, each.state) for each in found)
    for (way, state), nights in sorted(kinds.items()):
        these = [each for each in found if (each.way, each.state) == (way, state)]
        repeated = sum(each.repeated for each in these)
        defects = sum(bool(each.defects) for each in these)
        print(f"| {way} | {state} | {nights} | {repeated} | {defects} |")
    for text, times in Counter(text for each in found for text in each.defects).most_common():
        print(f"DEFECT {times} times: {text}", file=sys.stderr)
    defects = sum(bool(each.defects) for each in found)
    print(f"\n{len(found)} nights killed, {defects} with defects.")


if __name__ == "__main__":
    main()
