"""The measurements as a Markdown table, with what they were measured on."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench.contestants import TIERS, Run
from tests.bench.instances import Instance

HEADS = (
    "instances",
    "participants",
    "groups",
    "seeds",
    "groupmatch, median (slowest)",
    "peak memory",
    "tiers proved",
    "CP-SAT, 8 workers",
    "HiGHS",
    "first come, first served",
)


@dataclass(frozen=True)
class Measurement:
    """One instance, by the solver and by the baselines (None: not run)."""

    instance: Instance
    ours: Run
    cp_sat: Run | None
    highs: Run | None
    first_come: Run | None


def row(measured: Sequence[Measurement]) -> str:
    """The line of one family at one size."""
    first = measured[0].instance
    ours = [one.ours for one in measured]
    seconds = [run.seconds for run in ours]
    cells = (
        first.family,
        f"{first.participants:,}",
        f"{first.groups:,}",
        str(len(measured)),
        f"{median(seconds):.1f} s ({max(seconds):.1f} s)",
        f"{max(run.megabytes for run in ours):,.0f} MB",
        _proved(ours),
        _beside(ours, [one.cp_sat for one in measured]),
        _beside(ours, [one.highs for one in measured]),
        _placed(ours, [one.first_come for one in measured]),
    )
    return f"| {' | '.join(cells)} |"


def _proved(ours: Sequence[Run]) -> str:
    worst = min(ours, key=lambda run: (run.proved, -run.gap))
    if worst.proved == len(TIERS):
        return "all"
    return f"{worst.proved} of {len(TIERS)}, the next within {100 * worst.gap:.2g} %"


def _beside(ours: Sequence[Run], others: Sequence[Run | None]) -> str:
    """The baseline's median time and its ratio to ours, or how far it came in its time."""
    runs = [run for run in others if run is not None]
    if not runs:
        return "not run"
    ratio = median(run.seconds / own.seconds for own, run in zip(ours, runs, strict=True))
    if all(run.ended for run in runs):
        return f"{median(run.seconds for run in runs):.1f} s, {ratio:.1f}×"
    late = sum(not run.ended for run in runs)
    tiers = min(run.proved for run in runs)
    return f"not within {ratio:.0f}× on {late} of {len(runs)}: {tiers} of 5 tiers proved"


def _placed(ours: Sequence[Run], others: Sequence[Run | None]) -> str:
    """How much of the priority that we place the baseline places."""
    runs = [run for run in others if run is not None and run.ended]
    if len(runs) < len(ours):
        return "not run" if not runs else "not within"
    best = sum(run.values[0] for run in ours)
    return f"{100 * sum(run.values[0] for run in runs) / best:.1f} % of our placed" if best else "–"


def circumstances() -> str:
    """Versions and machine, in one sentence."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("groupmatch", "ortools", "numpy"))
    python = f"Python {platform.python_version()}"
    return f"{packages}, {python}; {os.cpu_count()} cores, {_processor()}, {platform.system()}."


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()
