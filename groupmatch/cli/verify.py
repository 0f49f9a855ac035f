"""`groupmatch verify`: whether a backup is whole, and what it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from groupmatch.database.backup import Backup, verify
from groupmatch.database.postgresql_tools import BackupRefused


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def command(file: Path) -> None:
    """Read a backup whole. Ends with exit code 1 if it could not be restored."""
    with told():
        found = verify(file)
    click.echo(f"{file}: {summary(found)}")


@contextmanager
def told() -> Iterator[None]:
    """End the command with a sentence where a backup cannot be made, trusted or put back."""
    try:
        yield
    except BackupRefused as refused:
        raise click.ClickException(str(refused)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


def summary(backup: Backup) -> str:
    """What a backup holds, in one line."""
    rows = f", {sum(backup.rows.values()):,} rows" if backup.rows else ""
    engine = "SQLite" if backup.embedded else "PostgreSQL"
    return f"sound, {engine} at migration {backup.revision}, {backup.size:,} bytes{rows}."
