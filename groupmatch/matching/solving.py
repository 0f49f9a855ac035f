"""One solve in a process of its own, judged here."""

from collections.abc import Callable

from groupmatch.database import Json
from groupmatch.matching.child_process import Limits, SolveFailed, answer_to
from solver import Problem, Progress, Solution, SolutionRefused, check, parse_solution


def solve_in_child(
    document: Json,
    problem: Problem,
    limits: Limits,
    watch: Callable[[Progress | None], None] = lambda progress: None,
) -> Solution:
    """Solve a problem's document in a child process, and judge the answer here.

    `watch` hears of each progress, and several times a second of none; whatever it raises ends
    the solve. Raises SolveFailed. The child has ended in any case.
    """

    def hear(progress: Json | None) -> None:
        watch(Progress(**progress) if progress else None)

    return _sound(problem, answer_to({"ask": "solve", "problem": document}, limits, hear))


def _sound(problem: Problem, answer: object) -> Solution:
    """The solution, if the independent check finds nothing wrong with it."""
    try:
        solution = parse_solution(answer)
    except SolutionRefused as refused:
        raise SolveFailed("unsound", str(refused)) from refused
    wrong = check(problem, solution)
    if wrong:
        raise SolveFailed("unsound", "; ".join(str(each.as_json()) for each in wrong))
    return solution
