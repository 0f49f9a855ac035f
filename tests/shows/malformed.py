"""`python -m tests.shows.malformed`: thousands of malformed files, each refused as it should be.

Every file goes through `groupmatch solve` in this process, and one in a hundred through the
installed command too. Ends with exit code 1 at the first that is not refused by path and rule.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from tests.solver.malformations import Malformed, malformed_files
from tests.solver.test_malformed import assert_refused

_ONE_IN = 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.malformed")
    parser.add_argument("--count", type=int, default=5000, help="how many files (default 5000)")
    count = parser.parse_args().count
    seen: Counter[str] = Counter()

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(file=malformed_files())
    def refuse(file: Malformed) -> None:
        assert_refused(file)
        if seen["refused in this process"] % _ONE_IN == 0:
            assert_refused_by_the_command(file)
            seen["refused by the command"] += 1
        seen["refused in this process"] += 1

    refuse()
    for what, times in seen.items():
        print(f"{times} {what}")
    if seen["refused in this process"] < count:
        sys.exit(f"only {seen['refused in this process']} of {count} different files were found")


def assert_refused_by_the_command(file: Malformed) -> None:
    """The same through a process of its own: exit code, no traceback, nothing written."""
    with tempfile.TemporaryDirectory() as folder:
        problem, out = Path(folder, "problem.json"), Path(folder, "solution.json")
        problem.write_bytes(file.content)
        command = [sys.executable, "-m", "groupmatch", "solve", str(problem), "--out", str(out)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 2, ended.stderr
        assert "Traceback" not in ended.stderr, ended.stderr
        assert ended.stdout == ""
        assert all(place in ended.stderr for place in file.places)
        assert not out.exists()


if __name__ == "__main__":
    main()
