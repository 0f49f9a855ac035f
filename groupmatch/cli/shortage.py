"""`groupmatch shortage`: the single changes that would place the most."""

import json

import click

from groupmatch.cli.phrases import change_in_words
from groupmatch.cli.solving import deadline, end, problem_of, proof_in_words, solved_within
from solver import Problem, Solution
from solver.changes import change_as_json
from solver.explanations.shortage import Shortage, shortage
from solver.explanations.solved import Solved

#: Seconds for the match, and as many again for the report.
PATIENCE = 50
_NAMED = 4


@click.command("shortage")
@click.argument("problem", metavar="PROBLEM.json")
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    default=PATIENCE,
    show_default=True,
    help="Seconds for the match, and as many again for the report.",
)
def command(problem: str, top: int, as_json: bool, time_limit: float) -> None:
    """Match PROBLEM.json and list the single changes that would place the most requests.

    Each change is solved again: nobody loses a seat for it and no settled member moves, but for the
    one of a move. Ends with exit code 2 if the file is refused.
    """
    asked = problem_of(problem)
    solution = solved_within(asked, time_limit)
    report = shortage(Solved(asked, solution.assignment), top, deadline(time_limit))
    click.echo(_json(report) if as_json else _table(asked, solution, report), nl=False)
    end()


def _json(report: Shortage) -> str:
    changes = [
        {
            "change": change_as_json(found.change),
            "placed_gain": found.gain,
            "places": list(found.placed),
            "verified": True,
        }
        for found in report.changes
    ]
    return json.dumps({"changes": changes, "complete": report.complete}, indent=2) + "\n"


def _table(problem: Problem, solution: Solution, report: Shortage) -> str:
    waiting = sum(request.waiting for request in problem.requests)
    lines = [
        f"{len(solution.unplaced)} of {waiting} waiting requests stay without a seat.",
        proof_in_words(solution),
        "",
    ]
    if not report.changes and report.complete:
        return "\n".join([*lines, "No single change places anybody.", ""])
    if report.changes:
        lines += ["The single changes that place the most:", "", "    gain  places  change"]
    for found in report.changes:
        change = change_in_words(problem, found.change)
        lines.append(f"{found.gain:8}  {len(found.placed):6}  {change}: {_names(found.placed)}")
    if not report.complete:
        lines += ["The time was over before all changes were tried."]
    return "\n".join([*lines, ""])


def _names(requests: tuple[str, ...]) -> str:
    more = len(requests) - _NAMED
    return ", ".join(requests[:_NAMED]) + (f" and {more} more" if more > 0 else "")
