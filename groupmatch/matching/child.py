"""What runs in the solver's own process; `groupmatch.matching.child_process` is its other end."""

import json
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from groupmatch.matching.child_process import Limits
from groupmatch.matching.questions import answered

#: By how much the solver gives way to what else the machine does.
_POLITE = 10


def _bound_memory(megabytes: int) -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, most))


def _give_way() -> None:
    """Let pages come first: for them somebody waits, and a run has minutes."""
    if sys.platform != "win32":
        os.nice(_POLITE)
        # Where Linux weighs sessions first, a niceness counts within one, and this process has its
        # own: what the whole session weighs is said beside. Elsewhere there is no such file.
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(f"{_POLITE}")


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read one question from standard input, and write progress and its answer as lines."""
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    limits = Limits(**order["limits"])
    _give_way()
    _bound_memory(limits.memory_megabytes)
    try:
        _tell({"answer": answered(order["question"], limits, _tell)})
    except MemoryError:
        # No normal end: it would wait for the thread that watches the parent.
        os.write(sys.stderr.fileno(), b"the solver ran out of memory\n")
        os._exit(1)


if __name__ == "__main__":
    main()
