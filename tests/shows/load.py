"""`python -m tests.shows.load`: twenty people at once in a program of 10,000, by day and by night.

A program is written to PostgreSQL and matched once; gunicorn serves it as docs/operate.md has it,
with two workers; locust's visitors open the main pages of each role and think 1 to 3 seconds
between. Then the same again while runs follow each other. For each page: requests, the 50th, 95th
and 99th percentile of the server's time, and the 95th percentile of its processor time. The answer
is Markdown: `python -m tests.shows.load > docs/load.md`. Exit code 1 where a page answers with an
error, whose lines of the log are printed, or where a page takes longer than 100 ms for one in
twenty.
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
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.records import (
    Group,
    GroupSession,
    Participant,
    Program,
    Request,
    RunKind,
    Seat,
    Therapist,
)
from groupmatch.services.requests.waiting import waiting
from groupmatch.services.runs import runs
from groupmatch.settings import Settings, load
from groupmatch.web import create_app
from tests import cast
from tests.postgresql import a_database
from tests.shows.crowded import Crowd
from tests.web.conftest import signed_in

_SEED = 20261122
_LIMIT_MS = 100
#: Accounts of each role, and how many of the participants wait.
_ACCOUNTS, _WAITING = 7, 2
_HEAD = """# What pages cost under load

Milliseconds that the server took for each page, from when a worker begins until the answer is made:
{users} people at once, who think 1 to 3 seconds between pages, in a program of {people:,}
participants on PostgreSQL, served by gunicorn with two workers of four threads; the database and
the visitors are on the same machine ({machine}). Made by `python -m tests.shows.load`."""
#: What is asked for besides pages.
_NO_PAGES = ("static", "None")


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
        _write(database, options.participants)
        _match(database, settings)
        visits = _visits(settings, database)
        print(_HEAD.format(machine=_machine(), users=options.users, people=options.participants))
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
    parser.add_argument("--seconds", type=int, default=60, help="of each of the two, default 60")
    return parser.parse_args()


def _settings(folder: Path, database: Database) -> Settings:
    address = database.engine.url.render_as_string(hide_password=False)
    return load({"GROUPMATCH_DATA": str(folder), "DATABASE_URL": address, "PORT": str(_port())})


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _write(database: Database, participants: int) -> None:
    began = time.monotonic()
    with database.transaction() as session:
        program = cast.program(session)
        cast.staff(session, program, "Mara")
        Crowd(session, program, participants, clock.now(), Random(_SEED)).write()
        session.flush()
        for number, person in enumerate(_some_people(session)):
            cast.account(session, f"participant{number}", participant=person)
        leaders = session.scalars(select(Therapist).order_by(Therapist.id).limit(_ACCOUNTS))
        for number, leader in enumerate(leaders):
            cast.account(session, f"therapist{number}", therapist=leader)
    _say(f"{participants:,} participants written in {time.monotonic() - began:.0f} s")


def _some_people(session: Session) -> list[Participant]:
    """Some who sit in a group and some who wait for one, as each sees other pages."""
    waits = select(Request.participant_id).where(waiting())
    people = select(Participant).order_by(Participant.id)
    seated = people.where(Participant.id.not_in(waits)).limit(_ACCOUNTS - _WAITING)
    wait = people.where(Participant.id.in_(waits)).limit(_WAITING)
    return [*session.scalars(seated), *session.scalars(wait)]


def _match(database: Database, settings: Settings) -> None:
    """One run to completion, in this process."""
    began = time.monotonic()
    with database.transaction() as session:
        program = session.scalars(select(Program)).one()
        run_id = runs.start_run(session, program, kind=RunKind.BY_HAND, by=None).id
    runs.execute(database, settings, run_id)
    _say(f"matched in {time.monotonic() - began:.0f} s")


def _say(words: str) -> None:
    print(words, file=sys.stderr)


def _machine() -> str:
    """The machine, and how busy it is with other work before the show."""
    busy = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {clock.now():%Y-%m-%d %H:%M} UTC, load {busy:.1f} before it"


def _visits(settings: Settings, database: Database) -> dict[str, dict[str, object]]:
    """The pages and the cookies of each role."""
    app = create_app(settings, database)
    names = {
        "coordinator": ["Mara"],
        "participant": [f"participant{number}" for number in range(_ACCOUNTS)],
        "therapist": [f"therapist{number}" for number in range(_ACCOUNTS)],
    }
    cookies = {
        role: [signed_in(app, database, name).get_cookie("groupmatch") for name in accounts]
        for role, accounts in names.items()
    }
    return {
        role: {
            "cookies": [cookie.value for cookie in cookies[role] if cookie],
            "pages": [{"path": path, "name": path} for path in paths],
        }
        for role, paths in _paths(database).items()
    }


def _paths(database: Database) -> dict[str, list[str]]:
    with database.read() as session:
        first = {
            record: session.scalars(select(record.id).order_by(record.id)).first()
            for record in (Group, Therapist, GroupSession)
        }
        waits = session.scalars(select(Request.participant_id).where(waiting()).limit(1)).one()
        sits = session.scalars(select(Seat.participant_id).limit(1)).one()
        run = runs.latest(session, session.scalars(select(Program)).one())
    return {
        "coordinator": [
            "/morning",
            "/draft",
            "/people",
            "/people?standing=waiting&sort=waiting",
            "/people?q=name12",
            "/people?q=nmae12",
            f"/people/{waits}",
            f"/people/{sits}",
            "/groups",
            "/groups?room=yes&sort=free&order=desc",
            "/groups/week?topic=anger",
            "/groups/week",
            "/groups/demand",
            f"/groups/{first[Group]}",
            f"/sessions/{first[GroupSession]}",
            "/requests",
            "/therapists",
            f"/therapists/{first[Therapist]}",
            "/runs",
            f"/runs/{run.id if run else ''}",
            "/shortage",
            "/reports",
        ],
        "participant": [
            "/me",
            "/me/hours",
            "/me/times",
            "/me/requests",
            "/me/schedule",
            "/me/help",
        ],
        "therapist": ["/therapist", "/therapist/rosters", "/therapist/work"],
    }


def _visited(
    settings: Settings,
    folder: Path,
    visits: Mapping[str, object],
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
        subprocess.run(
            [
                *(sys.executable, "-m", "locust", "-f", "tests/shows/load_users.py"),
                *("--headless", "--only-summary", "-u", str(options.users), "-r", "10"),
                *("-t", f"{options.seconds}s", "--host", f"http://127.0.0.1:{settings.port}"),
            ],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    return Visited(_read(times), log.read_text(encoding="utf-8"))


@contextmanager
def _serving(settings: Settings, environment: Mapping[str, str], log: Path) -> Iterator[None]:
    gunicorn = [sys.executable, "-m", "gunicorn", "tests.shows.timed:application()", "--preload"]
    shape = ["--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{settings.port}"]
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
    """Let one run after another go, where it is night, as politely as the scheduler's unit."""
    groupmatch = Path(sys.executable).parent / "groupmatch"
    loop = f"while true; do nice -n 5 '{groupmatch}' rematch; done"
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
    found: dict[str, list[Answer]] = {}
    for line in times.read_text(encoding="utf-8").splitlines():
        endpoint, status, wall, cpu, request = line.split()
        answer = Answer(int(status), float(wall), float(cpu), request)
        found.setdefault(endpoint, []).append(answer)
    return found


def _told(title: str, visited: Visited) -> list[str]:
    """Print a table, the slowest page first; what is wrong."""
    pages = {name: rows for name, rows in visited.answers.items() if name not in _NO_PAGES}
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
