"""`groupmatch disruption`: how much more is placed for each settled member who may move."""

import json
from dataclasses import asdict

import click

from groupmatch.cli.solving import end, problem_of
from solver.explanations.disruption import Disruption, Point, disruption

#: Seconds for the whole list.
PATIENCE = 50


@click.command("disruption")
@click.argument("problem", metavar="PROBLEM.json")
@click.option(
    "--most", type=click.IntRange(min=0), default=5, show_default=True, help="Moves at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    default=PATIENCE,
    show_default=True,
    help="Seconds for the whole list.",
)
def command(problem: str, most: int, as_json: bool, time_limit: float) -> None:
    """List what PROBLEM.json places if no settled member moves, if one may, if two may.

    Where time ends, the list does, and a line that is not proved says so.
    Ends with exit code 2 if the file is refused.
    """
    found = disruption(problem_of(problem), most, time_limit)
    click.echo(_json(found) if as_json else _text(found), nl=False)
    end()


def _json(found: Disruption) -> str:
    return json.dumps(asdict(found), indent=2) + "\n"


def _text(found: Disruption) -> str:
    first, last = found.points[0], found.points[-1]
    lines = [line for point in found.points for line in _lines(first, point)]
    if last.value == found.most:
        lines.append("More moves would place nobody else.")
    else:
        more = found.most - last.value
        lines.append(f"With more moves, at most {more} more priority could be placed.")
    return "\n".join([*lines, ""])


def _lines(first: Point, point: Point) -> list[str]:
    doubt = "" if point.proved else " (not proved to be the most)"
    if not point.max_moves:
        return [f"If no settled member moves: what is placed is worth {point.value}{doubt}.", ""]
    many = point.max_moves > 1
    who = f"{point.max_moves} settled members move" if many else "1 settled member moves"
    gain = point.value - first.value
    if not gain:
        return [f"Nobody more placed if {who}{doubt}.", ""]
    count = len(point.more) - len(point.fewer)
    lines = [f"{count} more placed if {who}, worth {gain}{doubt}:"]
    lines += [f"  {m.request} would go from {m.origin} to {m.to}" for m in point.moved]
    lines.append(f"  a seat for {', '.join(point.more)}")
    if point.fewer:
        lines.append(f"  and none any more for {', '.join(point.fewer)}")
    return [*lines, ""]
