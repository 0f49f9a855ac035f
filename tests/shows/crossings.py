"""`python -m tests.shows.crossings`: people decide at the same moment about the same seats.

Two members of full groups ask to trade places, others wait; then a random handful of what people
do (publish, place and end by hand, edit, decline, take back, answer an offer) runs at once, each
in a thread and a transaction of its own, after a random pause. Every other time the draft stands as
offers already, and answers cross with each other and the rest. After each of these interleavings
nobody may sit in two places, no group may hold more than its seats, nobody may have lost a seat
without a person's word, and a trade has happened whole or not at all. With `--without-lock`
nothing is locked: then the same show must find that it is. Exit code 1 if there was a defect.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from groupmatch.database import Database, Record
from groupmatch.database.upgrade import upgrade
from groupmatch.errors import Refused
from groupmatch.records import Group, Program
from groupmatch.services import locks
from tests import postgresql
from tests.shows.crossroads import ACTS, ANSWERS, Crossroads, crossroads, defects, publish

_LONGEST_PAUSE_SECONDS = 0.05
#: Interleavings between two lines of progress.
_TOLD_EVERY = 100


@dataclass(frozen=True)
class Crossing:
    """One interleaving: what ran, what each was told, and what must not be."""

    told: Counter[str]
    defects: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.crossings")
    parser.add_argument("--count", type=int, default=1000, help="interleavings (default 1,000)")
    parser.add_argument("--seed", type=int, default=0, help="of the first (default 0)")
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--without-lock", action="store_true", help="lock nothing")
    options = parser.parse_args()
    told, found, began = Counter[str](), 0, time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        postgresql.a_database(options.engine, Path(folder)) as database,
    ):
        upgrade(database)
        for seed in range(options.seed, options.seed + options.count):
            crossing = crossed(database, seed, careless=options.without_lock)
            told += crossing.told
            found += len(crossing.defects)
            if (seed - options.seed + 1) % _TOLD_EVERY == 0:
                seconds = time.monotonic() - began
                print(f"{seed - options.seed + 1}: {seconds:.0f} s, {found} defects", flush=True)
            for defect in crossing.defects:
                print(f"interleaving {seed}: {defect}", file=sys.stderr, flush=True)
    print("| act | told | times |\n|---|---|---|")
    for key, times in sorted(told.items()):
        act, word = key.split(": ")
        print(f"| {act} | {word} | {times:,} |")
    seconds = time.monotonic() - began
    print(f"\n{options.count:,} interleavings on {options.engine} in {seconds:.0f} s: ", end="")
    print(f"{found} defects.")
    sys.exit(1 if found else 0)


def crossed(database: Database, seed: int, *, careless: bool = False) -> Crossing:
    """One interleaving on a program of its own."""
    chance = random.Random(seed)
    offers = chance.random() < 2 / 3
    offered = offers and chance.random() < 3 / 4
    with database.transaction() as session:
        place = crossroads(session, offers=offers, name=f"Crossing {seed}")
        if offered:
            publish(session, place)
    names = _chosen(chance, offered=offered)
    pauses = [chance.uniform(0, _LONGEST_PAUSE_SECONDS) for _ in names]
    with _unlocked() if careless else _as_it_is(), ThreadPoolExecutor(len(names)) as pool:
        told = Counter(pool.map(lambda *each: _told(database, place, *each), names, pauses))
    with database.read() as session:
        wrong = defects(session, place)
    wrong += [text for text in told if text.endswith("Error")]
    return Crossing(told, wrong)


def _chosen(chance: random.Random, *, offered: bool) -> list[str]:
    """What is done; most of the answers where there are offers."""
    others = sorted(ACTS.keys() - set(ANSWERS))
    if not offered:
        return chance.sample(sorted(ACTS), k=chance.randint(3, 6))
    answers = chance.sample(ANSWERS, k=chance.randint(2, len(ANSWERS)))
    return answers + chance.sample(others, k=chance.randint(1, 3))


def _told(database: Database, place: Crossroads, name: str, pause: float) -> str:
    """What the person hears who does it; an error of the database is told by its kind."""
    time.sleep(pause)
    try:
        with database.transaction() as session:
            heard = ACTS[name](session, place)
    except Refused as refused:
        return f"{name}: {refused.code}"
    except SQLAlchemyError as error:
        return f"{name}: {type(error).__name__}"
    return f"{name}: {heard or 'done'}"


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _unlocked() -> Iterator[None]:
    """Every lock only reads, and looks for as long as a person would."""

    def program(session: Session, program_id: str) -> Program:
        return session.get_one(Program, program_id)

    def groups(session: Session, ids: set[str]) -> dict[str, Group]:
        return {each: session.get_one(Group, each) for each in ids}

    def record(session: Session, held: Record) -> None:
        session.refresh(held)
        time.sleep(_LONGEST_PAUSE_SECONDS / 5)

    with (
        mock.patch.object(locks, "hold_program", program),
        mock.patch.object(locks, "hold_groups", groups),
        mock.patch.object(locks, "hold", record),
    ):
        yield


if __name__ == "__main__":
    main()
