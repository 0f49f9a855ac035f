"""Questions to the solver in a process of its own: it can be stopped, and its memory is bounded.

The parent writes one line of JSON (the question and what it may take) and reads lines: progress,
and at last the answer. The child watches its standard input, which ends when the parent wants no
answer any more or was killed; then the child ends too. Nothing is left behind.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import IO

from groupmatch.database import Json
from groupmatch.matching.policy import policy

_POLL_SECONDS = 0.2


class SolveFailed(Exception):
    """The child gave no sound answer. `code` is `out_of_time`, `crashed` or `unsound`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


@dataclass(frozen=True)
class Limits:
    """What a question may take: seconds, some more to hand the answer over, and memory."""

    seconds: float
    grace_seconds: float
    memory_megabytes: int
    seed: int = 0

    @classmethod
    def within(cls, seconds: float) -> "Limits":
        """So many seconds, and the rest by policy."""
        rule = policy()
        return cls(seconds, rule.grace_seconds, rule.memory_megabytes, rule.seed)


def answer_to(
    question: Json, limits: Limits, hear: Callable[[Json | None], None] = lambda progress: None
) -> Json:
    """Ask a child process; `question` is as `groupmatch.matching.questions` takes it.

    `hear` hears of each progress, and several times a second of none; whatever it raises ends the
    child. Raises SolveFailed. The child has ended in any case.
    """
    with _started() as child:
        lines: SimpleQueue[bytes] = SimpleQueue()
        reader = threading.Thread(target=_pump, args=(child.stdout, lines), daemon=True)
        reader.start()
        try:
            _write(child, {"question": question, "limits": asdict(limits)})
            return _answer(child, lines, limits, hear)
        finally:
            child.kill()
            reader.join()
            _discard_input(child)


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "groupmatch.matching.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C in a terminal is for the parent alone, which then ends the child.
        start_new_session=True,
    )


def _answer(
    child: subprocess.Popen[bytes],
    lines: SimpleQueue[bytes],
    limits: Limits,
    hear: Callable[[Json | None], None],
) -> Json:
    deadline = monotonic() + limits.seconds + limits.grace_seconds
    while monotonic() < deadline:
        try:
            line = lines.get(timeout=_POLL_SECONDS)
        except Empty:
            hear(None)
            continue
        if not line.endswith(b"\n"):
            raise SolveFailed("crashed", f"the solver ended with code {child.wait()}")
        message: Json = json.loads(line)
        if "answer" in message:
            answer: Json = message["answer"]
            return answer
        hear(message)
    raise SolveFailed("out_of_time", f"no answer after {limits.seconds:g} seconds and the grace")


def _pump(stream: IO[bytes], lines: SimpleQueue[bytes]) -> None:
    """Pass on what the child writes, line by line; a line without an end when it has ended."""
    for line in stream:
        lines.put(line)
    lines.put(b"")


def _write(child: subprocess.Popen[bytes], order: Json) -> None:
    if child.stdin is None:
        raise SolveFailed("crashed", "the solver has no standard input")
    try:
        child.stdin.write(json.dumps(order).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        raise SolveFailed("crashed", f"the solver ended with code {child.wait()}") from None


def _discard_input(child: subprocess.Popen[bytes]) -> None:
    """Close the child's input; what it did not read is lost with it."""
    if child.stdin:
        with suppress(BrokenPipeError):
            child.stdin.close()
