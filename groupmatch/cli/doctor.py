"""`groupmatch doctor`: what is well with this installation, what is not, and what to do."""

import sys

import click

from groupmatch.checkup import Level, look_over
from groupmatch.cli.opening import load_settings
from groupmatch.database import Database

_COLORS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@click.command("doctor")
def command() -> None:
    """Look the installation over. Ends with exit code 1 if something has to be mended."""
    loaded = load_settings()
    database = Database(loaded.database_url)
    failed = False
    for finding in look_over(database, loaded):
        failed |= finding.level is Level.FAIL
        level = click.style(f"{finding.level:<4}", fg=_COLORS[finding.level])
        click.echo(f"{level}  {finding.about:<9}  {finding.found}")
        if finding.do:
            click.echo(f"{'':17}{finding.do}")
    database.dispose()
    sys.exit(failed)
