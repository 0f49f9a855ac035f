"""`python -m tests.shows.last_seats`: thousands of people grab the last seats at the same moment.

On PostgreSQL several processes do it with several threads each, on SQLite the threads of one
process, which is how it is used. Exactly the seats that there are must be given, nobody who is
told "seated" may be without a seat, and no attempt may end in anything but a seat or a refusal.
With `--without-lock` everybody looks first and takes then, as one would without care: the same
show must then find that seats are sold twice. Ends with exit code 1 if there was a defect.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing.queues import Queue
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.errors import Conflict
from groupmatch.records import Group, Participant, Request, Seat, SeatState
from groupmatch.services.seats import seats
from tests import cast, postgresql

STARTS_ON = date(2026, 11, 23)
#: How long somebody without care looks at a page before they take what they saw.
_LOOK_SECONDS = 0.02

#: A request and the group in which it wants a seat.
Attempt = tuple[str, str]


@dataclass(frozen=True)
class Outcome:
    """What the callers were told, and what the database holds afterwards."""

    told: Counter[str]
    offered: int
    given: int
    #: Groups that hold more than their seats.
    oversold: int
    seconds: float

    @property
    def defects(self) -> list[str]:
        """Everything that must not happen."""
        attempts, seated = self.told.total(), self.told["seated"]
        wrong = {
            f"{self.oversold} groups hold more than their seats": self.oversold > 0,
            f"{seated} were told that they have a seat": seated != self.given,
            f"{self.given} seats given of {self.offered}": self.given != self.offered,
            f"some of {attempts} ended otherwise": set(self.told) - {"seated", "group_full"},
        }
        return [text for text, holds in wrong.items() if holds]

    def __str__(self) -> str:
        told = ", ".join(f"{count:,} {word}" for word, count in sorted(self.told.items()))
        wrong = "; ".join(self.defects) or "none"
        return (
            f"{self.told.total():,} attempts in {self.seconds:.0f} s ({told}): {self.given:,} of "
            f"{self.offered:,} seats given, {self.oversold} groups oversold. Defects: {wrong}."
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.last_seats")
    parser.add_argument("--attempts", type=int, default=10_000, help="default 10,000")
    parser.add_argument("--seats", type=int, default=500, help="default 500")
    parser.add_argument("--groups", type=int, default=50, help="default 50")
    parser.add_argument("--processes", type=int, default=8, help="on PostgreSQL (default 8)")
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], action="append")
    parser.add_argument("--without-lock", action="store_true", help="look first, take then")
    options = parser.parse_args()
    defects = 0
    for engine in options.engine or ["postgresql", "sqlite"]:
        with (
            tempfile.TemporaryDirectory() as folder,
            postgresql.a_database(engine, Path(folder)) as database,
        ):
            upgrade(database)
            attempts = prepared(database, options.attempts, options.seats, options.groups)
            outcome = grabbed(
                database,
                attempts,
                processes=options.processes if engine == "postgresql" else 0,
                careless=options.without_lock,
            )
        print(f"{engine}: {outcome}", flush=True)
        defects += len(outcome.defects)
    sys.exit(1 if defects else 0)


def prepared(database: Database, attempts: int, seats_in_all: int, groups: int) -> list[Attempt]:
    """A program with so many last seats, and one attempt of each of so many people, shuffled."""
    with database.transaction() as session:
        program = cast.program(session)
        leader = cast.therapist(session, program)
        size = seats_in_all // groups
        made = [
            cast.therapy_group(session, program, leaders=[leader], max_size=size)
            for _ in range(groups)
        ]
        session.add_all(_person(program.id, number) for number in range(attempts))
        session.flush()
        people = session.scalars(select(Participant.id)).all()
        session.add_all(_request(program.id, person) for person in people)
        session.flush()
        requests = session.scalars(select(Request.id).order_by(Request.id)).all()
    wanted = [(name, made[number % groups].id) for number, name in enumerate(requests)]
    random.Random(0).shuffle(wanted)
    return wanted


def _person(program_id: str, number: int) -> Participant:
    return Participant(
        program_id=program_id,
        first_name=f"Person {number}",
        last_name="Quill",
        timezone="America/New_York",
        region="NY",
        created_at=cast.NOW,
    )


def _request(program_id: str, participant_id: str) -> Request:
    return Request(
        program_id=program_id,
        participant_id=participant_id,
        level_code="outpatient",
        waiting_since=cast.TODAY,
        created_at=cast.NOW,
    )


def grabbed(
    database: Database,
    attempts: Sequence[Attempt],
    *,
    processes: int,
    careless: bool,
    threads: int = 4,
) -> Outcome:
    """Everybody grabs at once: in so many processes, or in the threads of this one."""
    began = time.monotonic()
    if processes:
        told = _by_processes(database, attempts, processes, threads, careless=careless)
    else:
        told = _by_threads(database, attempts, threads, careless=careless)
    with database.read() as session:
        held = select(Seat.group_id, func.count()).where(Seat.state != SeatState.ENDED)
        sizes = dict(session.execute(held.group_by(Seat.group_id)).all())
        groups = session.scalars(select(Group)).all()
    return Outcome(
        told=told,
        offered=sum(group.max_size for group in groups),
        given=sum(sizes.values()),
        oversold=sum(sizes.get(group.id, 0) > group.max_size for group in groups),
        seconds=time.monotonic() - began,
    )


def _by_processes(
    database: Database, attempts: Sequence[Attempt], processes: int, threads: int, *, careless: bool
) -> Counter[str]:
    spawn = multiprocessing.get_context("spawn")
    url = database.url.render_as_string(hide_password=False)
    ready, told = spawn.Barrier(processes), spawn.Queue()
    workers = [
        spawn.Process(
            target=_work, args=(url, attempts[n::processes], threads, careless, ready, told)
        )
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    found = sum((told.get(timeout=3600) for _ in workers), Counter[str]())
    for worker in workers:
        worker.join(timeout=60)
    return found


def _work(
    url: str,
    attempts: Sequence[Attempt],
    threads: int,
    careless: bool,
    ready: threading.Barrier,
    told: "Queue[Counter[str]]",
) -> None:
    database = Database(url)
    ready.wait(timeout=120)
    told.put(_by_threads(database, attempts, threads, careless=careless))
    database.dispose()


def _by_threads(
    database: Database, attempts: Sequence[Attempt], threads: int, *, careless: bool
) -> Counter[str]:
    with ThreadPoolExecutor(threads) as pool:
        return Counter(pool.map(lambda each: _grab(database, each, careless=careless), attempts))


def _grab(database: Database, attempt: Attempt, *, careless: bool) -> str:
    """One attempt, and what its caller is told; an error of the database is told by its kind."""
    try:
        return _look_then_take(database, attempt) if careless else take(database, attempt)
    except Conflict as refused:
        return refused.code
    except SQLAlchemyError as error:
        return type(error).__name__


def take(database: Database, attempt: Attempt) -> str:
    """Take a seat, and hear "seated". Raises Conflict."""
    name, group_id = attempt
    with database.transaction() as session:
        request, group = session.get_one(Request, name), session.get_one(Group, group_id)
        seats.take(session, request, group, starts_on=STARTS_ON, by=None)
    return "seated"


def _look_then_take(database: Database, attempt: Attempt) -> str:
    name, group_id = attempt
    with database.read() as session:
        free = seats.free_seats(session, session.get_one(Group, group_id))
    if free < 1:
        return "group_full"
    time.sleep(_LOOK_SECONDS)
    with database.transaction() as session:
        request = session.get_one(Request, name)
        cast.seat(session, request, session.get_one(Group, group_id), starts_on=STARTS_ON)
    return "seated"


if __name__ == "__main__":
    main()
