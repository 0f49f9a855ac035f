"""The `groupmatch` command. Each subcommand is a module here, imported when called.

Loading lazily keeps `groupmatch --help` and the web workers quick: the solver alone takes half
a second to import.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

import click

from groupmatch import __version__
from groupmatch.cli.files import lasting

#: Subcommand → its module here; the click command in it is called `command`.
COMMANDS = {
    "backup": "backup",
    "check": "check",
    "config": "config",
    "db": "db",
    "demo": "demo",
    "disruption": "disruption",
    "doctor": "doctor",
    "explain": "explain",
    "export": "export_csv",
    "export-person": "export_person",
    "generate": "generate",
    "import": "import_csv",
    "outbox": "outbox",
    "program": "program",
    "purge": "purge",
    "rematch": "rematch",
    "restore": "restore",
    "scheduler": "scheduler",
    "serve": "serve",
    "shortage": "shortage",
    "simulate": "simulate",
    "solve": "solve",
    "staff": "staff",
    "verify": "verify",
}


class AtOnce(SystemExit):
    """Ends the process as it is, where taking everything apart first would take long."""


class _LazyGroup(click.Group):
    """A command group that imports a subcommand only when it is asked for."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run as a program of its own."""
        try:
            return super().__call__(*args, **options)
        except AtOnce as end:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(bool(end.code))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = _load(f"groupmatch.cli.{COMMANDS[cmd_name]}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"groupmatch.cli.{COMMANDS[cmd_name]}.command is not a click command")
        return command


def _load(name: str) -> ModuleType:
    """The module of a subcommand; where memory is short, its libraries may not load."""
    # More threads of its linear algebra cost numpy more to start than they could save here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        with _ended_by_ctrl_c(), lasting():
            return import_module(name)
    except ModuleNotFoundError:
        raise
    except (ImportError, MemoryError) as error:
        raise click.ClickException(f"a library cannot be loaded: {error}") from error


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Ctrl-C ends the process at once and in silence.

    While libraries are loaded, an exception would come out as some error of theirs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="groupmatch")
def main() -> None:
    """Match people waiting for virtual group therapy to the groups that fit them."""
