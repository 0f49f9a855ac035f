"""Times that fit me: ranked for tonight, or taken at once where the program allows it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Group, Participant, Program, RequestChoice, Seat
from tests import cast
from tests.cast import EVENING, MONDAY, NOW, TUESDAY, Cast
from tests.queries import counted
from tests.web.conftest import Site
from tests.web.pages import words

LATER = ((MONDAY, EVENING + 60, 60),)


@pytest.fixture
def ben(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("Ben")


def _second_group(database: Database, people: Cast) -> Group:
    with database.transaction() as session:
        return cast.therapy_group(session, people.program, leaders=[people.cleo], meetings=LATER)


def _ranked(database: Database) -> list[str]:
    with database.read() as session:
        chosen = session.scalars(select(RequestChoice).order_by(RequestChoice.rank))
        return [choice.group_id for choice in chosen]


def _allow_reserving(database: Database, people: Cast) -> None:
    with database.transaction() as session:
        session.get_one(Program, people.program.id).reserve_at_once = True


def test_open_times_tell_hour_topic_and_leader_but_no_name_and_no_number(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Group, people.group.id).name = "The quiet otters"
    page = words(ben.get("/me/times"))
    assert "Monday 6:00–7:00 pm (EST)" in page
    assert "in a group with Cleo Marsh. From Monday, November 23." in page
    assert "otters" not in page
    assert "seats" not in page


def test_ranked_times_are_kept_in_their_order(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    other = _second_group(sqlite_database, people)
    wish = {"first": other.id, "second": people.group.id, "third": ""}
    page = words(ben.post(f"/me/times/{people.ben_request.id}", data=wish, follow_redirects=True))
    assert "Tonight's search tries these first." in page
    assert _ranked(sqlite_database) == [other.id, people.group.id]
    assert ben.get("/me/times").text.count("checked") == 3
    assert "You chose the times you would like best" in words(ben.get("/me"))
    ben.post(f"/me/times/{people.ben_request.id}", data={"first": "", "second": ""})
    assert _ranked(sqlite_database) == []


def test_a_time_that_is_gone_is_said_so_and_nothing_is_changed(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    ben.post(f"/me/times/{people.ben_request.id}", data={"first": people.group.id})
    with sqlite_database.transaction() as session:
        session.get_one(Group, people.group.id).max_size = 1
    for group in (people.group.id, "made-up"):
        page = words(
            ben.post(
                f"/me/times/{people.ben_request.id}", data={"second": group}, follow_redirects=True
            )
        )
        assert "That time is not open any more." in page
    assert _ranked(sqlite_database) == [people.group.id]


def test_a_seat_is_taken_at_once_where_the_program_allows_it(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    assert "Take this seat" not in words(ben.get("/me/times"))
    _allow_reserving(sqlite_database, people)
    assert "Take this seat" in words(ben.get("/me/times"))
    take = f"/me/times/{people.ben_request.id}/take"
    look = words(ben.get(f"{take}?time={people.group.id}"))
    assert "Your first session is on Monday, November 23." in look
    page = words(ben.post(take, data={"time": people.group.id}, follow_redirects=True))
    assert "The seat is yours." in page
    assert "Your next session is tomorrow Monday, November 23" in page
    with sqlite_database.read() as session:
        seats = session.scalars(select(Seat).filter_by(participant_id=people.ben.id)).all()
        assert [seat.group_id for seat in seats] == [people.group.id]


def test_a_seat_that_somebody_else_waits_for_is_only_ranked(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    _allow_reserving(sqlite_database, people)
    with sqlite_database.transaction() as session:
        session.get_one(Group, people.group.id).max_size = 2
        other = cast.participant(session, people.program, "Olga")
        cast.request(session, other)
    take = f"/me/times/{people.ben_request.id}/take"
    assert "Take this seat" not in words(ben.get("/me/times"))
    page = words(ben.post(take, data={"time": people.group.id}, follow_redirects=True))
    assert "These are open now." in page
    with sqlite_database.read() as session:
        assert not session.scalars(select(Seat).filter_by(participant_id=people.ben.id)).all()


def test_somebody_with_a_safety_flag_takes_no_seat_by_themselves(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    _allow_reserving(sqlite_database, people)
    with sqlite_database.transaction() as session:
        session.get_one(Participant, people.ben.id).safety_flag_since = NOW
    ben.post(f"/me/times/{people.ben_request.id}/take", data={"time": people.group.id})
    with sqlite_database.read() as session:
        assert not session.scalars(select(Seat).filter_by(participant_id=people.ben.id)).all()


def test_nothing_that_fits_is_said_kindly(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    ben.post("/me/hours", data={"well": ["2-480"]})
    page = words(ben.get("/me/times"))
    assert "We have not found an open time that fits yet." in page
    assert "More hours open more times" in page


def test_cards_say_what_speaks_for_a_time(ben: FlaskClient) -> None:
    assert "Works well with your hours" in words(ben.get("/me/times"))


def test_why_not_this_one_is_answered_with_a_way_to_change_it(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    others = f"/me/times/{people.ben_request.id}/others"
    assert "There is no other time that one change of yours would open." in words(ben.get(others))
    with sqlite_database.transaction() as session:
        cast.therapy_group(
            session, people.program, leaders=[people.cleo], meetings=((TUESDAY, EVENING, 60),)
        )
    page = words(ben.get(others))
    assert "You have not said that you can come Tuesday 6:00–7:00 pm (EST)." in page
    change = {"days": "1", "start": "18:00", "end": "19:00", "fit": "if_needed", "back": "times"}
    page = words(ben.post("/me/hours/times", data=change, follow_redirects=True))
    assert "Tuesday 6:00–7:00 pm (EST)" in page
    assert "At hours you marked “if needed”" in page


@pytest.mark.parametrize(("page", "day"), [("/me/times", MONDAY), ("others", TUESDAY)])
def test_many_times_take_as_many_queries_as_one(
    ben: FlaskClient, people: Cast, sqlite_database: Database, page: str, day: int
) -> None:
    url = page if page.startswith("/") else f"/me/times/{people.ben_request.id}/{page}"

    def with_one_more(name: str) -> int:
        with sqlite_database.transaction() as session:
            leader = cast.therapist(session, people.program, name)
            cast.therapy_group(
                session, people.program, leaders=[leader], meetings=((day, EVENING, 60),)
            )
        with sqlite_database.read() as session, counted(session) as counter:
            assert f"with {name} Marsh" in words(ben.get(url))
        return len(counter)

    one = with_one_more("Lena")
    assert [with_one_more(name) for name in ("Rosa", "Sima", "Tara")] == [one] * 3
    assert one <= 52


@pytest.mark.browser
def test_a_participant_paints_hours_and_ranks_what_they_open(site: Site, people: Cast) -> None:
    later = _second_group(site.database, people)
    context = site.visit_as("Ben", viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto("/me")
    page.get_by_role("link", name="See times that fit").tap()
    page.get_by_role("link", name="Change").tap()
    page.locator('.grid [name="well"][value="1-1080"]').tap()
    expect(page.locator("[data-state]")).to_contain_text("Saved at")
    page.get_by_role("link", name="Times", exact=True).tap()
    expect(page.locator("main")).to_contain_text("Tuesday 6:00–6:30 pm")
    first, second = (
        page.locator(".time-card label").filter(has_text=f"{rank} choice").nth(1)
        for rank in ("First", "Second")
    )
    first.tap()
    second.tap()
    expect(page.get_by_role("radio", name="First choice").nth(1)).not_to_be_checked()
    second.tap()
    expect(page.get_by_role("radio", name="No second choice")).to_be_checked()
    first.tap()
    page.get_by_role("button", name="Save my choices").tap()
    expect(page.get_by_role("status")).to_have_text("Tonight's search tries these first.")
    assert _ranked(site.database) == [later.id]
    context.close()


@pytest.mark.browser
def test_a_participant_asks_to_switch_by_keyboard_alone(site: Site, people: Cast) -> None:
    context = site.visit_as("Ada")
    page = context.new_page()
    page.goto("/me")

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    page.get_by_role("link", name="Ask to change something").focus()
    press("Enter")
    page.get_by_role("link", name="Ask for a change").focus()
    press("Enter")
    page.get_by_role("radio", name="Another time").focus()
    press("Space", "Tab", "ArrowDown", "Tab")
    page.keyboard.type("I work late on Mondays.")
    press("Tab", "Enter")
    expect(page.get_by_role("status")).to_contain_text("We have your request.")
    page.get_by_role("button", name="Take it back").focus()
    press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You have taken your request back.")
    context.close()
