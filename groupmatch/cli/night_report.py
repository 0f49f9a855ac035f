"""What a run shows on the command line: its progress, and its result in one sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from groupmatch.database import Json
from groupmatch.matching import Progress
from groupmatch.services.runs.night import Counts


@contextmanager
def shown_progress() -> Iterator[Callable[[Progress], None]]:
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


def sentence(did: Counts, result: Json, *, proposed: str = "proposed") -> str:
    """What a run found, how it is proved and how long it took."""
    proved = "proved best" if result["status"] == "optimal" else "best found in the time"
    return (
        f"{did.placed} of {did.waited} waiting requests {proposed} a seat, {did.switched} switched,"
        f" {did.moved} moved, {did.opened} groups opened; {did.held_back} held back by a gate."
        f" {proved.capitalize()} ({result['seconds']:.1f} s)."
    )
