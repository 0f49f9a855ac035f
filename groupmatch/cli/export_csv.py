"""`groupmatch export`: a program's records as a spreadsheet."""

import click

from groupmatch.cli.files import write_whole
from groupmatch.cli.opening import chosen_program, open_database
from groupmatch.records import Program
from groupmatch.services.audit import views
from groupmatch.services.audit.views import View
from groupmatch.services.spreadsheets import KINDS, export_rows

#: Without it, Excel takes the file for cp1252.
_BYTE_ORDER_MARK = "\ufeff"


@click.command("export")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--out", default="-", metavar="FILE.csv", help="Where to write; - for the screen.")
@click.option("--program", metavar="NAME|ID", help="Needed where there are several.")
def command(kind: str, out: str, program: str | None) -> None:
    """Write the records of a kind in the columns that `groupmatch import` reads.

    The file holds what staff see: names, needs, who is kept apart. Keep it as you keep charts.
    Where the program treats substance use, its label says so, and rows of people who have not
    consented under 42 CFR Part 2 are left out. That it was made is in the audit log.
    """
    database = open_database()
    with database.transaction() as session:
        chosen = chosen_program(session, program)
        text = export_rows(session, chosen, kind)
        view = View(None, chosen.id, Program.__tablename__, chosen.id)
        views.write(session, view, "file.taken", {"file": "groupmatch export", "table": kind})
    database.dispose()
    try:
        write_whole(out, text if out == "-" else _BYTE_ORDER_MARK + text)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
