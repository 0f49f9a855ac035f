"""What was done is told with a button that undoes it: pressing it leaves all as it was."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from groupmatch.database import Database
from groupmatch.records import (
    AvailabilityException,
    BundleState,
    DraftBundle,
    GroupSession,
    Holiday,
    SessionState,
)
from groupmatch.services.hours.availability import Span, weekly
from groupmatch.services.sessions import sessions
from tests import cast as make
from tests.cast import MONDAY, Cast
from tests.services.drafting import approved_draft
from tests.web.pages import words

Client = Callable[[str], FlaskClient]


def undo(client: FlaskClient, done: TestResponse) -> TestResponse:
    """Press the button of the toast that a page shows."""
    shown = client.get(done.location).text
    toast = re.search(r'<div class="note placed toast.*?</form>', shown, re.DOTALL)
    assert toast, "no toast"
    [action] = re.findall(r'action="([^"]*)"', toast[0])
    fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', toast[0]))
    sent = {name: html.unescape(value) for name, value in fields.items()}
    return client.post(html.unescape(action), data=sent)


def days(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as session:
        rows = session.scalars(select(AvailabilityException))
        return [(str(row.first_on), str(row.last_on), row.note) for row in rows]


@pytest.mark.parametrize(
    ("who", "add", "remove"),
    [
        ("Ben", "/me/hours/away", "/me/hours/away/{}/remove"),
        ("Mara", "/people/{ben}/away", "/people/{ben}/away/{}/remove"),
        ("Cleo", "/therapist/away-days", "/therapist/away-days/{}/remove"),
    ],
)
def test_days_away_come_back_as_they_were_and_go_again(
    client_of: Client, people: Cast, sqlite_database: Database, who: str, add: str, remove: str
) -> None:
    client, add = client_of(who), add.format(ben=people.ben.id)
    sent = {"first_on": "2026-12-20", "last_on": "2026-12-22", "note": "At my sister’s & son’s"}
    added = client.post(add, data=sent)
    assert undo(client, added).status_code == 303
    assert days(sqlite_database) == []

    client.post(add, data=sent)
    before = days(sqlite_database)
    with sqlite_database.read() as session:
        away = session.scalars(select(AvailabilityException.id)).one()
    removed = client.post(remove.format(away, ben=people.ben.id))
    assert days(sqlite_database) == []
    assert undo(client, removed).status_code == 303
    assert days(sqlite_database) == before == [tuple(sent.values())]


def test_saved_hours_are_taken_back_on_the_page_of_times(
    client_of: Client, people: Cast, sqlite_database: Database
) -> None:
    ben = client_of("Ben")
    ben.post("/me/hours", data={"well": ["0-1080"]})
    saved = ben.post("/me/hours", data={"well": ["0-1080", "0-1110"], "back": "times"})
    undo(ben, saved)
    with sqlite_database.read() as session:
        stored = weekly(session, session.get_one(make.Participant, people.ben.id))
    assert stored == [Span(MONDAY, 1080, 1110)]


def test_hours_that_did_not_change_offer_no_undoing_of_the_change_before(
    client_of: Client, people: Cast
) -> None:
    ben = client_of("Ben")
    ben.post("/me/hours", data={"well": ["0-1080"]})
    ben.get("/me/hours")
    again = ben.post("/me/hours", data={"well": ["0-1080"]}, follow_redirects=True)
    assert "Your hours are saved." in words(again)
    assert "toast" not in again.text


def test_a_cancelled_session_takes_place_again(
    client_of: Client, people: Cast, sqlite_database: Database
) -> None:
    sessions.lay_out_due(sqlite_database)
    mara, cleo = client_of("Mara"), client_of("Cleo")
    with sqlite_database.read() as session:
        first = session.scalars(select(GroupSession).order_by(GroupSession.starts_at)).first()
    assert first
    for client, address, sent in (
        (mara, f"/sessions/{first.id}/cancel", {"why": "other", "note": ""}),
        (cleo, f"/therapist/sessions/{first.id}/away", {"choice": "cancel", "note": ""}),
        (cleo, f"/therapist/sessions/{first.id}/away", {"choice": "substitute", "note": ""}),
    ):
        assert undo(client, client.post(address, data=sent)).status_code == 303
        with sqlite_database.read() as session:
            meeting = session.get_one(GroupSession, first.id)
            assert (meeting.state, meeting.cover_asked_at) == (SessionState.SCHEDULED, None)


def test_a_holiday_is_lifted_and_declared_again(
    client_of: Client, people: Cast, sqlite_database: Database
) -> None:
    mara = client_of("Mara")

    def coming() -> list[tuple[str, str]]:
        with sqlite_database.read() as session:
            query = select(Holiday).where(Holiday.lifted_at.is_(None))
            return [(str(each.on), each.name) for each in session.scalars(query)]

    declared = mara.post("/holidays", data={"on": "2026-12-24", "name": "Quiet day"})
    lifted = undo(mara, declared)
    assert coming() == []
    undo(mara, lifted)
    assert coming() == [("2026-12-24", "Quiet day")]


def test_a_bundle_that_was_removed_is_back_in_the_draft(
    client_of: Client, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        program = session.get_one(make.Program, people.program.id)
        [bundle] = approved_draft(session, program).bundles
        bundle.state = BundleState.PROPOSED
    mara = client_of("Mara")
    undo(mara, mara.post(f"/draft/{bundle.id}/remove", data={"ban": "yes"}))
    with sqlite_database.read() as session:
        assert session.get_one(DraftBundle, bundle.id).state == BundleState.PROPOSED
