"""Solving in this very process, for a simulation; whatever people wait for is solved in a child."""

from groupmatch.matching.policy import policy
from solver import Problem, Solution, solve


def solve_here(problem: Problem, *, seconds: float) -> Solution:
    """What the night would find, with the reasons why people stay without a seat.

    One worker alone settles ties in the same way each time.
    """
    return solve(problem, time_limit=seconds, seed=policy().seed, workers=1, explain="reasons")
