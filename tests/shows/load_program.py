"""The program of `python -m tests.shows.load`, and the pages that each role opens in it."""

import sys
import time
from collections.abc import Mapping
from random import Random

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import (
    Group,
    GroupSession,
    Participant,
    Program,
    Request,
    RunKind,
    Seat,
    SessionState,
    Therapist,
)
from groupmatch.services.requests.waiting import waiting
from groupmatch.services.runs import runs
from groupmatch.settings import Settings
from groupmatch.web import create_app
from tests import cast
from tests.shows.crowded import Crowd
from tests.web.conftest import signed_in

_SEED = 20261122
#: Accounts of each role, and how many of the participants wait.
_ACCOUNTS, _WAITING = 7, 2

#: The addresses of one page.
Page = list[str]


def write(database: Database, participants: int) -> None:
    """Write a program with accounts of every role."""
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


def match(database: Database, settings: Settings) -> None:
    """One run to completion, in this process; then all is as on a database that runs for days."""
    began = time.monotonic()
    with database.transaction() as session:
        program = session.scalars(select(Program)).one()
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


def visits(settings: Settings, database: Database) -> dict[str, dict[str, object]]:
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
        role: {"cookies": [cookie.value for cookie in cookies[role] if cookie], "pages": pages}
        for role, pages in paths(database).items()
    }


def paths(database: Database) -> Mapping[str, list[Page]]:
    """The pages of each role; those with several addresses show several kinds of records."""
    with database.read() as session:
        first = {
            record: session.scalars(select(record.id).order_by(record.id)).first()
            for record in (Group, Therapist)
        }
        asks = session.scalars(select(Request).where(waiting()).limit(1)).one()
        sits = session.scalars(select(Seat.participant_id).limit(1)).one()
        run = runs.latest(session, session.scalars(select(Program)).one())
        held, coming = (
            _latest(session, state) for state in (SessionState.HELD, SessionState.SCHEDULED)
        )
    return {
        "coordinator": [
            ["/morning"],
            ["/draft"],
            [
                "/people",
                "/people?standing=waiting&sort=waiting",
                "/people?q=name12",
                "/people?q=nmae12",
            ],
            [f"/people/{asks.participant_id}", f"/people/{sits}"],
            [f"/people/requests/{asks.id}/place"],
            ["/groups", "/groups?room=yes&sort=free&order=desc"],
            ["/groups/week", "/groups/week?topic=anger"],
            ["/groups/demand"],
            [f"/groups/{first[Group]}"],
            [f"/sessions/{held}", f"/sessions/{coming}"],
            ["/requests"],
            ["/therapists"],
            [f"/therapists/{first[Therapist]}"],
            ["/runs"],
            [f"/runs/{run.id if run else ''}"],
            ["/shortage"],
            ["/reports"],
        ],
        "participant": [
            ["/me"],
            ["/me/hours"],
            ["/me/hours/fits"],
            ["/me/times"],
            ["/me/requests"],
            ["/me/schedule"],
            ["/me/help"],
        ],
        "therapist": [["/therapist"], ["/therapist/rosters"], ["/therapist/work"]],
    }


def _latest(session: Session, state: SessionState) -> str:
    query = select(GroupSession.id).where(GroupSession.state == state)
    return session.scalars(query.order_by(GroupSession.starts_at.desc()).limit(1)).one()
