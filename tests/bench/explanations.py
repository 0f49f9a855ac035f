"""Measure the explanations of a large generated program: `python -m tests.bench.explanations`.

Every answer is checked where it is made, on the part of the problem that it touches. Here the match
goes through `check`, and some fixes and options and all of the shortage report once more against
all rules of the whole changed problem.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np

from solver import Problem, check, parse_problem, read_problem, read_solution, violations
from solver.changes import applied
from solver.explanations.fixes import fixes
from solver.explanations.options import options
from solver.explanations.reach import reach
from solver.explanations.reasons import reasons
from solver.explanations.resolving import resolved, surveyed
from solver.explanations.shortage import shortage
from solver.explanations.solved import Solved
from solver.generator import PROFILES, generate
from tests.checked import solve

Answer = TypeVar("Answer")
#: How many fixes and options are checked against the whole problem.
_CHECKED = 40
#: How far a closer look at a fix goes, in pairs around it.
_PAIRS = 1500


def main() -> None:
    arguments = _arguments()
    problem, assignment = _match(arguments)
    print("| what | wall | processor |\n|---|---|---|")
    with _timed("load a solved problem"):
        solved = Solved(problem, assignment)
        solved.prepare()
    chance = random.Random(0)
    waiting = [r for r in range(len(problem.requests)) if solved.waiting[r] and solved.unplaced(r)]
    chance.shuffle(waiting)
    with _timed(f"reasons of {len(waiting[:1000])} requests"):
        told = list(reasons(solved, sorted(waiting[:1000])))
    assert len(told) == len(waiting[:1000])
    _fixes(solved, waiting[: arguments.people])
    asking = [r for r in range(len(problem.requests)) if solved.free[r]]
    _options(solved, chance.sample(asking, min(len(asking), 2 * arguments.people)))
    with _timed(f"shortage, top {arguments.top}"):
        report = shortage(solved, arguments.top)
    for found in report.changes:
        _check(applied(problem, found.change), {**assignment, **found.seats})
    print(f"\n{len(report.changes)} changes checked, the first places {report.changes[0].gain}.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.explanations", description=__doc__)
    parser.add_argument("--participants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=PROFILES, default="mixed")
    parser.add_argument(
        "--people", type=int, default=100, help="asked for fixes, twice for options"
    )
    parser.add_argument("--top", type=int, default=20)
    parser.add_argument("--problem", type=Path, help="a problem file instead of a generated one")
    parser.add_argument("--solution", type=Path, help="its solution file, to save the solve")
    return parser.parse_args()


def _match(arguments: argparse.Namespace) -> tuple[Problem, dict[str, str]]:
    if arguments.problem:
        problem = read_problem(arguments.problem.read_bytes())
    else:
        document = generate(arguments.participants, arguments.seed, profile=arguments.profile)
        problem = parse_problem(document)
    if arguments.solution:
        solution = read_solution(arguments.solution.read_bytes())
    else:
        solution = solve(problem)
    assert check(problem, solution) == []
    print(
        f"{len(problem.participants)} participants, {len(problem.groups)} groups: {solution.status}"
    )
    return problem, solution.assignment


def _fixes(solved: Solved, requests: Sequence[int]) -> None:
    names = [solved.problem.requests[place].id for place in requests]
    answers = _each("fixes of a request", names, lambda name: fixes(solved, name))
    found = [(name, fix) for name, listed in zip(names, answers, strict=True) for fix in listed]
    print(f"| fixes found | {len(found)} | |")
    checked = found[:: _step(found)]
    same = proved = 0
    fresh = Solved(solved.problem, solved.assignment)
    for name, fix in checked:
        place = solved.tables.request_place[name]
        reaching = reach(fresh, fix.change, place)
        again = resolved(fresh, fix.change, reaching, name, most_pairs=_PAIRS)
        again = surveyed(fresh, again, reaching, name, _PAIRS)
        if again is not None:
            _check(applied(solved.problem, fix.change), {**solved.assignment, **again.seats})
            assert again.gain >= fix.placed_gain
            same += again.gain == fix.placed_gain
            proved += again.proved
    print(f"| of these looked at more closely | {len(checked)} | {same} gain the same,", end="")
    print(f" {proved} proved |")


def _options(solved: Solved, requests: Sequence[int]) -> None:
    names = [solved.problem.requests[place].id for place in requests]
    answers = _each("options of a request", names, lambda name: options(solved, name))
    found = [(name, one) for name, listed in zip(names, answers, strict=True) for one in listed]
    print(f"| options found | {len(found)} | |")
    checked = found[:: _step(found)]
    for name, option in checked:
        moved = {move.request: move.to for move in option.knock_on}
        _check(solved.problem, {**solved.assignment, name: option.group, **moved})
    print(f"| of these checked in the whole | {len(checked)} | |")


def _step(found: Sequence[object]) -> int:
    return -(-len(found) // _CHECKED) or 1


def _check(problem: Problem, seats: Mapping[str, str | None]) -> None:
    taken = {request: group for request, group in seats.items() if group is not None}
    assert violations(problem, taken) == []


def _each(what: str, names: Sequence[str], ask: Callable[[str], Answer]) -> list[Answer]:
    """Ask for each name; print the median, the 95th percentile and the longest time."""
    answers, seconds, processor = [], [], []
    for name in names:
        start, used = time.perf_counter(), time.process_time()
        answers.append(ask(name))
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    print(f"| {what}, {len(names)} asked: median, 95 %, most | {_spread(seconds)} |", end="")
    print(f" {_spread(processor)} |", flush=True)
    return answers


def _spread(seconds: Sequence[float]) -> str:
    points = np.percentile(seconds, (50, 95, 100)) * 1000
    return ", ".join(f"{point:.0f}" for point in points) + " ms"


@contextmanager
def _timed(what: str) -> Iterator[None]:
    start, used = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - start, time.process_time() - used
    print(f"| {what} | {wall:.2f} s | {processor:.2f} s |", flush=True)


if __name__ == "__main__":
    main()
