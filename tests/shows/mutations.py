"""`python -m tests.shows.mutations`: how many small bugs in rules and tiers the tests notice.

Each mutant of `solver/constraints` and `solver/objectives` runs the focused tests in a process
of its own, which imports the solver with that one change. A mutant is killed if a test fails,
if the module cannot be imported, or if nothing has ended within the time. Prints a Markdown table
and every survivor; ends with exit code 1 below the score that is asked for.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import Phase, settings

from tests.shows.mutants import Mutant, mutants

PACKAGES = ("constraints", "objectives")
#: The quickest first: most mutants do not get beyond them.
FOCUS = (
    "test_constraints.py",
    "test_violations.py",
    "test_objectives.py",
    "test_rows.py",
    "test_agreement.py::test_the_rows_of_each_rule_admit_exactly_what_does_not_violate_it",
    "test_agreement.py::test_the_weights_of_each_tier_add_up_to_its_value",
)
_POLL_SECONDS = 0.01


@dataclass
class Tally:
    """What became of the mutants of one module, or of all."""

    module: str
    killed: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.killed + len(self.survivors)

    @property
    def score(self) -> float:
        return 100 * self.killed / self.total if self.total else 100.0


def main() -> None:
    options = _options()
    _load_what_never_changes()
    if not _tests_pass(None, options.patience):
        sys.exit("the tests fail where nothing is changed, too")
    tallies = [_tally(*module, options.patience) for module in _modules(options.only)]
    print("| module | mutants | killed | survived | score |\n|---|---|---|---|---|")
    for tally in (*tallies, _sum(tallies)):
        counts = (tally.total, tally.killed, len(tally.survivors))
        print(f"| {' | '.join((tally.module, *map(str, counts), f'{tally.score:.1f} %'))} |")
    sys.exit(_sum(tallies).score < options.least)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.mutations")
    parser.add_argument("--only", default="", help="modules whose name contains this")
    parser.add_argument("--least", type=float, default=90, help="the score asked for (default 90)")
    parser.add_argument("--patience", type=float, default=120, help="seconds a mutant may take")
    return parser.parse_args()


def _load_what_never_changes() -> None:
    """Import once what every child needs, and spare hypothesis the search for small examples.

    The solver itself must not be imported here: each child imports it with its own change.
    """
    import numpy  # noqa: F401
    import ortools.math_opt.core.python.solver
    import ortools.sat.python.cp_model_helper  # noqa: F401

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    settings.register_profile("mutations", phases=[Phase.generate])
    settings.load_profile("mutations")


def _modules(only: str) -> Iterator[tuple[str, Path]]:
    """Name and source of the modules of rules and tiers."""
    found = find_spec("solver")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("solver")
    for package in PACKAGES:
        for path in sorted((Path(found.origin).parent / package).glob("*.py")):
            if path.stem != "__init__" and only in path.stem:
                yield f"solver.{package}.{path.stem}", path


def _tally(module: str, path: Path, patience: float) -> Tally:
    tally = Tally(module)
    for mutant in mutants(module, path):
        if _tests_pass(mutant, patience):
            tally.survivors.append(mutant)
            print(f"survived: {module}:{mutant.line}: {mutant.change}", file=sys.stderr)
        else:
            tally.killed += 1
    return tally


def _sum(tallies: Sequence[Tally]) -> Tally:
    survivors = [mutant for tally in tallies for mutant in tally.survivors]
    return Tally("all", sum(tally.killed for tally in tallies), survivors)


def _tests_pass(mutant: Mutant | None, patience: float) -> bool:
    """Whether all focused tests pass with this change, within so many seconds."""
    child = os.fork()
    if child == 0:
        _run_tests(mutant)
    until = time.monotonic() + patience
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status == 0
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
        time.sleep(_POLL_SECONDS)


def _run_tests(mutant: Mutant | None) -> None:
    """In the child: the tests, in silence; its exit code is theirs."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    if mutant is not None:
        sys.meta_path.insert(0, _Changed(mutant))
    folder = Path(__file__).parent.parent / "solver"
    tests = [f"{folder}/{name}" for name in FOCUS]
    code = 1
    try:
        code = pytest.main(["-x", "-q", "--noconftest", "-p", "no:cacheprovider", *tests])
    finally:
        os._exit(int(code))


class _Changed(MetaPathFinder, Loader):
    """Imports one module as its mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self.mutant.module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.mutant.code, module.__dict__)  # noqa: S102


if __name__ == "__main__":
    main()
