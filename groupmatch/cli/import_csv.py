"""`groupmatch import`: a spreadsheet into a program, all of it or nothing."""

import sys

import click

from groupmatch.cli.files import read_bytes
from groupmatch.cli.opening import chosen_program, open_database
from groupmatch.services.spreadsheets import KINDS, Change, Report, import_rows

REFUSED = 2


@click.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", metavar="FILE.csv")
@click.option("--program", metavar="NAME|ID", help="Needed where there are several.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def command(kind: str, file: str, program: str | None, dry_run: bool) -> None:
    """Import FILE.csv (- for standard input): therapists, groups, people, requests, seats, then
    apart, because each refers to those before it. docs/import.md describes the columns.

    Rows are compared by id: a second import of the same file changes nothing. Ends with exit code
    2, all problems told and nothing imported, when a row cannot be used.
    """
    try:
        content = read_bytes(file)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    database = open_database()
    with database.session(write=True) as session:
        report = import_rows(session, chosen_program(session, program), kind, content)
        if not (report.problems or dry_run):
            session.commit()
    database.dispose()
    _tell(kind, report, dry_run)


def _tell(kind: str, report: Report, dry_run: bool) -> None:
    if report.problems:
        for problem in report.problems:
            click.echo(str(problem), err=True)
        number = len(report.problems)
        click.echo(f"Nothing was imported: {number} {_plural('problem', number)}.", err=True)
        sys.exit(REFUSED)
    if dry_run:
        for change in report.changes:
            click.echo(_line(change))
    counts = f"{report.new} new, {report.changed} changed, {report.same} the same"
    click.echo(f"{kind}: {counts}" + (" (nothing was imported)" if dry_run else ""))


def _line(change: Change) -> str:
    what = f"changes {', '.join(change.columns)}" if change.columns else "new"
    return f"row {change.row}, {change.record}: {what}"


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"
