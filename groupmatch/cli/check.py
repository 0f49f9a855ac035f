"""`groupmatch check`: whether a solution file is right, recomputed from the two files alone."""

import sys

import click

from groupmatch.cli.files import lasting, read_bytes
from solver import FileRefused, Violation, check, read_problem, read_solution

REFUSED = 2


@click.command("check")
@click.argument("problem", metavar="PROBLEM.json")
@click.argument("solution", metavar="SOLUTION.json")
def command(problem: str, solution: str) -> None:
    """Recompute everything that SOLUTION.json says about PROBLEM.json (either may be -).

    Prints each violated rule with its ids. Ends with exit code 0 only if the solution is valid and
    its numbers are right, 2 if the problem is refused, 1 otherwise.
    """
    try:
        with lasting():
            asked = read_problem(_content(problem))
    except FileRefused as refused:
        for error in refused.errors:
            click.echo(str(error), err=True)
        sys.exit(REFUSED)
    try:
        with lasting():
            answer = read_solution(_content(solution))
    except FileRefused as refused:
        for error in refused.errors:
            click.echo(f"form: {error}")
        sys.exit(1)
    found = check(asked, answer)
    for violation in found:
        click.echo(_line(violation))
    sys.exit(1 if found else 0)


def _content(path: str) -> bytes:
    try:
        return read_bytes(path)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def _line(violation: Violation) -> str:
    content = violation.as_json()
    detail = content.pop("detail")
    rule = content.pop("rule")
    ids = ", ".join(f"{noun} {_ids(value)}" for noun, value in content.items())
    line = f"{rule}: {ids}: {detail}" if ids else f"{rule}: {detail}"
    # JSON can spell half a character in an id, which no output can.
    return line.encode(errors="backslashreplace").decode()


def _ids(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
