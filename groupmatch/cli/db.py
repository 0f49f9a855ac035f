"""`groupmatch db`: bring the schema of the database up to date, or look whether it is."""

import sys

import click

from groupmatch.cli.opening import open_database
from groupmatch.database.upgrade import at_head, upgrade
from groupmatch.services.programs import governed


@click.group("db")
def command() -> None:
    """The database schema."""


@command.command("upgrade")
def _upgrade() -> None:
    """Run the migrations that are missing, all or none, and add new governed rows.

    There is no way down: take a backup first.
    """
    database = open_database(at_any_revision=True)
    upgrade(database)
    with database.transaction() as session:
        governed.load(session)
    database.dispose()
    click.echo("The database is at the newest schema.")


@command.command("check")
def _check() -> None:
    """Say whether a migration is missing. Ends with exit code 1 if one is."""
    database = open_database(at_any_revision=True)
    newest = at_head(database)
    database.dispose()
    if newest:
        click.echo("The database is at the newest schema.")
        return
    click.echo("A migration is missing. Back the database up, then run: groupmatch db upgrade")
    sys.exit(1)
