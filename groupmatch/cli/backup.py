"""`groupmatch backup`: one consistent file of everything, while the site runs."""

from pathlib import Path

import click

from groupmatch.cli.opening import open_database
from groupmatch.cli.verify import summary, told
from groupmatch.database.backup import back_up


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write a backup into FILE and its SHA-256 beside it, and verify it.

    The file holds everything: keep it as you keep charts, and encrypted. The key that signs
    sessions is not in it.
    """
    database = open_database(at_any_revision=True)
    with told():
        made = back_up(database, file)
    database.dispose()
    click.echo(f"{file}: {summary(made)}")
