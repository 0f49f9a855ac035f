"""Measure the explanations of a large generated program: `python -m tests.bench.explanations`.

Every answer is checked where it is made, on the part of the problem that it touches. Here the match
goes through `check`; some fixes and options and all of the shortage report once more through all
rules of the whole changed problem; and what a fix is proved to gain is compared with solving the
whole changed problem. `docs/bench.md` keeps what this prints.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np

from groupmatch.web.garbage import collect, collect_seldom
from solver import (
    Problem,
    Solution,
    check,
    parse_problem,
    read_problem,
    read_solution,
    violations,
)
from solver.changes import applied
from solver.explanations.disruption import disruption
from solver.explanations.fixes import fixes
from solver.explanations.options import options
from solver.explanations.reach import reach
from solver.explanations.reasons import reasons
from solver.explanations.resolving import Resolved, resolved
from solver.explanations.shortage import shortage
from solver.explanations.solved import Solved
from solver.explanations.whatif import changed_by
from solver.generator import PROFILES, generate
from solver.solution import Fix
from tests.bench.table import circumstances
from tests.checked import solve

Answer = TypeVar("Answer")
#: How many fixes and options are checked against the whole problem.
_CHECKED = 40


def main() -> None:
    arguments = _arguments()
    problem, solution = _match(arguments)
    people, groups = len(problem.participants), len(problem.groups)
    print(f"| {people:,} participants, {groups:,} groups | wall | processor |\n|---|---|---|")
    with _timed("load a solved problem"):
        solved = Solved(problem, solution.assignment)
        solved.prepare()
    collect_seldom()  # As the service does that answers these questions.
    chance = random.Random(0)
    waiting = [r for r in range(len(problem.requests)) if solved.waiting[r] and solved.unplaced(r)]
    chance.shuffle(waiting)
    with _timed(f"all reasons of {len(waiting[:1000])} requests"):
        told = list(reasons(solved, sorted(waiting[:1000])))
    assert len(told) == len(waiting[:1000])
    asking = [r for r in range(len(problem.requests)) if solved.free[r]]
    _options(solved, chance.sample(asking, min(len(asking), arguments.asked)))
    _fixes(solved, waiting[: arguments.people], solution.objective.placed, arguments.compared)
    _shortage(solved, arguments.top, arguments.seconds)
    if arguments.moves:
        _disruption(problem, arguments.moves, arguments.seconds)
    print(f"\n{circumstances()}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.explanations", description=__doc__)
    parser.add_argument("--participants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=PROFILES, default="mixed")
    parser.add_argument("--people", type=int, default=1000, help="asked for fixes, at most")
    parser.add_argument("--asked", type=int, default=300, help="asked for options, at most")
    parser.add_argument("--compared", type=int, default=20, help="fixes compared with whole solves")
    parser.add_argument("--top", type=int, default=20, help="changes in the shortage report")
    parser.add_argument("--moves", type=int, default=0, help="moves in the price list; 0: none")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each of the two")
    parser.add_argument("--problem", type=Path, help="a problem file instead of a generated one")
    parser.add_argument("--solution", type=Path, help="its solution file, to save the solve")
    return parser.parse_args()


def _match(arguments: argparse.Namespace) -> tuple[Problem, Solution]:
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
    return problem, solution


def _fixes(solved: Solved, requests: Sequence[int], placed: int, compared: int) -> None:
    names = [solved.problem.requests[place].id for place in requests]
    answers = _each("fixes of one person", names, lambda name: fixes(solved, name))
    listed = [(name, fix) for name, found in zip(names, answers, strict=True) for fix in found]
    again = (_again(solved, name, fix) for name, fix in listed)
    found = [one for one in again if one is not None]
    proved = [one for one in found if one.proved]
    print(f"| fixes found | {len(listed)} | |")
    print(f"| asked again after all others: hold, proved to gain no more | {len(found)} |", end="")
    print(f" {len(proved)} |", flush=True)
    for one in found[:: _step(found, _CHECKED)]:
        after = _check(applied(solved.problem, one.change), {**solved.assignment, **one.seats})
        assert solved.assignment.keys() | set(one.placed) <= after.keys()
    chosen = proved[:: _step(proved, compared)] if compared else []
    with _timed(f"{len(chosen)} of these by solving the whole again: the same gain"):
        for one in chosen:
            whole = solve(changed_by(solved.problem, [one.change]))
            assert whole.objective.placed - placed == one.gain


def _again(solved: Solved, name: str, fix: Fix) -> Resolved | None:
    """The use that the fix tells of; None if somebody else is known by now to gain more by it."""
    place = solved.tables.request_place[name]
    found = resolved(solved, fix.change, reach(solved, fix.change, place), name)
    assert found is None or (name in found.placed and found.gain >= fix.placed_gain)
    return found


def _options(solved: Solved, requests: Sequence[int]) -> None:
    names = [solved.problem.requests[place].id for place in requests]
    answers = _each("options of one person", names, lambda name: options(solved, name))
    found = [(name, one) for name, listed in zip(names, answers, strict=True) for one in listed]
    for name, option in found[:: _step(found, _CHECKED)]:
        moved = {move.request: move.to for move in option.knock_on}
        _check(solved.problem, {**solved.assignment, name: option.group, **moved})


def _shortage(solved: Solved, top: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    with _timed(f"shortage report, top {top}"):
        report = shortage(solved, top, lambda: time.monotonic() >= end)
    for found in report.changes:
        after = _check(applied(solved.problem, found.change), {**solved.assignment, **found.seats})
        newly = after.keys() - solved.assignment.keys()
        assert sum(solved.problem.request[name].priority for name in newly) == found.gain
    ended = "all changes tried" if report.complete else "ended by the clock"
    print(f"| its gains checked in the whole, {ended} | {len(report.changes)} | |")


def _disruption(problem: Problem, moves: int, seconds: float) -> None:
    with _timed(f"price list of 0 to {moves} moves"):
        found = disruption(problem, moves, seconds)
    proved = sum(point.proved for point in found.points)
    print(f"| its points, of them proved | {len(found.points)} | {proved} |")


def _step(found: Sequence[object], most: int) -> int:
    return -(-len(found) // most) or 1


def _check(problem: Problem, seats: Mapping[str, str | None]) -> dict[str, str]:
    taken = {request: group for request, group in seats.items() if group is not None}
    assert violations(problem, taken) == []
    return taken


def _each(what: str, names: Sequence[str], ask: Callable[[str], Answer]) -> list[Answer]:
    """Ask for each name; print the median, the 95th percentile and the longest time."""
    answers, seconds, processor = [], [], []
    for name in names:
        start, used = time.perf_counter(), time.process_time()
        answers.append(ask(name))
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
        collect()
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
