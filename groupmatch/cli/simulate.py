"""`groupmatch simulate`: a year of a made-up program, beside first-come-first-served."""

import os
from time import monotonic

import click

from groupmatch.cli.files import write_whole
from groupmatch.simulation.assumptions import assumptions
from groupmatch.simulation.report import report
from groupmatch.simulation.scenarios import Scenario, live_all, scenarios
from groupmatch.simulation.world import InvariantBroken


@click.command("simulate")
@click.option("--weeks", default=52, show_default=True, type=click.IntRange(1, 260))
@click.option("--seed", default=1, show_default=True)
@click.option("--out", default="-", metavar="FILE", help="Where the report goes; else it is shown.")
@click.option(
    "--sensitivity/--no-sensitivity",
    default=True,
    show_default=True,
    help="Live the years again with half as many refusals, and with half as many more.",
)
@click.option(
    "--processes", type=click.IntRange(1), help="Years lived at a time; one a processor else."
)
def command(weeks: int, seed: int, out: str, sensitivity: bool, processes: int | None) -> None:
    """Live through a year of a made-up program, and report what came of it.

    Everything happens through the services that people use, and every night is matched, in
    databases of its own that are thrown away: no installation is read or touched. The same year is
    lived under first-come-first-served. What must always hold is checked three times a simulated
    day; the first thing that does not ends the command.
    """
    began = monotonic()
    assumed = assumptions()
    try:
        years = live_all(
            scenarios(assumed, sensitivity=sensitivity),
            assumed,
            seed=seed,
            weeks=weeks,
            processes=processes or os.cpu_count() or 1,
            on_lived=_tell,
        )
    except InvariantBroken as broken:
        wrong = "\n".join(f"- {each}" for each in broken.wrong)
        raise click.ClickException(
            f"What must always hold was broken on {broken.step}:\n{wrong}"
        ) from None
    try:
        write_whole(out, report(years, seed=seed, weeks=weeks))
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from None
    minutes = (monotonic() - began) / 60
    click.echo(f"{len(years)} times {weeks} simulated weeks in {minutes:.1f} minutes", err=True)


def _tell(scenario: Scenario) -> None:
    click.echo(f"Lived: {scenario.policy}, refusals × {scenario.refusals:g}", err=True)
