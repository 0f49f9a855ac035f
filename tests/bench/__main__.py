"""Measure the solver on generated programs and on problem files, beside plain baselines.

Every answer is checked. Times are of whole commands. Each baseline is stopped at twenty times
our time on the same instance; where one proves a tier, its value must be ours.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from solver.generator import PROFILES
from tests.bench import contestants, instances, table

_PATIENCE = 20


def main() -> None:
    options = _options()
    print(f"| {' | '.join(table.HEADS)} |\n|{'---|' * len(table.HEADS)}")
    with tempfile.TemporaryDirectory() as folder:
        for family in _families(options, Path(folder)):
            print(table.row([_measured(one, options) for one in family]), flush=True)
    print(f"\n{table.circumstances()}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--cases",
        default="1000:0,1000:none,10000:0",
        help="participants:max_moves, … (default 1000:0,1000:none,10000:0)",
    )
    parser.add_argument("--seeds", type=int, default=5, help="instances a size (default 5)")
    parser.add_argument("--profile", choices=PROFILES, default="mixed")
    parser.add_argument("--instances", type=Path, help="a folder with problem files to add")
    parser.add_argument("--time-limit", type=float, help="seconds for our own solve")
    parser.add_argument("--alone", action="store_true", help="without the baselines")
    return parser.parse_args()


def _families(options: argparse.Namespace, folder: Path) -> Iterator[list[instances.Instance]]:
    for case in filter(None, options.cases.split(",")):
        size, moves = case.split(":")
        limit = None if moves == "none" else int(moves)
        yield instances.generated(folder, int(size), options.seeds, options.profile, limit)
    if options.instances and options.instances.is_dir():
        files = instances.found(options.instances)
        yield from (list(same) for _, same in groupby(files, key=lambda one: one.family))


def _measured(instance: instances.Instance, options: argparse.Namespace) -> table.Measurement:
    ours = contestants.solver(instance.path, options.time_limit)
    if options.alone:
        return table.Measurement(instance, ours, None, None, None)
    limit = _PATIENCE * ours.seconds
    cp_sat, highs = (contestants.plain(name, instance.path, limit) for name in ("cp-sat", "highs"))
    _compare(instance, ours, cp_sat)
    _compare(instance, ours, highs)
    first_come = contestants.first_come(instance.path, limit)
    return table.Measurement(instance, ours, cp_sat, highs, first_come)


def _compare(instance: instances.Instance, ours: contestants.Run, other: contestants.Run) -> None:
    """Two proofs of one tier must agree."""
    both = min(ours.proved, other.proved)
    if ours.values[:both] != other.values[:both]:
        sys.exit(f"{instance.path.name}: {ours.values} against {other.values}: one is wrong")


if __name__ == "__main__":
    main()
