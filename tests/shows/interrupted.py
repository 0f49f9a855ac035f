"""One run of `groupmatch solve` that is disturbed in some way, and what it leaves behind."""

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from subprocess import Popen

from solver import FileRefused
from tests.checked import wrong_in

OLD = "what stood there before"
_SECONDS = 120
_POLL_SECONDS = 0.0002

#: `groupmatch solve`, writing as one would without care: into the file itself.
_CARELESS = """
import sys
from pathlib import Path
import groupmatch.cli.solve as module

module.write_whole = lambda path, text: Path(path).write_text(text, encoding="utf-8")
module.command(sys.argv[2:])
"""


@dataclass(frozen=True)
class Case:
    """A problem file, how long it takes undisturbed, and a folder of its own for the answer."""

    problem: Path
    seconds: float
    folder: Path
    chance: Random
    careless: bool = False

    @property
    def out(self) -> Path:
        return self.folder / "solution.json"

    @property
    def command(self) -> list[str]:
        start = ["-c", _CARELESS] if self.careless else ["-m", "groupmatch"]
        return [sys.executable, *start, "solve", str(self.problem), "--out", str(self.out)]


def start(case: Case, *arguments: str, prepare: Callable[[], None] | None = None) -> "Popen[bytes]":
    return subprocess.Popen([*case.command, *arguments], stderr=subprocess.PIPE, preexec_fn=prepare)


def by_signal(number: signal.Signals) -> Callable[[Case], str]:
    """Send a signal at any moment between the start and the usual end."""

    def disturb(case: Case) -> str:
        child = start(case)
        try:
            child.wait(case.chance.uniform(0, case.seconds))
        except subprocess.TimeoutExpired:
            child.send_signal(number)
        return verdict(case, child)

    return disturb


def killed_while_writing(case: Case) -> str:
    """Kill it as soon as anything stirs where the answer goes."""
    before = _stir(case.folder)
    child = start(case)
    while child.poll() is None and _stir(case.folder) == before:
        time.sleep(_POLL_SECONDS)
    child.kill()
    return verdict(case, child)


def _stir(folder: Path) -> list[tuple[str, int]]:
    try:
        return sorted((path.name, path.stat().st_size) for path in folder.iterdir())
    except FileNotFoundError:
        return []


def out_of_time(case: Case) -> str:
    return verdict(case, start(case, "--time-limit", "0.1"))


def out_of_memory(case: Case) -> str:
    """Too little address space for the whole way, or for some of it."""
    most = case.chance.randint(100, 1500) * 2**20

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

    return verdict(case, start(case, prepare=limit))


def out_of_disk(case: Case) -> str:
    """No file may grow beyond a size that the answer exceeds."""
    most = case.chance.randint(0, 2000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return verdict(case, start(case, prepare=limit))


def verdict(case: Case, child: "Popen[bytes]") -> str:
    """What became of the run, in few words; DEFECT and why, if it is none of the allowed."""
    try:
        _, told = child.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return f"DEFECT: not ended after {_SECONDS} s"
    left = case.out.read_text(encoding="utf-8") if case.out.exists() else None
    answered = left not in (None, OLD)
    if answered and not _stands_up(case):
        return f"DEFECT: a broken file of {len(left or '')} characters, code {child.returncode}"
    if child.returncode == 0:
        return "valid answer" if answered else "DEFECT: no answer and no error"
    if b"Traceback" in told:
        last = told.decode(errors="replace").splitlines()[-1]
        of_library = "memory" in last or "failed to map" in last
        return "a library's own error, file untouched" if of_library else f"DEFECT: {last}"
    if answered:
        return "valid answer, then ended"
    if child.returncode < 0:
        return f"ended by {signal.Signals(-child.returncode).name}, file untouched"
    return "clear error, file untouched" if told else "DEFECT: an error without a word"


def _stands_up(case: Case) -> bool:
    try:
        return wrong_in(case.problem, case.out) == []
    except FileRefused:
        return False
