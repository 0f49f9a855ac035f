"""The pages of `python -m tests.shows.load`: all of the URL map, and who opens them."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from itertools import product
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from groupmatch.database import Database, Record
from groupmatch.records import (
    DraftBundle,
    DraftEntry,
    EntryKind,
    GroupSession,
    Participant,
    Request,
    Seat,
    SessionState,
    SwitchRequest,
)
from groupmatch.services.requests.waiting import waiting
from groupmatch.services.runs import runs
from tests.shows.load_program import PARTICIPANTS, THERAPISTS, crowd
from tests.web.axe import VISITORS, pages
from tests.web.conftest import signed_in
from tests.web.world import World

_Record = TypeVar("_Record", bound=Record)

#: A cookie and an address.
Ask = tuple[str, str]

#: Whose pages each role opens, of those who visit the world, and its accounts in the crowd.
_ROLES = {
    "staff": ("coordinator", "admin", "anybody signed in", "anonymous"),
    "participant": ("participant",),
    "therapist": ("therapist",),
}
_IN_THE_CROWD: Mapping[str, list[str]] = {
    "staff": [],
    "participant": PARTICIPANTS,
    "therapist": THERAPISTS,
}
#: What people open all day; these come so many times as often as the others.
_MAIN_TIMES = 3
_MAIN = frozenset(
    {
        *("draft.options", "draft.show", "findings.shortage", "groups.demand", "groups.index"),
        *("groups.show", "groups.week", "morning.show", "people.index", "people.place"),
        *("people.show", "reports.show", "requests.index", "requests.options", "requests.show"),
        *("runs.index", "runs.show", "sessions.show", "therapists.index", "therapists.show"),
        *("participant.fits", "participant.help", "participant.home", "participant.hours"),
        *("participant.requests", "participant.schedule", "participant.times"),
        *("therapist.rosters", "therapist.week", "therapist.work"),
    }
)
#: What they look for on a page.
_SOUGHT = {
    "/groups": ["room=yes&sort=free&order=desc"],
    "/groups/week": ["topic=anger"],
    "/people": ["standing=waiting&sort=waiting", "q=name12", "q=nmae12"],
}


def visits(app: Flask, database: Database, world: World) -> dict[str, list[list[Ask]]]:
    """Of each role the pages, the main ones more than once: who asks for them, and where.

    A page is what answers with HTML; a page that several records can be shown on is asked for with
    records of the world and with those of the crowd.
    """
    worlds = [world, *_of_the_crowd(database, world)]
    return {role: _pages(app, database, worlds, role) for role in _ROLES}


def _pages(app: Flask, database: Database, worlds: list[World], role: str) -> list[list[Ask]]:
    found: dict[str, list[Ask]] = {}
    for name in _ROLES[role]:
        visitor = VISITORS[name]
        accounts = [visitor.name, *_IN_THE_CROWD[role]]
        clients = [_client(app, database, account) for account in accounts]
        named = (path for each in worlds for path in pages(app, each, visitor))
        paths = dict.fromkeys(asked for path in named for asked in _with_what_is_sought(path))
        for path, client in product(paths, clients):
            if (endpoint := _page(app, client, path)) is not None:
                found.setdefault(endpoint, []).append((_cookie(client), path))
    return [
        asks
        for endpoint, asks in found.items()
        for _ in range(_MAIN_TIMES if endpoint in _MAIN else 1)
    ]


def _with_what_is_sought(path: str) -> list[str]:
    return [path, *(f"{path}?{sought}" for sought in _SOUGHT.get(path, ()))]


def _client(app: Flask, database: Database, name: str | None) -> FlaskClient:
    return signed_in(app, database, name) if name else app.test_client()


def _cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("groupmatch")
    return cookie.value if cookie else ""


def _page(app: Flask, client: FlaskClient, path: str) -> str | None:
    """The page that is there, by its endpoint; None for a file, and where there is none."""
    answer = client.get(path, buffered=True)
    if answer.status_code != HTTPStatus.OK or answer.mimetype != "text/html":
        return None
    endpoint: str = app.url_map.bind("").match(urlsplit(path).path)[0]
    return endpoint


def _of_the_crowd(database: Database, world: World) -> list[World]:
    """The world with the crowd in its addresses: somebody who sits, and somebody who waits."""
    people = crowd(Participant).with_only_columns(Participant.id)
    with database.read() as session:
        asks = _first(
            session, select(SwitchRequest).where(SwitchRequest.participant_id.in_(people))
        )
        seat = session.get_one(Seat, asks.seat_id)
        waits = _first(
            session, select(Request).where(waiting(), Request.participant_id.in_(people))
        )
        night = {**_of_the_night(session, world), "group_id": seat.group_id, "seat_id": seat.id}
        night["switch_id"] = asks.id
        night["therapist_id"] = seat.group.leaders[0].therapist_id
        held, coming = (
            _session(session, seat.group_id, state)
            for state in (SessionState.HELD, SessionState.SCHEDULED)
        )
        sitting = {"person_id": seat.participant_id, "request_id": seat.request_id, **coming}
        waiting_ = {"person_id": waits.participant_id, "request_id": waits.id, **held}
    return [_with(world, {**night, **ids}) for ids in (sitting, waiting_)]


def _of_the_night(session: Session, world: World) -> dict[str, str]:
    """The last run, and a seat that it would give."""
    run = runs.latest(session, world.home.program)
    assert run
    placed = select(DraftEntry).join(DraftBundle).where(DraftBundle.run_id == run.id)
    entry = _first(session, placed.where(DraftEntry.kind == EntryKind.PLACED))
    return {"run_id": run.id, "bundle_id": entry.bundle_id, "entry_id": entry.id}


def _session(session: Session, group_id: str, state: SessionState) -> dict[str, str]:
    query = select(GroupSession).filter_by(group_id=group_id, state=state)
    return {"session_id": _first(session, query.order_by(GroupSession.starts_at.desc())).id}


def _first(session: Session, query: Select[tuple[_Record]]) -> _Record:
    return session.scalars(query.limit(1)).one()


def _with(world: World, ids: Mapping[str, str]) -> World:
    return replace(world, home=replace(world.home, ids={**world.home.ids, **ids}))
