"""Opens the installation's database for a command, or says what has to be done first."""

from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.orm import Session

from groupmatch import settings
from groupmatch.database import Database
from groupmatch.database.upgrade import at_head, past_head
from groupmatch.errors import BadSettings
from groupmatch.records import Program
from groupmatch.settings import Settings


def load_settings() -> Settings:
    """The settings; a setting that cannot be used ends the command, all of them told at once."""
    try:
        return settings.load()
    except BadSettings as bad:
        raise click.ClickException("\n".join(bad.problems)) from None


def open_database(*, at_any_revision: bool = False) -> Database:
    """The installation's database. Ends the command unless its schema is the newest one."""
    try:
        database = Database(load_settings().database_url)
    except ArgumentError:
        raise click.ClickException(
            "The database URL cannot be read; write postgresql://user:password@host/name"
        ) from None
    if database.embedded and database.url.database:
        Path(database.url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        newest, later = at_head(database), past_head(database)
    except DatabaseError as error:
        raise click.ClickException(f"The database does not answer: {error.orig}") from None
    if later:
        raise click.ClickException(
            "A later version of groupmatch has upgraded the database. Install that version again."
        )
    if not newest and not at_any_revision:
        raise click.ClickException(
            "The database is not at the newest schema. Back it up, then run: groupmatch db upgrade"
        )
    return database


def chosen_program(session: Session, wanted: str | None) -> Program:
    """The program of an id or a name; the only one where none is wanted."""
    programs = session.scalars(select(Program).order_by(Program.name)).all()
    matching = [each for each in programs if wanted in (None, each.id, each.name)]
    if len(matching) == 1:
        return matching[0]
    if not programs:
        raise click.ClickException(
            "There is no program yet. Create one: groupmatch program create NAME --timezone ZONE"
        )
    names = ", ".join(f"“{each.name}”" for each in programs)
    asked = "Choose a program with --program" if wanted is None else f"There is no “{wanted}”"
    raise click.ClickException(f"{asked}; the programs are {names}")
