"""Running the solver and the baselines as processes of their own, by the clock on the wall."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TIERS = ("placed", "switched", "moved", "opened", "cost")


@dataclass(frozen=True)
class Run:
    """A whole command, reading and writing files included.

    `values` are the tiers it reached, `proved` how many of them from the first on, `gap` how far
    the first of the others is from its bound at the most, in shares of the larger of the two;
    `ended` is false if it was stopped.
    """

    seconds: float
    megabytes: float
    values: tuple[int, ...]
    proved: int
    gap: float = 0.0
    ended: bool = True


def solver(problem: Path, time_limit: float | None) -> Run:
    """`groupmatch solve`; the answer must pass `groupmatch check`."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder, "solution.json"))
        command = ["groupmatch", "solve", str(problem), "--out", out, "--quiet"]
        if time_limit is not None:
            command += ["--time-limit", str(time_limit)]
        seconds, megabytes, ended, _ = _timed(command, None)
        if not ended:
            raise RuntimeError(f"groupmatch solve {problem} ended with an error")
        subprocess.run([sys.executable, "-m", "groupmatch", "check", problem, out], check=True)
        answer = json.loads(Path(out).read_bytes())
    values = tuple(answer["objective"][tier] for tier in TIERS)
    bounds = tuple(answer["bounds"][tier] for tier in TIERS)
    gaps = [_gap(value, bound) for value, bound in zip(values, bounds, strict=True)]
    proved = [*(gap == 0 for gap in gaps), False].index(False)
    return Run(seconds, megabytes, values, proved, gap=[*gaps, 0.0][proved])


def _gap(value: int, bound: int) -> float:
    return abs(value - bound) / max(abs(value), abs(bound), 1)


def plain(engine: str, problem: Path, limit: float) -> Run:
    """The plain model with one engine, stopped after `limit` seconds."""
    return _baseline(["tests.bench.plain", engine, str(problem)], limit)


def first_come(problem: Path, limit: float) -> Run:
    """First come, first served, which proves nothing."""
    return _baseline(["tests.bench.first_come", str(problem)], limit)


def _baseline(command: list[str], limit: float) -> Run:
    seconds, megabytes, ended, output = _timed(command, limit)
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    values = tuple(line["value"] for line in lines)
    return Run(seconds, megabytes, values, len(values), ended=ended)


def _timed(command: list[str], limit: float | None) -> tuple[float, float, bool, str]:
    """Seconds, peak megabytes, whether it ended by itself and well, and its output."""
    with tempfile.TemporaryFile() as output:
        began = time.monotonic()
        child = subprocess.Popen([sys.executable, "-m", *command], stdout=output)
        status, usage = _wait(child.pid, None if limit is None else began + limit)
        seconds = time.monotonic() - began
        child.returncode = status
        output.seek(0)
        text = output.read().decode()
    return seconds, usage.ru_maxrss / 1024, status == 0, text


def _wait(pid: int, until: float | None) -> tuple[int, resource.struct_rusage]:
    """The exit status and use of resources of a child, which is killed when its time is up."""
    while True:
        ended, status, usage = os.wait4(pid, 0 if until is None else os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), usage
        if until is not None and time.monotonic() > until:
            os.kill(pid, 9)
            until = None
        time.sleep(0.02)
