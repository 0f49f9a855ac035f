"""`python -m tests.shows.solves`: generate, solve and check through the command line, in a table.

For each seed and profile one program of 60 to 1,000 participants. Every answer must pass
`groupmatch check`, and all five tiers must be proved on those up to 300 participants; else the
exit code is 1.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from solver.generator import PROFILES

_SIZES = (60, 100, 150, 200, 300, 400, 600, 800, 1000)
_PROVED_UP_TO = 300
_TIERS = ("placed", "switched", "moved", "opened", "cost")


@dataclass(frozen=True)
class Case:
    """One instance; every other seed lays it over a change of clocks."""

    profile: str
    seed: int

    @property
    def participants(self) -> int:
        """More than half of the seeds stay within the sizes that must be proved."""
        return _SIZES[self.seed % len(_SIZES)]

    @property
    def weeks(self) -> int:
        return 1 + self.seed % 2


@dataclass(frozen=True)
class Ending:
    """What became of a case."""

    case: Case
    status: str
    values: tuple[int, ...]
    seconds: float
    checked: bool

    @property
    def failed(self) -> bool:
        """Not right, or not proved where it must be."""
        must_be_proved = self.case.participants <= _PROVED_UP_TO
        return not self.checked or (must_be_proved and self.status != "optimal")

    @property
    def row(self) -> str:
        case = self.case
        cells = (case.profile, case.seed, case.participants, case.weeks, self.status)
        values = (f"{value:,}" for value in self.values)
        right = "right" if self.checked else "WRONG"
        return f"| {' | '.join((*map(str, cells), *values, f'{self.seconds:.1f} s', right))} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.solves")
    parser.add_argument("--seeds", type=int, default=30, help="seeds a profile (default 30)")
    seeds = parser.parse_args().seeds
    cases = [Case(profile, seed) for profile in PROFILES for seed in range(seeds)]
    endings = list(_shown(cases))
    proved = sum(ending.status == "optimal" for ending in endings)
    failed = sum(ending.failed for ending in endings)
    slowest = max(ending.seconds for ending in endings)
    print(f"\n{len(endings)} solved and checked, {proved} proved in all five tiers,")
    print(f"{failed} failed; the slowest solve took {slowest:.1f} s.")
    sys.exit(1 if failed else 0)


def _shown(cases: list[Case]) -> Iterator[Ending]:
    heads = ("profile", "seed", "participants", "weeks", "status", *_TIERS, "solve", "check")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for case in cases:
        ending = _run(case)
        print(ending.row, flush=True)
        yield ending


def _run(case: Case) -> Ending:
    with tempfile.TemporaryDirectory() as folder:
        problem, solution = Path(folder, "problem.json"), Path(folder, "solution.json")
        size, seed, weeks = map(str, (case.participants, case.seed, case.weeks))
        arguments = ("--participants", size, "--seed", seed, "--weeks", weeks)
        _groupmatch("generate", *arguments, "--profile", case.profile, "--out", str(problem))
        began = time.monotonic()
        _groupmatch("solve", str(problem), "--out", str(solution), "--quiet")
        seconds = time.monotonic() - began
        checked = _groupmatch("check", str(problem), str(solution), may_fail=True) == 0
        answer = json.loads(solution.read_text(encoding="utf-8"))
    values = tuple(answer["objective"][tier] for tier in _TIERS)
    return Ending(case, answer["status"], values, seconds, checked)


def _groupmatch(*arguments: str, may_fail: bool = False) -> int:
    command = [sys.executable, "-m", "groupmatch", *arguments]
    return subprocess.run(command, check=not may_fail).returncode


if __name__ == "__main__":
    main()
