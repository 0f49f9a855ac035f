"""`groupmatch demo`: a made-up program, matched overnight and served on this machine."""

from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import select

from groupmatch import clock, settings
from groupmatch.cli.night_report import sentence, shown_progress
from groupmatch.cli.serve import listening, serve
from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.records import Program
from groupmatch.services.demo_program import create_demo
from groupmatch.services.runs import nightly, runs
from groupmatch.services.runs.night import Counts
from groupmatch.settings import Settings


@click.command("demo")
@click.option("--data", default=".demo", type=click.Path(path_type=Path), show_default=True)
@click.option("--port", envvar="PORT", default=8000, show_default=True)
def command(data: Path, port: int) -> None:
    """Serve a made-up program of about 250 people on this machine.

    The first start makes the people and runs the nightly match; later ones keep what is there.
    Everything lies in the DATA folder: neither DATABASE_URL nor any other setting is read.
    """
    with listening("127.0.0.1", port) as socket:
        here = _settings(data.absolute(), socket.getsockname()[1])
        database = Database(here.database_url)
        upgrade(database)
        program = _program(database)
        _match_once(database, here, program)
        serve(here, database, socket, embedded=True)


def _settings(data: Path, port: int) -> Settings:
    loaded = settings.load({"GROUPMATCH_DATA": str(data)})
    data.mkdir(parents=True, exist_ok=True)
    return replace(loaded, port=port, public_url=f"http://127.0.0.1:{port}", demo=True)


def _program(database: Database) -> Program:
    with database.transaction() as session:
        if session.scalar(select(Program)) is None:
            click.echo("Making the demo program")
            create_demo(session, now=clock.now())
        return session.scalars(select(Program)).one()


def _match_once(database: Database, here: Settings, program: Program) -> None:
    """Run the night now, unless some run has been there."""
    with database.transaction() as session:
        if runs.latest(session, program):
            return
        tonight = nightly.Night(program.id, clock.today(program.timezone))
        run_id = nightly.claim(session, tonight)
    if run_id is None:
        return
    with shown_progress() as on_progress:
        run = runs.execute(database, here, run_id, on_progress=on_progress)
    click.echo(f"{program.name}: {sentence(Counts.of(run), run.result or {})}")
