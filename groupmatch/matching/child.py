"""What runs in the solver's own process; `groupmatch.matching.solving` is its other end."""

import json
import os
import sys
import threading
from dataclasses import asdict
from typing import Any

from groupmatch.matching.solving import Limits
from solver import parse_problem, solve


def _bound_memory(megabytes: int) -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, most))


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read one problem from standard input, and write progress and its solution as lines."""
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    limits = Limits(**order["limits"])
    _bound_memory(limits.memory_megabytes)
    try:
        solution = solve(
            parse_problem(order["problem"]),
            time_limit=limits.seconds,
            seed=limits.seed,
            explain="reasons",
            on_progress=lambda progress: _tell(asdict(progress)),
        )
        _tell({"solution": solution.as_json()})
    except MemoryError:
        # No normal end: it would wait for the thread that watches the parent.
        os.write(sys.stderr.fileno(), b"the solver ran out of memory\n")
        os._exit(1)


if __name__ == "__main__":
    main()
