"""Sessions on pages: attendance in three taps, links in time, cancellations, substitutes."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import (
    Attendance,
    CancelReason,
    GroupSession,
    Holiday,
    Presence,
    Seat,
    SessionState,
    Therapist,
)
from groupmatch.services.sessions import sessions
from tests import cast
from tests.cast import NOW, Cast
from tests.web.conftest import Site, signed_in
from tests.web.pages import words

#: Ten minutes into the first session of Ada's group.
DURING = NOW + timedelta(days=1, hours=5, minutes=10)
_LINK = "https://meet.example.org/room/"


@pytest.fixture
def laid_out(people: Cast, sqlite_database: Database) -> Cast:
    """The cast with Ben beside Ada, and its sessions."""
    with sqlite_database.transaction() as session:
        cast.seat(session, people.ben_request, people.group)
    sessions.lay_out_due(sqlite_database)
    return people


@pytest.fixture
def during(laid_out: Cast, clock_at_now: time_machine.Traveller) -> Cast:
    """The same, while the first session goes on."""
    clock_at_now.move_to(DURING)
    return laid_out


@pytest.fixture
def populated(laid_out: Cast) -> None:
    """The cast with sessions."""


def first(session: Session, people: Cast) -> GroupSession:
    query = select(GroupSession).where(GroupSession.group_id == people.group.id)
    return session.scalars(query.order_by(GroupSession.starts_at)).first() or pytest.fail("none")


def first_id(database: Database, people: Cast) -> str:
    with database.read() as session:
        return first(session, people).id


def marked(database: Database) -> dict[str, tuple[str, int]]:
    with database.read() as session:
        rows = session.scalars(select(Attendance)).all()
        return {row.participant.first_name: (row.presence, row.minutes) for row in rows}


def sheet(people: Cast, ada: str, ben: str, **more: str) -> dict[str, str]:
    answers = {f"presence-{people.ada.id}": ada, f"presence-{people.ben.id}": ben}
    return {"seen": "0", **answers, **more}


def test_a_therapist_writes_down_who_came(
    client_of: Callable[[str], FlaskClient], during: Cast, sqlite_database: Database
) -> None:
    cleo, address = client_of("Cleo"), f"/therapist/sessions/{first_id(sqlite_database, during)}"
    assert "Attendance of Anxiety and depression" in words(cleo.get("/therapist"))
    page = cleo.get(address)
    assert "Ada Q." in words(page)
    assert "Quill" not in page.text
    sent = sheet(during, "present", "late", **{f"minutes-{during.ben.id}": "41"})
    assert cleo.post(address, data=sent).status_code == 303
    assert marked(sqlite_database) == {"Ada": ("present", 60), "Ben": ("late", 41)}
    assert "Attendance is written down" in words(cleo.get("/therapist"))


@pytest.mark.parametrize("name", ["Cleo", "Mara"])
def test_a_problem_is_told_beside_the_member_and_nothing_is_saved(
    client_of: Callable[[str], FlaskClient], during: Cast, sqlite_database: Database, name: str
) -> None:
    folder = {"Cleo": "/therapist/sessions/", "Mara": "/sessions/"}[name]
    sent = sheet(during, "late", "", **{f"minutes-{during.ada.id}": "61"})
    answer = client_of(name).post(folder + first_id(sqlite_database, during), data=sent)
    assert answer.status_code == 422
    assert "Write minutes from 1 to 60, or leave them empty." in words(answer)
    assert "Choose one." in words(answer)
    assert 'value="61"' in answer.text
    assert marked(sqlite_database) == {}


def test_the_second_of_two_who_write_is_told(
    client_of: Callable[[str], FlaskClient], during: Cast, sqlite_database: Database
) -> None:
    name = first_id(sqlite_database, during)
    client_of("Cleo").post(f"/therapist/sessions/{name}", data=sheet(during, "present", "absent"))
    answer = client_of("Mara").post(f"/sessions/{name}", data=sheet(during, "absent", "absent"))
    assert answer.status_code == 409
    assert "Somebody else has written down attendance meanwhile." in words(answer)
    assert marked(sqlite_database)["Ada"] == ("present", 60)


def test_before_a_session_members_are_excused(
    client_of: Callable[[str], FlaskClient], laid_out: Cast, sqlite_database: Database
) -> None:
    mara, address = client_of("Mara"), f"/sessions/{first_id(sqlite_database, laid_out)}"
    assert "Excuse ahead" in words(mara.get(address))
    sent = {"seen": "0", f"presence-{laid_out.ben.id}": "excused"}
    assert mara.post(address, data=sent).status_code == 303
    assert marked(sqlite_database) == {"Ben": (Presence.EXCUSED, 0)}
    assert "Excused ahead." in words(mara.get(address))


def test_a_member_sees_the_link_from_shortly_before_until_the_end(
    client_of: Callable[[str], FlaskClient],
    laid_out: Cast,
    sqlite_database: Database,
    clock_at_now: time_machine.Traveller,
) -> None:
    with sqlite_database.read() as session:
        link = _LINK + first(session, laid_out).link_token
    start = DURING - timedelta(minutes=10)
    for minutes, shown in ((-11, False), (-9, True), (59, True), (61, False)):
        clock_at_now.move_to(start + timedelta(minutes=minutes))
        ada = client_of("Ada")
        assert (link in ada.get("/me").text) is shown, minutes
        assert (link in ada.get("/me/schedule").text) is shown, minutes


def test_who_left_does_not_see_the_link(
    client_of: Callable[[str], FlaskClient], during: Cast, sqlite_database: Database
) -> None:
    ada = client_of("Ada")
    assert _LINK in ada.get("/me").text
    with sqlite_database.transaction() as session:
        seat = session.get_one(Seat, during.ada_seat.id)
        seat.state, seat.ends_on, seat.end_reason = "ended", date(2026, 11, 22), "withdrew"
    assert _LINK not in ada.get("/me").text


def test_a_cancelled_session_is_told_and_the_next_one_shown(
    client_of: Callable[[str], FlaskClient], laid_out: Cast, sqlite_database: Database
) -> None:
    mara, ada = client_of("Mara"), client_of("Ada")
    address = f"/sessions/{first_id(sqlite_database, laid_out)}"
    sent = {"why": "leader_away", "note": "flu"}
    assert mara.post(f"{address}/cancel", data=sent).status_code == 303
    page = words(ada.get("/me"))
    assert "Monday, November 30" in page
    assert "The session on Monday, November 23 does not take place. Your seat is kept." in page
    assert "Does not take place" in words(ada.get("/me/schedule"))
    assert "flu" not in ada.get("/me").text
    assert "flu" in words(mara.get(address))
    assert mara.post(f"{address}/restore").status_code == 303
    assert "does not take place" not in words(ada.get("/me"))


def test_a_week_without_a_session_shows_what_comes_next(
    client_of: Callable[[str], FlaskClient], laid_out: Cast
) -> None:
    ada = client_of("Ada")
    page = words(ada.get("/me/schedule/week"))
    assert "Sunday Nov 22, today No session" in page
    assert "What comes next Monday, November 23 6:00–7:00 pm" in page
    assert 'href="/me/schedule/week?of=2026-11-23"' in ada.get("/me/schedule/week").text
    assert "What comes next" not in words(ada.get("/me/schedule/week?of=2026-11-23"))
    assert "What comes next" not in words(client_of("Ben").get("/me/schedule/week?of=2027-01-01"))


def test_a_therapist_who_cannot_come_cancels_and_comes_after_all(
    client_of: Callable[[str], FlaskClient], laid_out: Cast, sqlite_database: Database
) -> None:
    cleo = client_of("Cleo")
    address = f"/therapist/sessions/{first_id(sqlite_database, laid_out)}"
    assert "Cancel the session" in words(cleo.get(f"{address}/away"))
    cleo.post(f"{address}/away", data={"choice": "cancel", "note": "flu"})
    with sqlite_database.read() as session:
        assert first(session, laid_out).cancel_reason == CancelReason.LEADER_AWAY
    assert "This session does not take place." in words(cleo.get(address))
    cleo.post(f"{address}/back")
    with sqlite_database.read() as session:
        assert first(session, laid_out).state == SessionState.SCHEDULED


def test_a_substitute_is_asked_for_sent_and_opens_the_session(
    client_of: Callable[[str], FlaskClient],
    laid_out: Cast,
    sqlite_database: Database,
    app: Flask,
) -> None:
    with sqlite_database.transaction() as session:
        rhea = cast.therapist(session, laid_out.program, "Rhea", last_name="Stone")
        cast.account(session, "Rhea", therapist=rhea)
        cast.therapist(session, laid_out.program, "Otis", last_name="Far", regions=("FL",))
    name = first_id(sqlite_database, laid_out)
    cleo, mara = client_of("Cleo"), client_of("Mara")
    outsider = signed_in(app, sqlite_database, "Rhea")
    assert outsider.get(f"/therapist/sessions/{name}").status_code == 404
    cleo.post(f"/therapist/sessions/{name}/away", data={"choice": "substitute", "note": ""})
    assert "Substitute asked for" in words(cleo.get("/therapist?ahead=1"))
    morning = words(mara.get("/morning"))
    assert "The leader asks for a substitute on Monday, November 23." in morning
    page = words(mara.get(f"/sessions/{name}"))
    assert "Otis Far no license for NY" in page
    assert mara.post(f"/sessions/{name}/substitute/{rhea.id}").status_code == 303
    assert "Rhea Stone stands in" in words(cleo.get("/therapist?ahead=1"))
    assert "where you stand in" in words(outsider.get("/therapist?ahead=1"))
    assert "Ada Q." in words(outsider.get(f"/therapist/sessions/{name}"))
    assert "Rhea Stone stands in this time." in words(client_of("Ada").get("/me"))
    assert mara.post(f"/sessions/{name}/no-substitute").status_code == 303
    assert outsider.get(f"/therapist/sessions/{name}").status_code == 404


def test_a_substitute_without_a_license_is_refused_by_address_too(
    client_of: Callable[[str], FlaskClient], laid_out: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        otis = cast.therapist(session, laid_out.program, "Otis", regions=("FL",))
    name = first_id(sqlite_database, laid_out)
    answer = client_of("Mara").post(f"/sessions/{name}/substitute/{otis.id}")
    assert answer.status_code == 422
    assert "no license that covers NY on that day" in words(answer)
    with sqlite_database.read() as session:
        assert first(session, laid_out).substitute_id is None
        assert session.get(Therapist, otis.id) is not None


def test_holidays_are_declared_and_lifted(
    client_of: Callable[[str], FlaskClient], laid_out: Cast, sqlite_database: Database
) -> None:
    mara = client_of("Mara")
    sent = {"on": "2026-11-23", "name": "Founders"}
    assert mara.post("/holidays", data=sent).status_code == 303
    assert "Monday, November 23, 2026 Founders" in words(mara.get("/holidays"))
    assert mara.post("/holidays", data=sent).status_code == 422
    with sqlite_database.read() as session:
        assert first(session, laid_out).cancel_reason == CancelReason.HOLIDAY
        holiday = session.scalars(select(Holiday)).one().id
    assert mara.post(f"/holidays/{holiday}/lift").status_code == 303
    assert "No holiday is written down." in words(mara.get("/holidays"))


def test_a_groups_page_lists_its_sessions(
    client_of: Callable[[str], FlaskClient], during: Cast, sqlite_database: Database
) -> None:
    mara, name = client_of("Mara"), first_id(sqlite_database, during)
    assert "Attendance is missing" in words(mara.get(f"/groups/{during.group.id}"))
    mara.post(f"/sessions/{name}", data=sheet(during, "present", "absent"))
    page = words(mara.get(f"/groups/{during.group.id}"))
    assert "Nov 23, 6:00 pm EST Took place 1 2" in page
    assert "Nov 30, 6:00 pm EST Coming" in page


@pytest.mark.browser
def test_attendance_takes_three_taps_on_a_phone(
    during: Cast, site: Site, sqlite_database: Database
) -> None:
    context = site.visit_as("Cleo", viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto("/therapist")
    page.get_by_role("link", name="Attendance of Anxiety and depression").tap()
    page.get_by_role("group", name="Ben Q.").get_by_label("Absent").tap()
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Attendance is written down")).to_be_visible()
    assert marked(sqlite_database) == {"Ada": ("present", 60), "Ben": ("absent", 0)}
    context.close()
