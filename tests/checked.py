"""Solving as the tests do it: no answer counts unless its file stands up to `check`."""

from pathlib import Path
from typing import Any

import solver
from solver import Problem, Solution, Violation


def solve(problem: Problem, **options: Any) -> Solution:
    """The answer of `solver.solve`, written to its file format, read again, and checked."""
    solution = solver.solve(problem, **options)
    assert wrong_with(problem, solver.write_solution(solution)) == []
    return solution


def wrong_with(problem: Problem, file: str | bytes) -> list[Violation]:
    """What `check` finds in a solution file."""
    return solver.check(problem, solver.read_solution(file))


def wrong_in(problem: Path, solution: Path) -> list[Violation]:
    """What `check` finds in these two files."""
    return wrong_with(solver.read_problem(problem.read_bytes()), solution.read_bytes())
