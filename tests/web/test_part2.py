"""No file that leaves tells of somebody protected by 42 CFR Part 2 who has not consented to it."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import (
    Account,
    GateKind,
    Group,
    Participant,
    Program,
    ProgramRole,
    Request,
    RequestTopic,
    StaffRole,
)
from groupmatch.services.audit import audit
from groupmatch.services.care import gates
from groupmatch.services.privacy import part2
from tests.web.addresses import address
from tests.web.conftest import signed_in
from tests.web.world import World

Files = Callable[[], dict[str, str]]

#: Ada, who comes to a group on substance use, and Ben, who has nothing to do with it.
PROTECTED, OTHER = ("Adason", "ada@"), "Benson"


@pytest.fixture
def populated(world: World, sqlite_database: Database) -> None:
    """One of everything; Ada's group is about substance use, and the audit log speaks of her.

    Ines may open every page of staff.
    """
    with sqlite_database.transaction() as session:
        session.get_one(Group, world.home.ids["group_id"]).topic_code = "substance-use"
        ines = session.scalars(select(Account).where(Account.name == "Ines")).one()
        session.add(
            ProgramRole(
                account_id=ines.id, program_id=world.home.program.id, role=StaffRole.COORDINATOR
            )
        )
        ada = session.get_one(Participant, world.home.ids["participant_id"])
        hers = session.scalars(select(Account.id).where(Account.participant_id == ada.id)).one()
        audit.record(session, "participant.edited", ada, by=None, reason="Adason rang")
        audit.record(session, "calendar.stopped", ada, by=hers)


@pytest.fixture
def files(app: Flask, world: World, sqlite_database: Database) -> Files:
    """Every table that staff can take away at present, by its address."""
    ines = signed_in(app, sqlite_database, "Ines")
    offered = _addresses(app, ines, world)

    def taken() -> dict[str, str]:
        answers = {url: ines.get(url) for url in offered}
        return {
            url: answer.data.decode("utf-8-sig")
            for url, answer in answers.items()
            if answer.mimetype == "text/csv"
        }

    return taken


def _addresses(app: Flask, client: FlaskClient, world: World) -> set[str]:
    """Where a file may be: addresses that end in it, and links to one on any page."""
    found = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "filename" in rule.arguments:
            continue
        url = address(app, rule, world, world.home.ids)
        if url.endswith(".csv"):
            found.add(url)
        elif (page := client.get(url)).mimetype == "text/html":
            found |= {
                html.unescape(each) for each in re.findall(r'href="([^"]*csv=[^"]*)"', page.text)
            }
    return found


def _telling(files: dict[str, str], marks: tuple[str, ...] = PROTECTED) -> list[str]:
    return [url for url, text in files.items() if any(mark in text for mark in marks)]


def test_files_tell_of_somebody_only_while_they_consent(
    files: Files, world: World, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = files()
    assert len(taken) > 25
    assert _telling(taken) == []
    assert _telling(taken, (OTHER,))
    assert [url for url, text in taken.items() if not text.startswith(part2.NOTICE)] == []
    with monkeypatch.context() as control:
        control.setattr(part2, "held_back", lambda *_: frozenset())
        telling = _telling(files())
    assert {"/people/export.csv", "/admin/audit.csv", "/people?csv=people"} <= set(telling)
    _decide(sqlite_database, world, gates.clear_gate)
    assert sorted(_telling(files())) == sorted(telling)
    _decide(sqlite_database, world, gates.close_gate)
    assert _telling(files()) == []


def test_a_file_says_what_it_leaves_out_and_what_consent_is_for(
    app: Flask, world: World, sqlite_database: Database
) -> None:
    mara = signed_in(app, sqlite_database, "Mara")
    text = mara.get("/people/export.csv").data.decode("utf-8-sig")
    notice, scope, held, header, *_ = text.splitlines()
    assert (notice, scope) == (part2.NOTICE, part2.SCOPE)
    assert held.startswith("# 42 CFR 2.31: 1 left out")
    assert header.startswith("id,first_name")
    hers = mara.get(f"/people/{world.home.ids['participant_id']}?csv=seats").text
    # Of what is about her alone, the columns' names are left.
    assert len(hers.splitlines()) == 4


def _decide(database: Database, world: World, decision: Callable[..., object]) -> None:
    with database.transaction() as session:
        ada = session.get_one(Participant, world.home.ids["participant_id"])
        mara = session.scalars(select(Account.id).where(Account.name == "Mara")).one()
        decision(session, ada, GateKind.PART2_CONSENT, by=mara)


def test_where_nothing_else_is_treated_being_there_tells_of_it(
    populated: None, world: World, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        home = session.get_one(Program, world.home.program.id)
        assert part2.held_back(session, home) == {world.home.ids["participant_id"]}
        for each in session.scalars(select(Group).where(Group.program_id == home.id)):
            each.topic_code = "substance-use"
        mine = select(Request.id).where(Request.program_id == home.id)
        for wish in session.scalars(select(RequestTopic).where(RequestTopic.request_id.in_(mine))):
            wish.topic_code = "substance-use"
        session.flush()
        everybody = session.scalars(select(Participant.id).where(Participant.program_id == home.id))
        assert part2.held_back(session, home) == set(everybody)
