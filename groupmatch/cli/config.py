"""`groupmatch config`: what the settings of this installation are, and whether they can be used."""

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from groupmatch import settings
from groupmatch.cli.opening import load_settings
from groupmatch.settings import SECRETS, Settings


@click.group("config")
def command() -> None:
    """The settings of this installation."""


@command.command("check")
def _check() -> None:
    """Show every setting and where it comes from; all problems at once, and exit code 1, if any.

    Passwords and keys are never shown.
    """
    loaded = load_settings()
    table = Table(box=None, pad_edge=False, show_header=False)
    for name in vars(loaded):
        if name != "demo":
            table.add_row(name, _shown(loaded, name), settings.source(name))
    Console(width=None if Console().is_terminal else 160).print(table)


def _shown(loaded: Settings, name: str) -> str:
    value = getattr(loaded, name)
    if name in SECRETS:
        return "(kept secret)" if value else "(empty)"
    if name == "database_url":
        return make_url(value).render_as_string(hide_password=True)
    return str(value)
