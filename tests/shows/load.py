"""`python -m tests.shows.load`: twenty people at once in a program of 10,000, by day and by night.

A program is written to PostgreSQL and matched once; gunicorn serves it as docs/operate.md has it;
locust's visitors open all pages of the URL map, the main ones three times as often, and think 1 to
3 seconds between. Then the same again while runs follow each other. For each page: requests, the
50th, 95th and 99th percentile of the server's time, and the 95th percentile of its processor time.
The answer is Markdown: `python -m tests.shows.load > docs/load.md`; it takes 22 minutes. Exit code
1 where a page answers with an error, whose lines of the log are printed, or where a page takes
longer than 100 ms for one in twenty.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.settings import Settings, load
from groupmatch.web import create_app
from tests.postgresql import a_database
from tests.shows import load_pages, load_program

#: The pages of each role.
Visits = Mapping[str, Sequence[Sequence[load_pages.Ask]]]

_LIMIT_MS = 100
#: As docs/operate.md has it: two workers a core and one more, of one thread.
_WORKERS = 2 * (os.cpu_count() or 1) + 1
#: How many times each page is asked for before: each worker puts its statements together once, and
#: lays out the last run.
_RUNNING_IN = 40
_HEAD = """# What pages cost under load

Milliseconds from when a page is asked for until the server has made the answer: {users} people at
once, who think 1 to 3 seconds between pages, in a program of {people:,} participants on PostgreSQL,
served by gunicorn with {workers} workers of one thread; the database and the visitors are on the
same machine ({machine}).
All {pages} pages of the URL map were asked for, the main ones three times as often as the others,
and each {running_in} times before: a worker's first answer of a page takes longer, and the first
that needs the last run laid out waits for that. At night the draft asked for is soon replaced, and
`draft.options` then says so alone. Made by `python -m tests.shows.load`."""


class Answer(NamedTuple):
    """One answer: its status, milliseconds on the wall and of the processor, its id in the log."""

    status: int
    wall: float
    cpu: float
    request: str


@dataclass(frozen=True)
class Visited:
    """The answers of each page, and what the server logged."""

    answers: Mapping[str, list[Answer]]
    log: str


def main() -> None:
    options = _options()
    with (
        tempfile.TemporaryDirectory() as folder,
        a_database("postgresql", Path(folder)) as database,
    ):
        upgrade(database)
        settings = _settings(Path(folder), database)
        world = load_program.write(database, options.participants)
        load_program.match(database, settings, world.home.program.id)
        visits = load_pages.visits(create_app(settings, database), database, world)
        print(_head(options, visits))
        slow = _told("By day", _visited(settings, Path(folder), visits, options))
        night = _visited(settings, Path(folder), visits, options, at_night=True)
        slow += _told("While runs follow each other", night)
    print("\n## Slower than wanted\n" if slow else "")
    print("\n".join(slow) or f"No page took longer than {_LIMIT_MS} ms for one in twenty.")
    sys.exit(bool(slow))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.load")
    parser.add_argument("--participants", type=int, default=10_000, help="default 10,000")
    parser.add_argument("--users", type=int, default=20, help="default 20")
    parser.add_argument("--seconds", type=int, default=540, help="of each of the two, default 540")
    return parser.parse_args()


def _settings(folder: Path, database: Database) -> Settings:
    address = database.engine.url.render_as_string(hide_password=False)
    return load({"GROUPMATCH_DATA": str(folder), "DATABASE_URL": address, "PORT": str(_port())})


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _head(options: argparse.Namespace, visits: Visits) -> str:
    return _HEAD.format(
        users=options.users,
        people=options.participants,
        workers=_WORKERS,
        machine=_machine(),
        running_in=_RUNNING_IN,
        pages=len(_pages(visits)),
    )


def _machine() -> str:
    """The machine, and how busy it is with other work before the show."""
    busy = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {clock.now():%Y-%m-%d %H:%M} UTC, load {busy:.1f} before it"


def _visited(
    settings: Settings,
    folder: Path,
    visits: Visits,
    options: argparse.Namespace,
    *,
    at_night: bool = False,
) -> Visited:
    """What each page took; at night runs follow each other all the while."""
    log = folder / f"log-{'night' if at_night else 'day'}"
    times = folder / f"times-{'night' if at_night else 'day'}"
    times.touch()
    (folder / "visits.json").write_text(json.dumps(visits), encoding="utf-8")
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "GROUPMATCH_DATA": str(folder),
        "TIMES": str(times),
        "VISITS": str(folder / "visits.json"),
    }
    with _serving(settings, environment, log), _running(environment, at_night):
        _run_in(settings, visits)
        times.write_text("", encoding="utf-8")
        subprocess.run(
            [
                *(sys.executable, "-m", "locust", "-f", "tests/shows/load_users.py"),
                *("--headless", "--only-summary", "-u", str(options.users), "-r", "2"),
                *("-t", f"{options.seconds}s"),
                *("--host", f"http://127.0.0.1:{settings.port}"),
            ],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    return Visited(_read(times), log.read_text(encoding="utf-8"))


def _run_in(settings: Settings, visits: Visits) -> None:
    """Ask for each page so often that each worker has very likely made it once."""
    pages = _pages(visits)
    rounds = [page[number % len(page)] for number in range(_RUNNING_IN) for page in pages]
    with ThreadPoolExecutor(_WORKERS) as visitors:
        list(visitors.map(partial(_asked, settings.port), rounds))


def _pages(visits: Visits) -> list[Sequence[load_pages.Ask]]:
    """Each page once."""
    return list({asks[0]: asks for pages in visits.values() for asks in pages}.values())


def _asked(port: int, ask: load_pages.Ask) -> None:
    cookie, path = ask
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Cookie": f"groupmatch={cookie}"})
    connection.getresponse().read()
    connection.close()


@contextmanager
def _serving(settings: Settings, environment: Mapping[str, str], log: Path) -> Iterator[None]:
    gunicorn = [sys.executable, "-m", "gunicorn", "tests.shows.timed:application()", "--preload"]
    shape = ["--workers", f"{_WORKERS}", "--timeout", "120", "--no-control-socket"]
    shape += ["--bind", f"127.0.0.1:{settings.port}"]
    with log.open("w", encoding="utf-8") as written:
        server = subprocess.Popen([*gunicorn, *shape], env=environment, stderr=written)
    try:
        _await(settings.port)
        yield
    finally:
        server.terminate()
        server.wait()


def _await(port: int) -> None:
    until = clock.now() + timedelta(minutes=3)
    while clock.now() < until:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("gunicorn does not answer")


@contextmanager
def _running(environment: Mapping[str, str], at_night: bool) -> Iterator[None]:
    """Let one run after another go, where it is night, by what pages leave of the processor, as the
    scheduler's unit does; where Linux weighs sessions first, this one says that it weighs least.
    """
    groupmatch = Path(sys.executable).parent / "groupmatch"
    weighs = "echo 19 2>/dev/null >/proc/$$/autogroup"
    loop = f"{weighs}; while true; do chrt --idle 0 '{groupmatch}' rematch; done"
    night = (
        subprocess.Popen(
            ["sh", "-c", loop],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if at_night
        else None
    )
    try:
        yield
    finally:
        if night:
            os.killpg(night.pid, 9)
            night.wait()


def _read(times: Path) -> Mapping[str, list[Answer]]:
    """The answers of each page."""
    found: dict[str, list[Answer]] = {}
    for line in times.read_text(encoding="utf-8").splitlines():
        endpoint, status, wall, cpu, request = line.split()
        answer = Answer(int(status), float(wall), float(cpu), request)
        found.setdefault(endpoint, []).append(answer)
    return found


def _told(title: str, visited: Visited) -> list[str]:
    """Print a table, the slowest page first; what is wrong."""
    pages = visited.answers
    busy = os.getloadavg()[0]
    print(f"\n## {title}\n\n{sum(map(len, pages.values())):,} requests; load {busy:.1f}.\n")
    print("| page | requests | p50 | p95 | p99 | p95 of the processor |")
    print("|---|--:|--:|--:|--:|--:|")
    wrong = [] if pages else [f"{title}: nothing was served"]
    for name, rows in sorted(pages.items(), key=lambda each: -_most(95, each[1])):
        shares = (f"{_most(share, rows):.0f}" for share in (50, 95, 99))
        cpu = _percentile(95, [row.cpu for row in rows])
        print(f"| `{name}` | {len(rows)} | {' | '.join(shares)} | {cpu:.0f} |")
        failed = [row.request for row in rows if row.status >= 400]
        if failed:
            wrong.append(f"{title}, {name}: {len(failed)} answers of {len(rows)} are errors")
            wrong += [line for line in visited.log.splitlines() if any(map(line.count, failed))]
        if (took := _most(95, rows)) > _LIMIT_MS:
            wrong.append(f"- {title}, `{name}`: {took:.0f} ms for one in twenty")
    return wrong


def _most(share: int, rows: Sequence[Answer]) -> float:
    """Milliseconds that so many percent of the answers took at most."""
    return _percentile(share, [row.wall for row in rows])


def _percentile(share: int, values: Sequence[float]) -> float:
    return sorted(values)[-(-share * len(values) // 100) - 1]


if __name__ == "__main__":
    main()
