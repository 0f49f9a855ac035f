"""`groupmatch restore`: put a backup in the place of everything."""

from pathlib import Path

import click

from groupmatch.cli.opening import load_settings
from groupmatch.cli.verify import summary, told
from groupmatch.database import Database
from groupmatch.database.backup import restore
from groupmatch.database.upgrade import at_head


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(file: Path, yes: bool) -> None:
    """Verify a backup and put it in the place of everything that is in the database.

    Refused while a web process or a scheduler has the database open.
    """
    database = Database(load_settings().database_url)
    if not yes:
        click.confirm("Everything since that backup will be gone. Restore it?", abort=True)
    with told():
        found = restore(database, file)
    newest = at_head(database)
    database.dispose()
    click.echo(f"Restored {file}: {summary(found)}")
    if not newest:
        click.echo("It is older than this version. Run: groupmatch db upgrade")
