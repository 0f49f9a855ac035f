"""However many people click at once, a group never holds more than its seats."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from multiprocessing.queues import Queue
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.errors import Conflict
from groupmatch.records import Group, Request, Seat, SeatState
from groupmatch.services.seats import seats
from tests import cast

STARTS_ON = date(2026, 11, 23)
SEATS = 3

#: Tries to seat a request in a group, and tells how it went.
Grab = Callable[[Database, str, str], str]


def test_many_people_at_once_take_the_last_seats_and_no_more(database: Database) -> None:
    group, requests = a_crowd(database, people=24)
    told = grab_at_once(database, group, requests, take)
    assert held(database, group) == SEATS
    assert told == {"seated": SEATS, "group_full": 24 - SEATS}


def test_without_the_lock_the_same_crowd_oversells(database: Database) -> None:
    group, requests = a_crowd(database, people=24)
    everybody_has_looked = Barrier(len(requests))

    def look_then_take(database: Database, group: str, request: str) -> str:
        with database.read() as session:
            free = seats.free_seats(session, session.get_one(Group, group))
        everybody_has_looked.wait(timeout=60)
        if free < 1:
            return "group_full"
        with database.transaction() as session:
            insert_seat(session, session.get_one(Request, request), group)
        return "seated"

    grab_at_once(database, group, requests, look_then_take)
    assert held(database, group) > SEATS


@pytest.mark.postgresql
def test_processes_share_the_lock_too(postgresql_database: Database) -> None:
    database = postgresql_database
    group, requests = a_crowd(database, people=12)
    url = database.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    ready, told = spawn.Barrier(2), spawn.Queue()
    workers = [
        spawn.Process(target=grab_in_turn, args=(url, group, requests[n::2], ready, told))
        for n in range(2)
    ]
    for worker in workers:
        worker.start()
    assert Counter(told.get(timeout=60) for _ in requests) == {"seated": SEATS, "group_full": 9}
    for worker in workers:
        worker.join(timeout=60)
    assert held(database, group) == SEATS


def test_a_person_who_clicks_twice_gets_one_seat(database: Database) -> None:
    group, requests = a_crowd(database, people=1)
    told = grab_at_once(database, group, requests * 8, take)
    assert told == {"seated": 1, "already_seated": 7}


def a_crowd(database: Database, *, people: int) -> tuple[str, list[str]]:
    """A group with three seats, and as many people who would like one; ids."""
    with database.transaction() as session:
        program = cast.program(session)
        leader = cast.therapist(session, program)
        group = cast.therapy_group(session, program, leaders=[leader], max_size=SEATS)
        crowd = [cast.participant(session, program, f"P{n}") for n in range(people)]
        return group.id, [cast.request(session, person).id for person in crowd]


def grab_at_once(database: Database, group: str, requests: list[str], grab: Grab) -> Counter[str]:
    ready = Barrier(len(requests))

    def work(request: str) -> str:
        mine = Database(database.url.render_as_string(hide_password=False))
        try:
            ready.wait(timeout=60)
            return grab(mine, group, request)
        finally:
            mine.dispose()

    with ThreadPoolExecutor(len(requests)) as pool:
        return Counter(pool.map(work, requests))


def grab_in_turn(
    url: str, group: str, requests: list[str], ready: Barrier, told: "Queue[str]"
) -> None:
    database = Database(url)
    ready.wait(timeout=60)
    for request in requests:
        told.put(take(database, group, request))


def take(database: Database, group: str, request: str) -> str:
    try:
        with database.transaction() as session:
            seats.take(
                session,
                session.get_one(Request, request),
                session.get_one(Group, group),
                starts_on=STARTS_ON,
                by=None,
            )
    except Conflict as refused:
        return refused.code
    return "seated"


def insert_seat(session: Session, request: Request, group: str) -> None:
    session.add(
        Seat(
            program_id=request.program_id,
            request_id=request.id,
            participant_id=request.participant_id,
            group_id=group,
            starts_on=STARTS_ON,
            created_at=clock.now(),
        )
    )


def held(database: Database, group: str) -> int:
    with database.read() as session:
        counted = select(func.count()).where(Seat.group_id == group, Seat.state != SeatState.ENDED)
        return session.scalar(counted) or 0
