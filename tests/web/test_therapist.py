"""What therapists see: their week on their own clock, and rosters with first names and initials."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from groupmatch.database import Database
from groupmatch.records import AvailabilityException, Participant, Seat, SeatState, Therapist
from tests import cast
from tests.cast import TODAY, TUESDAY, Cast
from tests.queries import counted
from tests.web.conftest import Site
from tests.web.pages import words


@pytest.fixture
def cleo(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("Cleo")


def test_the_week_lists_sessions_by_day_on_ones_own_clock(
    cleo: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    assert "Monday Nov 16 6:00–7:00 pm (EST)" in words(cleo.get("/therapist"))
    with sqlite_database.transaction() as session:
        session.get_one(Therapist, people.cleo.id).timezone = "Asia/Tokyo"
    page = words(cleo.get("/therapist"))
    assert "All times in Tokyo time." in page
    assert "Tuesday Nov 24 8:00–9:00 am (JST)" in page


def test_a_later_week_is_told_with_the_clocks_of_that_week(
    cleo: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Therapist, people.cleo.id).timezone = "America/Phoenix"
    assert "4:00–5:00 pm (MST)" in words(cleo.get("/therapist"))
    assert "3:00–4:00 pm (MST)" in words(cleo.get("/therapist?ahead=17"))


@pytest.mark.parametrize("ahead", ["x", "", "-999999999", "99999999999999"])
def test_weeks_far_away_and_nonsense_still_show_a_week(cleo: FlaskClient, ahead: str) -> None:
    assert "Week of Monday" in words(cleo.get(f"/therapist?ahead={ahead}"))


def test_rosters_show_first_names_and_initials_only(
    cleo: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    for path in ("/therapist/rosters", f"/therapist/groups/{people.group.id}"):
        answer = cleo.get(path)
        assert "Ada Q. since Oct 5" in words(answer)
        assert "Quill" not in answer.text
        assert people.ada.email not in answer.text


def test_rosters_tell_who_pauses_who_begins_later_and_leave_out_who_left(
    cleo: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Seat, people.ada_seat.id).state = SeatState.ON_HOLD
        ben = session.get_one(Participant, people.ben.id)
        cast.seat(session, people.ben_request, people.group, starts_on=TODAY.replace(day=30))
        gone = cast.participant(session, people.program, "Gus")
        cast.seat(
            session, cast.request(session, gone), people.group, state="ended", end_reason="withdrew"
        )
    page = words(cleo.get("/therapist/rosters"))
    assert "Ada Q. On hold" in page
    assert f"{ben.short_name} From Nov 30" in page
    assert "Gus" not in page
    assert "2 of 8 seats" in page


def test_a_therapist_without_groups_reads_so(
    client_of: Callable[[str], FlaskClient], people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        rhea = cast.therapist(session, people.program, "Rhea")
        cast.account(session, "Rhea", therapist=rhea)
        cast.therapy_group(
            session,
            people.program,
            leaders=[rhea],
            meetings=((TUESDAY, 600, 60),),
            status="proposed",
        )
    assert "You lead no group at present." in words(client_of("Rhea").get("/therapist"))


def test_rosters_ask_the_database_as_often_for_many_groups_as_for_one(
    cleo: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    cleo.get("/therapist/rosters")
    with sqlite_database.read() as session, counted(session) as before:
        cleo.get("/therapist/rosters")
    with sqlite_database.transaction() as session:
        for number in range(4):
            group = cast.therapy_group(session, people.program, leaders=[people.cleo])
            for name in "ABC":
                person = cast.participant(session, people.program, f"{name}{number}")
                cast.seat(session, cast.request(session, person), group)
    with sqlite_database.read() as session, counted(session) as after:
        assert "A3 Q." in words(cleo.get("/therapist/rosters"))
    assert len(after) == len(before)


@pytest.mark.browser
def test_a_therapist_finds_a_roster_and_prints_it(site: Site, people: Cast) -> None:
    context = site.visit_as("Cleo")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Anxiety and depression").click()
    expect(page.locator("main")).to_contain_text("Ada Q.")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
    expect(page.locator("main")).to_contain_text("Ada Q.")
    context.close()


def test_the_work_page_tells_caseload_fill_licenses_and_hours(
    cleo: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        me = session.get_one(Therapist, people.cleo.id)
        me.max_minutes = 600
        cast.therapy_group(session, me.program, leaders=[me], name="Thin", min_size=3)
    page = words(cleo.get("/therapist/work"))
    assert "2 groups, 1 member, 2 h of sessions a week, of at most 10 h." in page
    assert "Anxiety and depression Mon 6:00–7:00 pm EST 1 of 8 7 free" in page
    assert "8 free, 3 below its minimum" in page
    assert "NY Since Jan 1, 2020" in page
    assert "No hours are written down" in page


def test_hours_and_days_away_are_written_down_by_oneself(cleo: FlaskClient, people: Cast) -> None:
    problem = cleo.post("/therapist/hours", data={"hours": "whenever"})
    assert problem.status_code == 422
    answer = cleo.post("/therapist/hours", data={"hours": "Mon 17:00-20:00"}, follow_redirects=True)
    assert "Monday 5:00–8:00 pm" in words(answer)
    days = {"first_on": "2026-12-21", "last_on": "2026-12-23", "note": "Conference"}
    answer = cleo.post("/therapist/away-days", data=days, follow_redirects=True)
    assert "Monday, December 21 to Wednesday, December 23 Conference" in words(answer)
    (path,) = set(re.findall(r'action="(/therapist/away-days/[^"]+)"', answer.text))
    assert "None are written down." in words(cleo.post(path, follow_redirects=True))
    assert cleo.post(path).status_code == 404


def test_nobody_takes_back_the_days_of_somebody_else(
    cleo: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        other = cast.therapist(session, people.program, "Rhea")
        away = AvailabilityException(first_on=TODAY, last_on=TODAY)
        away.therapist_id = other.id
        session.add(away)
        session.flush()
        path = f"/therapist/away-days/{away.id}/remove"
    assert cleo.post(path).status_code == 404
