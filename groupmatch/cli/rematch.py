"""`groupmatch rematch`: match a program now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import settings
from groupmatch.database import Database, Json
from groupmatch.errors import Conflict
from groupmatch.matching import Progress, SolveFailed
from groupmatch.records import Program, RunKind, RunState
from groupmatch.services import runs
from groupmatch.services.night import Counts, counts


@click.command("rematch")
@click.option("--program", "wanted", help="Name or id; needed where there are several programs.")
@click.option("--dry-run", is_flag=True, help="Say what would be proposed, and keep nothing.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS")
def command(wanted: str | None, dry_run: bool, time_limit: float | None) -> None:
    """Match everybody who waits in a program now, as the night does.

    What is found is a draft: nobody's seat changes before a coordinator publishes it.
    """
    loaded = settings.load()
    database = Database(loaded.database_url)
    with database.read() as session:
        program = _program(session, wanted)
    try:
        with _shown_progress() as on_progress:
            if dry_run:
                did, result = runs.preview(
                    database, loaded, program.id, on_progress=on_progress, time_limit=time_limit
                )
            else:
                did, result = _run(database, loaded, program, on_progress, time_limit)
    except SolveFailed as failed:
        raise click.ClickException(f"the solver gave no sound answer ({failed})") from None
    click.echo(f"{program.name}: {_sentence(did, result, dry_run=dry_run)}")


def _run(
    database: Database,
    loaded: settings.Settings,
    program: Program,
    on_progress: Callable[[Progress], None],
    time_limit: float | None,
) -> tuple[Counts, Json]:
    try:
        with database.transaction() as session:
            run = runs.start_run(session, program, kind=RunKind.BY_HAND, by=None)
    except Conflict:
        raise click.ClickException("a run of this program is going on; wait or cancel it") from None
    run = runs.execute(database, loaded, run.id, on_progress=on_progress, time_limit=time_limit)
    if run.state == RunState.CANCELLED:
        raise click.ClickException("the run was cancelled; the draft of before stands")
    with database.read() as session:
        return counts(session, [run.id])[run.id], run.result or {}


def _program(session: Session, wanted: str | None) -> Program:
    programs = session.scalars(select(Program).order_by(Program.name)).all()
    found = [each for each in programs if wanted in (None, each.id, each.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.name for each in programs)
    if not programs:
        raise click.ClickException("there is no program yet: groupmatch program create")
    raise click.ClickException(f"name one program with --program: {names}")


@contextmanager
def _shown_progress() -> Iterator[Callable[[Progress], None]]:
    """Progress as one line on standard error, if that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda progress: None
        return
    with console.status("Reading the program") as status:
        yield lambda progress: status.update(
            f"{progress.stage}, {progress.tier}: {progress.value:,} (bound {progress.bound:,}),"
            f" {progress.elapsed:.1f} s"
        )


def _sentence(did: Counts, result: Json, *, dry_run: bool) -> str:
    proved = "proved best" if result["status"] == "optimal" else "best found in the time"
    proposed = "would be proposed" if dry_run else "proposed"
    return (
        f"{did.placed} of {did.waited} waiting requests {proposed} a seat, {did.switched} switched,"
        f" {did.moved} moved, {did.opened} groups opened; {did.held_back} held back by a gate."
        f" {proved.capitalize()} ({result['seconds']:.1f} s)."
    )
