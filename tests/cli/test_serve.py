"""`groupmatch serve`: the pages and, if wanted, the scheduler in one process."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Run, RunState
from tests import cast
from tests.cli.conftest import Run as RunCommand


@contextmanager
def serving(database: Database, folder: Path, *options: str) -> Iterator[str]:
    """A server on a free port: its address. It must end well when told to."""
    environment = {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "GROUPMATCH_DATA": str(folder),
        "PYTHONUNBUFFERED": "1",
    }
    # Started in the background of a shell script: there Ctrl-C is ignored.
    in_background = 'trap "" INT; exec "$@"'
    command = [sys.executable, "-m", "groupmatch", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        ["sh", "-c", in_background, "sh", *command],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        told = re.search(r"http://\S+", process.stdout.readline())
        assert told is not None
        yield told[0]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_a_port_that_is_taken_is_named_with_another_to_choose(run: RunCommand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("serve", "--port", str(port))
    assert refused.exit_code == 1
    assert f"Port {port} is taken" in refused.output
    assert f"PORT={port + 1}" in refused.output


def test_a_schema_that_is_behind_is_not_served(run: RunCommand, sqlite_database: Database) -> None:
    Path(str(sqlite_database.url.database)).unlink()
    refused = run("serve", "--port", "0")
    assert refused.exit_code == 1
    assert "groupmatch db upgrade" in refused.output


def test_one_process_serves_pages_and_matches_at_night(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.transaction() as session:
        cast.program(session, night_at="00:00")
    with serving(sqlite_database, tmp_path, "--embedded") as address:
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert answer.status == 200
        assert night_is_done(sqlite_database)


def night_is_done(database: Database) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with database.read() as session:
            if session.scalars(select(Run).where(Run.state == RunState.DONE)).first():
                return True
        time.sleep(0.1)
    return False
