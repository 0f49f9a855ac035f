"""`groupmatch generate`: a believable problem file, for trying the solver out."""

import json

import click

from groupmatch.cli.files import lasting, write_whole
from solver.generator import PROFILES, generate


class _MaxMoves(click.ParamType[int | None]):
    """A number of moves, or `none` for no limit."""

    name = "N|none"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value == "none":
            return None
        return int(click.IntRange(min=0)(value, param, ctx))


@click.command("generate")
@click.option("--participants", type=click.IntRange(min=1), required=True, help="How many people.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same file.")
@click.option(
    "--weeks",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="2 lays the horizon over a change of clocks.",
)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="mixed",
    show_default=True,
    help="Weekly groups, intensive outpatient weeks (iop), or both.",
)
@click.option(
    "--max-moves",
    type=_MaxMoves(),
    default="0",
    show_default=True,
    help="How many settled members a run may move.",
)
@click.option("--out", default="-", metavar="PROBLEM.json", help="Where to write the problem.")
def command(
    participants: int, seed: int, weeks: int, profile: str, max_moves: int | None, out: str
) -> None:
    """Write a made-up problem file of a believable program. Nobody in it exists."""
    with lasting():
        problem = generate(participants, seed, weeks=weeks, profile=profile, max_moves=max_moves)
    try:
        write_whole(out, json.dumps(problem, separators=(",", ":")) + "\n")
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
