"""My hours: painted, written, copied, confirmed, taken back; and the days away."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.records import Fit, Participant
from groupmatch.services.hours.availability import Span, weekly
from tests import cast
from tests.cast import FRIDAY, MONDAY, NOW, SATURDAY, TODAY, TUESDAY, WEDNESDAY, Cast
from tests.queries import counted
from tests.web.pages import words


@pytest.fixture
def ben(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("Ben")


def _stored(database: Database, people: Cast) -> list[Span]:
    with database.read() as session:
        return weekly(session, session.get_one(Participant, people.ben.id))


def test_painted_hours_are_stored(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    ben.post("/me/hours", data={"well": ["0-1080", "0-1110"], "if_needed": ["5-540"]})
    assert _stored(sqlite_database, people) == [
        Span(MONDAY, 1080, 1140),
        Span(SATURDAY, 540, 570, Fit.IF_NEEDED),
    ]
    page = words(ben.get("/me/hours"))
    assert "Monday 6:00–7:00 pm works well" in page
    assert "Saturday 9:00–9:30 am if needed" in page
    assert "You last confirmed your hours on Sunday, November 22, 2026." in page


def test_presets_are_stored_with_what_was_painted(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    ben.post("/me/hours", data={"well": ["0-480"], "preset": "weekends"})
    assert [span.weekday for span in _stored(sqlite_database, people)] == [0, 5, 6]
    ben.post("/me/hours", data={"well": ["0-480"], "preset": "nothing"})
    assert _stored(sqlite_database, people) == []


def test_a_day_is_copied_to_the_days_that_are_named(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    sent = {"well": ["0-480", "1-600"], "copy": "yes", "copy_from": "0", "copy_to": ["1", "4"]}
    ben.post("/me/hours", data=sent)
    days = (MONDAY, TUESDAY, FRIDAY)
    assert _stored(sqlite_database, people) == [Span(day, 480, 510) for day in days]


def test_a_cell_outside_of_the_grid_changes_nothing(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    before = _stored(sqlite_database, people)
    for path in ("/me/hours", "/me/hours/autosave"):
        assert ben.post(path, data={"well": ["9-1080"]}).status_code == 400
    assert _stored(sqlite_database, people) == before


def test_what_is_painted_is_saved_meanwhile_and_told_in_words(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    answer = ben.post("/me/hours/autosave", data={"well": ["1-480"]})
    assert "Saved at 1:00 pm EST" in answer.text
    assert "Tuesday 8:00–8:30 am" in answer.text
    assert "<html" not in answer.text
    assert _stored(sqlite_database, people) == [Span(TUESDAY, 480, 510)]


def test_the_last_change_is_taken_back_and_a_second_undo_takes_that_back(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    assert "data-undo hidden" in ben.get("/me/hours").text
    before = _stored(sqlite_database, people)
    ben.post("/me/hours/undo")
    assert _stored(sqlite_database, people) == before
    ben.post("/me/hours", data={"preset": "nothing"})
    ben.post("/me/hours/confirm")
    assert "data-undo hidden" not in ben.get("/me/hours").text
    page = words(ben.post("/me/hours/undo", follow_redirects=True))
    assert "Your hours are as they were before." in page
    assert _stored(sqlite_database, people) == before
    ben.post("/me/hours/undo")
    assert _stored(sqlite_database, people) == []


def test_a_time_is_added_to_several_days_and_what_is_written_last_holds(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    ben.post(
        "/me/hours/times",
        data={"days": ["0", "2"], "start": "19:00", "end": "20:15", "fit": "if_needed"},
    )
    assert _stored(sqlite_database, people) == [
        Span(MONDAY, 1080, 1140),
        Span(MONDAY, 1140, 1215, Fit.IF_NEEDED),
        Span(MONDAY, 1215, 1260),
        Span(WEDNESDAY, 1140, 1215, Fit.IF_NEEDED),
    ]


def test_a_line_is_written_anew_and_removed(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    line = {"was": "0-1080-1260", "days": "0", "start": "17:00", "end": "00:00"}
    ben.post("/me/hours/times", data={**line, "fit": "works_well"})
    assert _stored(sqlite_database, people) == [Span(MONDAY, 1020, 1440)]
    assert 'value="17:00"' in ben.get("/me/hours").text
    ben.post("/me/hours/times/remove", data={"was": "0-1080-1260"})
    assert len(_stored(sqlite_database, people)) == 1
    ben.post("/me/hours/times/remove", data={"was": "0-1020-1440"})
    assert _stored(sqlite_database, people) == []


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({}, "Choose at least one day."),
        ({"days": "0"}, "Write when it starts."),
        ({"days": "0", "start": "18:00", "end": "17:00"}, "The end is before the start."),
        ({"days": "0", "start": "18:00", "end": "18:00"}, "The end is before the start."),
        ({"days": "9", "start": "18:00", "end": "19:00"}, "Choose one from the list."),
        ({"days": "0", "start": "6 pm", "end": "19:00"}, "Write a time of day, like 18:00."),
        ({"days": "0", "start": "18:00", "end": " "}, "Write a time of day, like 18:00."),
    ],
)
def test_a_time_that_cannot_be_is_explained_at_its_field_and_above(
    ben: FlaskClient, people: Cast, sqlite_database: Database, sent: dict[str, str], problem: str
) -> None:
    before = _stored(sqlite_database, people)
    answer = ben.post("/me/hours/times", data={"fit": "works_well", **sent})
    assert answer.status_code == 422
    assert words(answer).count(problem) == 2
    assert _stored(sqlite_database, people) == before


def test_hours_say_when_clocks_change(ben: FlaskClient) -> None:
    page = words(ben.get("/me/hours"))
    assert "All times are in New York time, where it is 1:00 pm EST now." in page
    assert "On Sunday, March 14 clocks go forward" in page


def test_hours_tell_of_a_seat_whose_hour_moves_with_another_clock(
    client_of: Callable[[str], FlaskClient],
    people: Cast,
    sqlite_database: Database,
    clock_at_now: time_machine.Traveller,
) -> None:
    """Arizona keeps its clocks when New York, where the group meets, changes them."""
    clock_at_now.move_to(NOW + timedelta(weeks=14))
    ada = client_of("Ada")
    moves = "The group goes by New York time."
    assert moves not in words(ada.get("/me/hours"))
    with sqlite_database.transaction() as session:
        session.get_one(Participant, people.ada.id).timezone = "America/Phoenix"
    page = words(ada.get("/me/hours"))
    assert "it is Monday 3:00–4:00 pm (MST) for you" in page
    assert moves in page


@pytest.mark.parametrize(
    ("open_groups", "sentence"),
    [
        (0, "No open time fits these hours yet."),
        (1, "These hours fit a few open times."),
        (4, "These hours fit a few open times."),
        (5, "These hours fit 5 open times."),
    ],
)
def test_how_many_times_fit_is_told_but_never_a_small_number(
    ben: FlaskClient, people: Cast, sqlite_database: Database, open_groups: int, sentence: str
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(cast.Group, people.group.id).max_size = 1
        for _ in range(open_groups):
            cast.therapy_group(session, people.program, leaders=[people.cleo])
    told = " ".join(ben.get("/me/hours/fits").text.replace("<strong>", "").split())
    assert told.replace("</strong>", "").startswith(sentence)


def test_hours_that_are_old_are_asked_about_and_confirmed_at_once(
    ben: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    assert "Are they still right?" not in words(ben.get("/me"))
    with sqlite_database.transaction() as session:
        person = session.get_one(Participant, people.ben.id)
        person.availability_confirmed_on = TODAY - timedelta(days=120)
    before = _stored(sqlite_database, people)
    assert "You last told us your hours 4 months ago." in words(ben.get("/me"))
    ben.post("/me/hours/confirm")
    assert "Are they still right?" not in words(ben.get("/me"))
    assert _stored(sqlite_database, people) == before


def test_days_away_are_added_shown_and_removed(ben: FlaskClient) -> None:
    dates = {"first_on": "2026-12-24", "last_on": "2026-12-26", "note": "Family"}
    page = words(ben.post("/me/hours/away", data=dates, follow_redirects=True))
    assert "Thursday, December 24 to Saturday, December 26 Family" in page
    html = ben.get("/me/hours").text
    remove = html.split('action="/me/hours/away/')[1].split('"')[0]
    page = words(ben.post(f"/me/hours/away/{remove}", follow_redirects=True))
    assert "December 24" not in page


@pytest.mark.parametrize(
    ("first_on", "last_on", "problem"),
    [
        ("2026-12-26", "2026-12-24", "The last day is before the first."),
        ("2026-11-01", "2026-11-02", "These days are over."),
        ("", "", "Choose the first day."),
    ],
)
def test_days_away_that_cannot_be_are_explained(
    ben: FlaskClient, first_on: str, last_on: str, problem: str
) -> None:
    answer = ben.post("/me/hours/away", data={"first_on": first_on, "last_on": last_on})
    assert answer.status_code == 422
    assert problem in words(answer)


@pytest.mark.parametrize(("url", "most"), [("/me/hours", 18), ("/me/hours/fits", 52)])
def test_pages_of_hours_take_few_queries(
    ben: FlaskClient, people: Cast, sqlite_database: Database, url: str, most: int
) -> None:
    with sqlite_database.transaction() as session:
        for _ in range(6):
            cast.therapy_group(session, people.program, leaders=[people.cleo])
    with sqlite_database.read() as session, counted(session) as counter:
        ben.get(url)
    assert len(counter) <= most
