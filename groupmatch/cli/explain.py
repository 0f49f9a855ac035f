"""`groupmatch explain`: why requests have no seat, what would help, and what else there is."""

import sys
from collections.abc import Iterator

import click

from groupmatch.cli.phrases import change_in_words, reason_in_words
from groupmatch.cli.solving import end, problem_of
from solver import Problem, solve
from solver.explanations.fixes import fixes
from solver.explanations.options import Option, options
from solver.explanations.reasons import reasons
from solver.explanations.solved import Solved
from solver.problem import Request
from solver.solution import Fix, Reason

#: Seconds for the match.
PATIENCE = 50


@click.command("explain")
@click.argument("problem", metavar="PROBLEM.json")
@click.argument("requests", metavar="[REQUEST]...", nargs=-1)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    default=PATIENCE,
    show_default=True,
    help="Seconds for the match.",
)
def command(problem: str, requests: tuple[str, ...], time_limit: float) -> None:
    """Match PROBLEM.json and explain these requests, or all that stay without a seat.

    For a request without a seat: what stands in the way, and each single change that would place
    it. For one with a seat: where else it could sit. For coordinators only: other people are named
    by their ids. Ends with exit code 2 if the file is refused.
    """
    asked = problem_of(problem)
    unknown = [name for name in requests if name not in asked.request]
    if unknown:
        raise click.ClickException(f"{problem}: no request is called {', '.join(unknown)}")
    solution = solve(asked, time_limit=time_limit)
    solved = Solved(asked, solution.assignment)
    names = requests or [one.request for one in solution.unplaced]
    click.echo("\n\n".join("\n".join(_explained(solved, name)) for name in names))
    sys.stdout.flush()
    end()


def _explained(solved: Solved, name: str) -> Iterator[str]:
    request = solved.problem.request[name]
    seat = solved.assignment.get(name)
    if seat is None:
        yield f"{name} has no seat."
        yield from _reasons(solved, request)
        yield from _fixes(solved.problem, fixes(solved, name))
    elif request.settled:
        yield f"{name} sits in {seat} and stays unless somebody moves it."
    else:
        yield (
            f"{name} gets a seat in {seat}." if seat != request.seat else f"{name} stays in {seat}."
        )
        yield from _options(options(solved, name))


def _reasons(solved: Solved, request: Request) -> Iterator[str]:
    [found] = reasons(solved, [solved.tables.request_place[request.id]])
    if not found:
        yield "  No group has a topic that it asks for."
    by_group: dict[str, list[str]] = {}
    for reason in found:
        if reason.group is not None:
            why = reason_in_words(solved.problem, request, reason)
            by_group.setdefault(reason.group, []).append(why)
    for group, words in by_group.items():
        yield f"  {group} {'; it '.join(words)}."
    rest = [reason for reason in found if reason.group is None]
    if rest:
        yield f"  {_counted(rest)}."


def _counted(rest: list[Reason]) -> str:
    total = sum(reason.times for reason in rest)
    counts = ", ".join(f"{reason.rule} {reason.times}" for reason in rest)
    return f"{total} more groups are farther off, by the first thing in the way: {counts}"


def _fixes(problem: Problem, found: tuple[Fix, ...]) -> Iterator[str]:
    if not found:
        yield "No single change that was tried places it."
        return
    yield "It gets a seat if one of these comes true:"
    for fix in found:
        others = ", ".join(fix.also_places)
        also = f", and {others} as well" if others else ""
        yield f"  {change_in_words(problem, fix.change)}{also} (worth {fix.placed_gain})"


def _options(found: tuple[Option, ...]) -> Iterator[str]:
    if not found:
        yield "No other group could take it without somebody losing a seat."
        return
    yield "It could also sit in:"
    for option in found:
        moves = " and ".join(
            f"{moved.request} goes from {moved.origin} to {moved.to}"
            if moved.origin
            else f"{moved.request} gets a seat in {moved.to}"
            for moved in option.knock_on
        )
        yield f"  {option.group}, " + (f"if {moves}" if moves else "at once")
