"""The program of `python -m tests.shows.load`: a crowd, and beside it one of everything that a URL
can name.
"""

import sys
import time
from random import Random
from typing import TypeVar

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import Participant, Program, Request, RunKind, Seat, Therapist
from groupmatch.services.requests.waiting import waiting
from groupmatch.services.runs import runs
from groupmatch.settings import Settings
from tests import cast
from tests.shows.crowded import Crowd
from tests.web.world import World, make_world, switch

_Person = TypeVar("_Person", Participant, Therapist)

_SEED = 20261122
#: Accounts of each role in the crowd, and how many of its participants wait.
_ACCOUNTS, _WAITING = 7, 2
PARTICIPANTS = [f"participant{number}" for number in range(_ACCOUNTS)]
THERAPISTS = [f"therapist{number}" for number in range(_ACCOUNTS)]


def write(database: Database, participants: int) -> World:
    """Write a program of so many, with accounts of every role, and one who asks to switch."""
    began = time.monotonic()
    with database.transaction() as session:
        world = make_world(session)
        Crowd(session, world.home.program, participants, clock.now(), Random(_SEED)).write()
        session.flush()
        people = _some_people(session)
        for name, person in zip(PARTICIPANTS, people, strict=True):
            cast.account(session, name, participant=person)
        switch(session, session.scalars(select(Seat).filter_by(participant_id=people[0].id)).one())
        leaders = crowd(Therapist).order_by(Therapist.id).limit(_ACCOUNTS)
        for name, leader in zip(THERAPISTS, session.scalars(leaders), strict=True):
            cast.account(session, name, therapist=leader)
    _say(f"{participants:,} participants written in {time.monotonic() - began:.0f} s")
    return world


def crowd(record: type[_Person]) -> Select[_Person]:
    """Those of the crowd, by the name that they have in common."""
    return select(record).where(record.last_name.startswith("Name"))


def _some_people(session: Session) -> list[Participant]:
    """Some who sit in a group and some who wait for one, as each sees other pages."""
    waits = select(Request.participant_id).where(waiting())
    people = crowd(Participant).order_by(Participant.id)
    seated = people.where(Participant.id.not_in(waits)).limit(_ACCOUNTS - _WAITING)
    wait = people.where(Participant.id.in_(waits)).limit(_WAITING)
    return [*session.scalars(seated), *session.scalars(wait)]


def match(database: Database, settings: Settings, program_id: str) -> None:
    """One run to completion, in this process; then all is as on a database that runs for days."""
    began = time.monotonic()
    with database.transaction() as session:
        program = session.get_one(Program, program_id)
        run_id = runs.start_run(session, program, kind=RunKind.BY_HAND, by=None).id
    runs.execute(database, settings, run_id)
    if not database.embedded:
        # What autovacuum does within minutes, and would otherwise do while pages are timed.
        with database.engine.connect() as connection:
            apart = connection.execution_options(isolation_level="AUTOCOMMIT")
            apart.execute(text("VACUUM ANALYZE"))
    _say(f"matched in {time.monotonic() - began:.0f} s")


def _say(words: str) -> None:
    print(words, file=sys.stderr)
