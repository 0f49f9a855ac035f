"""The solver: who gets which seat, provably as well as possible.

A chapter builds on the ones before it: `problem` → `files` → `eligibility` and `candidates` →
`columns` and `rows` → `constraints` (one module a rule) → `objectives` (one module a tier) →
`formulation` → `engines` → `search` → `solution` → `check` → `explanations`.
The file formats and the meaning of every rule are those of `groupmatch.problem/1`.
"""

from typing import TYPE_CHECKING

from solver.check import check, violations
from solver.eligibility import FailingRule, failing_rules
from solver.files.reading import parse_problem, read_problem
from solver.files.refusal import FileError, FileRefused, ProblemRefused, SolutionRefused
from solver.files.solution_reading import parse_solution, read_solution
from solver.problem import Problem
from solver.progress import Progress
from solver.roster import Violation
from solver.solution import Solution, TakenSeat, TierValues, Unplaced, write_solution

if TYPE_CHECKING:
    from solver.solving import solve

__all__ = [
    "FailingRule",
    "FileError",
    "FileRefused",
    "Problem",
    "ProblemRefused",
    "Progress",
    "Solution",
    "SolutionRefused",
    "TakenSeat",
    "TierValues",
    "Unplaced",
    "Violation",
    "check",
    "failing_rules",
    "parse_problem",
    "parse_solution",
    "read_problem",
    "read_solution",
    "solve",
    "violations",
    "write_solution",
]


def __getattr__(name: str) -> object:
    """Import `solve` when it is asked for: only solving needs OR-Tools, which is slow to load."""
    if name == "solve":
        from solver.solving import solve

        return solve
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
