"""The `groupmatch` command. Each subcommand is a module here, imported when called.

Loading lazily keeps `groupmatch --help` and the web workers quick: the solver alone takes half
a second to import.
"""

from importlib import import_module

import click

from groupmatch import __version__

#: Subcommand → its module here; the click command in it is called `command`.
COMMANDS = {
    "check": "check",
    "db": "db",
    "demo": "demo",
    "export": "export_csv",
    "generate": "generate",
    "import": "import_csv",
    "program": "program",
    "rematch": "rematch",
    "scheduler": "scheduler",
    "serve": "serve",
    "solve": "solve",
    "staff": "staff",
}


class _LazyGroup(click.Group):
    """A command group that imports a subcommand only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"groupmatch.cli.{COMMANDS[cmd_name]}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"groupmatch.cli.{COMMANDS[cmd_name]}.command is not a click command")
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="groupmatch")
def main() -> None:
    """Match people waiting for virtual group therapy to the groups that fit them."""
