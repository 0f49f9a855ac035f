"""`groupmatch rematch`: match a program now."""

from collections.abc import Callable

import click

from groupmatch import refusals
from groupmatch.cli.night_report import sentence, shown_progress
from groupmatch.cli.opening import chosen_program, load_settings, open_database
from groupmatch.database import Database, Json
from groupmatch.errors import Conflict
from groupmatch.matching import Progress, SolveFailed
from groupmatch.records import Program, RunKind, RunState
from groupmatch.services.runs import runs
from groupmatch.services.runs.night import Counts
from groupmatch.settings import Settings


@click.command("rematch")
@click.option("--program", "wanted", help="Name or id; needed where there are several programs.")
@click.option("--dry-run", is_flag=True, help="Say what would be proposed, and keep nothing.")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS")
def command(wanted: str | None, dry_run: bool, time_limit: float | None) -> None:
    """Match everybody who waits in a program now, as the night does.

    What is found is a draft: nobody's seat changes before a coordinator publishes it.
    """
    loaded = load_settings()
    database = open_database()
    with database.read() as session:
        program = chosen_program(session, wanted)
    try:
        with shown_progress() as on_progress:
            if dry_run:
                did, result = runs.preview(
                    database, loaded, program.id, on_progress=on_progress, time_limit=time_limit
                )
            else:
                did, result = _run(database, loaded, program, on_progress, time_limit)
    except SolveFailed as failed:
        raise click.ClickException(
            f"The solver gave no sound answer ({failed}). The draft of before stands."
        ) from None
    proposed = "would be proposed" if dry_run else "proposed"
    click.echo(f"{program.name}: {sentence(did, result, proposed=proposed)}")


def _run(
    database: Database,
    loaded: Settings,
    program: Program,
    on_progress: Callable[[Progress], None],
    time_limit: float | None,
) -> tuple[Counts, Json]:
    try:
        with database.transaction() as session:
            run = runs.start_run(session, program, kind=RunKind.BY_HAND, by=None)
    except Conflict as conflict:
        raise click.ClickException(refusals.sentence(conflict)) from None
    run = runs.execute(database, loaded, run.id, on_progress=on_progress, time_limit=time_limit)
    if run.state == RunState.CANCELLED:
        raise click.ClickException("The run was cancelled. The draft of before stands.")
    return Counts.of(run), run.result or {}
