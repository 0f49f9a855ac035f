"""`groupmatch program`: create a program, or list them."""

import click
from sqlalchemy import select

from groupmatch.cli.opening import open_database
from groupmatch.errors import Refused
from groupmatch.records import Program
from groupmatch.refusals import sentence
from groupmatch.services.programs import programs


@click.group("program")
def command() -> None:
    """Programs: each has its own clock, people and groups."""


@command.command("create")
@click.argument("name")
@click.option("--timezone", required=True, metavar="ZONE", help="Such as America/New_York.")
def _create(name: str, timezone: str) -> None:
    """Create a program."""
    database = open_database()
    try:
        with database.transaction() as session:
            made = programs.create_program(session, name=name, timezone=timezone, by=None)
    except Refused as refused:
        raise click.ClickException(sentence(refused)) from None
    finally:
        database.dispose()
    click.echo(f"Created “{made.name}” with the id {made.id}.")


@command.command("list")
def _list() -> None:
    """List the programs: id, time zone, name."""
    database = open_database()
    with database.read() as session:
        for program in session.scalars(select(Program).order_by(Program.name)):
            click.echo(f"{program.id}  {program.timezone}  {program.name}")
    database.dispose()
