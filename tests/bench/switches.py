"""Measure what a member waits for who asks to switch: `python -m tests.bench.switches URL`.

URL names an empty database, which is filled with a made-up program: nine in ten people have seats,
and some have asked to switch. One night is solved; then members ask, one after the other, as their
page does in the server's process: for open seats, and for those that the night could arrange.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database, Record, new_id
from groupmatch.database.upgrade import upgrade
from groupmatch.matching import Limits, compile_program, solve_in_child
from groupmatch.records import (
    Availability,
    Gate,
    Group,
    GroupLeader,
    License,
    Meeting,
    Participant,
    Program,
    Request,
    RequestTopic,
    Run,
    RunKind,
    RunState,
    Seat,
    SwitchRequest,
    Therapist,
)
from groupmatch.services.drafts import proposals
from groupmatch.services.programs import governed
from groupmatch.services.runs.solved_runs import SolvedRuns, last_run
from groupmatch.services.switching import switch_options
from groupmatch.web.garbage import collect, collect_seldom
from tests.cast import LONG_AGO, NOW

_TOPICS = ("anxiety-depression", "dbt-skills", "grief-loss", "trauma-ptsd", "anger", "parenting")
_ZONES = ("America/New_York", "America/Chicago")
_REGIONS = ("NY", "NJ", "PA", "IL")
_SEATS = 9
_DAYS, _STARTS = range(5), (540, 600, 780, 900, 1020, 1080, 1140)

Row = dict[str, Any]


def main() -> None:
    arguments = _arguments()
    database = Database(arguments.url)
    upgrade(database)
    with _told("fill"), database.transaction() as session:
        program = _fill(session, arguments.participants, Random(arguments.seed))
    _settle(database)
    with _told("solve one night"):
        _night(database, program)
    runs = SolvedRuns()
    with database.read() as session:
        last = last_run(session, program)
    assert last is not None
    with _told("fetch the night"):
        runs.get(database, last.id)
        runs.wait()
    run = runs.get(database, last.id)
    assert run is not None
    collect_seldom()
    open_seats, arranged = [], []
    for switch_id in _asked(database, arguments.people):
        with database.read() as session:
            switch = session.get_one(SwitchRequest, switch_id)
            _timed(open_seats, switch_options.options, session, switch)
            _timed(arranged, switch_options.options, session, switch, run)
        collect()
    _report("open seats", open_seats)
    _report("open seats and seats to arrange", arranged)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.switches", description=__doc__)
    parser.add_argument("url", help="postgresql+psycopg://… or sqlite:///…")
    parser.add_argument("--participants", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=100, help="how many members ask")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _settle(database: Database) -> None:
    """Have PostgreSQL count what it holds, as it does by itself some minutes after a change."""
    if not database.embedded:
        alone = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _fill(session: Session, participants: int, chance: Random) -> str:
    """Write the program; every group's members come to its hour and have some more free."""
    governed.load(session)
    program = Program(id=new_id(), name="Measured", timezone=_ZONES[0], max_moves=0)
    session.add(program)
    session.flush()
    therapists = [_therapist(program, chance) for _ in range(max(1, participants // 40))]
    _insert(session, Therapist, therapists)
    _insert(session, License, [each for row in therapists for each in _licenses(row)])
    groups = [_group(program, chance) for _ in range(participants // 8 + 1)]
    meetings = {row["id"]: _meeting(row, chance) for row in groups}
    _insert(session, Group, groups)
    _insert(session, Meeting, list(meetings.values()))
    _insert(session, GroupLeader, list(_leaders(groups, therapists)))
    people = [_person(program, number, chance) for number in range(participants)]
    _insert(session, Participant, people)
    _insert(session, Gate, [gate for row in people for gate in _gates(row)])
    seated = [groups[number // _SEATS] for number in range(participants * 9 // 10)]
    places: list[Row | None] = [*seated, *[None] * (participants - len(seated))]
    requests = [_request(row, place, chance) for row, place in zip(people, places, strict=True)]
    _insert(session, Request, requests)
    _insert(
        session, RequestTopic, [_topic(row, places[n], chance) for n, row in enumerate(requests)]
    )
    _insert(
        session,
        Availability,
        [
            span
            for row, place in zip(people, places, strict=True)
            for span in _hours(row, place and meetings[place["id"]], chance)
        ],
    )
    seats = [_seat(row, place) for row, place in zip(requests, places, strict=True) if place]
    _insert(session, Seat, seats)
    _insert(session, SwitchRequest, [_ask(row) for row in chance.sample(seats, len(seats) // 50)])
    return program.id


def _insert(session: Session, record: type[Record], rows: Sequence[Row]) -> None:
    session.execute(insert(record), rows)


def _therapist(program: Program, chance: Random) -> Row:
    name = {"first_name": "Cleo", "last_name": chance.choice(("Marsh", "Stone", "Field"))}
    made = {"id": new_id(), "program_id": program.id, "created_at": NOW}
    return {**made, **name, "timezone": chance.choice(_ZONES)}


def _licenses(therapist: Row) -> Iterator[Row]:
    for region in _REGIONS:
        yield {"therapist_id": therapist["id"], "region": region, "valid_from": LONG_AGO}


def _group(program: Program, chance: Random) -> Row:
    return {
        "id": new_id(),
        "program_id": program.id,
        "name": "A group",
        "topic_code": chance.choice(_TOPICS),
        "level_code": "outpatient",
        "timezone": chance.choice(_ZONES),
        "min_size": 3,
        "max_size": _SEATS + chance.choice((0, 0, 1)),
        "created_at": NOW,
    }


def _meeting(group: Row, chance: Random) -> Row:
    hour = {"weekday": chance.choice(_DAYS), "start_minute": chance.choice(_STARTS)}
    return {"group_id": group["id"], **hour, "minutes": 60}


def _leaders(groups: Sequence[Row], therapists: Sequence[Row]) -> Iterator[Row]:
    for number, group in enumerate(groups):
        yield {"group_id": group["id"], "therapist_id": therapists[number % len(therapists)]["id"]}


def _person(program: Program, number: int, chance: Random) -> Row:
    return {
        "id": new_id(),
        "program_id": program.id,
        "first_name": "Member",
        "last_name": f"Number {number}",
        "timezone": _ZONES[0],
        "region": chance.choice(_REGIONS),
        "language": ["en"],
        "created_at": NOW,
    }


def _gates(person: Row) -> Iterator[Row]:
    of_person = {"participant_id": person["id"], "cleared_at": NOW}
    yield {**of_person, "kind": "consent", "level_code": None, "region": None}
    yield {**of_person, "kind": "level_of_care", "level_code": "outpatient", "region": None}
    yield {**of_person, "kind": "location", "level_code": None, "region": person["region"]}


def _request(person: Row, group: Row | None, chance: Random) -> Row:
    return {
        "id": new_id(),
        "program_id": person["program_id"],
        "participant_id": person["id"],
        "level_code": "outpatient",
        "waiting_since": LONG_AGO,
        "created_at": NOW,
    }


def _topic(request: Row, group: Row | None, chance: Random) -> Row:
    code = group["topic_code"] if group else chance.choice(_TOPICS)
    return {"request_id": request["id"], "topic_code": code, "rank": 1}


def _hours(person: Row, meeting: Row | None, chance: Random) -> Iterator[Row]:
    """The hour of one's group, and three longer stretches of the week."""
    spans = [(chance.choice(_DAYS), chance.choice((540, 780, 1020)), 180) for _ in range(3)]
    if meeting:
        # An hour more on each side, whatever the group's zone.
        spans.append((meeting["weekday"], meeting["start_minute"] - 60, 240))
    for weekday, start, minutes in spans:
        end = {"start_minute": start, "end_minute": start + minutes, "fit": "works_well"}
        yield {"participant_id": person["id"], "weekday": weekday, **end}


def _seat(request: Row, group: Row) -> Row:
    return {
        "id": new_id(),
        "program_id": request["program_id"],
        "request_id": request["id"],
        "participant_id": request["participant_id"],
        "group_id": group["id"],
        "starts_on": LONG_AGO,
        "created_at": NOW,
    }


def _ask(seat: Row) -> Row:
    return {
        "program_id": seat["program_id"],
        "seat_id": seat["id"],
        "participant_id": seat["participant_id"],
        "kind": "group",
        "reason": "fit",
        "asked_at": NOW,
    }


def _night(database: Database, program_id: str) -> None:
    with database.read() as session:
        program = session.get_one(Program, program_id)
        compiled = compile_program(session, program, on=clock.today(program.timezone))
    solution = solve_in_child(compiled.document, compiled.problem, Limits.within(300))
    print(f"| the night | {solution.status}, {solution.objective} |")
    with database.transaction() as session:
        run = Run(
            id=new_id(),
            program_id=program_id,
            kind=RunKind.NIGHTLY,
            state=RunState.DONE,
            local_date=clock.today(_ZONES[0]),
            started_at=clock.now(),
        )
        session.add(run)
        proposals.store(session, run, compiled, solution)


def _asked(database: Database, people: int) -> Sequence[str]:
    """Members who ask after the night, as others did before it."""
    with database.transaction() as session:
        free = (
            select(Seat)
            .outerjoin(SwitchRequest, SwitchRequest.seat_id == Seat.id)
            .where(SwitchRequest.id.is_(None))
            .order_by(Seat.id)
            .limit(people)
        )
        asks = [
            SwitchRequest(
                id=new_id(),
                program_id=seat.program_id,
                seat_id=seat.id,
                participant_id=seat.participant_id,
                kind="group",
                reason="fit",
                asked_at=NOW,
            )
            for seat in session.scalars(free)
        ]
        session.add_all(asks)
        return [ask.id for ask in asks]


def _timed(
    spent: list[tuple[float, float, int]], ask: Callable[..., list[Any]], *given: object
) -> list[Any]:
    start, used = time.perf_counter(), time.process_time()
    found = ask(*given)
    spent.append((time.perf_counter() - start, time.process_time() - used, len(found)))
    return found


def _report(what: str, spent: Sequence[tuple[float, float, int]]) -> None:
    wall, used = (
        ", ".join(f"{point * 1000:.0f}" for point in np.percentile(column, (50, 95, 100)))
        for column in list(zip(*spent, strict=True))[:2]
    )
    found = sum(count for *_, count in spent)
    print(f"| {what} | {found} for {len(spent)} members | {wall} ms wall | {used} ms processor |")
    print("  (median, 95 %, most)")


@contextmanager
def _told(what: str) -> Iterator[None]:
    start, used = time.perf_counter(), time.process_time()
    yield
    wall, used = time.perf_counter() - start, time.process_time() - used
    print(f"| {what} | {wall:.1f} s wall, {used:.1f} s processor |", flush=True)


if __name__ == "__main__":
    main()
