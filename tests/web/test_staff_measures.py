"""Staff write questionnaires down, and read what became of them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import MeasureScore
from tests.cast import Cast
from tests.web.pages import words


@pytest.fixture
def mara(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("Mara")


def sheet(*answers: int, day: str = "2026-11-20") -> dict[str, str]:
    """A questionnaire as the form sends it."""
    items = {f"item_{number}": str(answer) for number, answer in enumerate(answers, start=1)}
    return {"taken_on": day, **items}


def test_answers_become_a_score_in_its_band_with_its_change(
    mara: FlaskClient, people: Cast
) -> None:
    url = f"/people/{people.ben.id}/measures/gad-7/new"
    assert "Feeling nervous, anxious or on edge" in words(mara.get(url))
    mara.post(url, data=sheet(1, 1, 1, 1, 1, 1, 0, day="2026-11-06"))
    page = words(mara.post(url, data=sheet(2, 2, 2, 2, 1, 1, 1), follow_redirects=True))
    assert "11 of 21 moderate" in page
    assert "5 points worse" in page
    assert "Talk about a measure that changed" in page
    assert "Measures that changed" in words(mara.get("/morning"))


def test_an_alarming_answer_is_told_at_once_with_the_crisis_line(
    mara: FlaskClient, people: Cast
) -> None:
    url = f"/people/{people.ben.id}/measures/phq-9/new"
    answer = mara.post(url, data=sheet(0, 0, 0, 0, 0, 0, 0, 0, 1), follow_redirects=True)
    page = words(answer)
    assert "Safety flag since" in page
    assert "a task is open for today. In danger, call 988." in page
    assert "due Nov 22" in page
    assert "Due Sunday" in words(mara.get("/morning"))


def test_an_item_that_is_left_out_is_asked_for(mara: FlaskClient, people: Cast) -> None:
    answer = mara.post(f"/people/{people.ben.id}/measures/gad-7/new", data=sheet(1, 1))
    assert answer.status_code == 422
    assert words(answer).count("Choose an answer.") >= 5


def test_a_mistake_is_taken_back_with_a_reason(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    mara.post(f"/people/{people.ben.id}/measures/gad-7/new", data=sheet(1, 1, 1, 1, 1, 1, 1))
    with sqlite_database.read() as session:
        score = session.scalars(select(MeasureScore)).one()
    url = f"/people/measures/{score.id}/withdraw"
    page = words(mara.post(url, data={"reason": "Another sheet"}, follow_redirects=True))
    assert "Nothing is written down yet." in page
    assert "Measure taken back" in page
    assert mara.get("/people/measures/none/withdraw").status_code == 404


def test_there_is_no_page_for_an_instrument_without_a_key(mara: FlaskClient, people: Cast) -> None:
    assert mara.get(f"/people/{people.ben.id}/measures/phq-2/new").status_code == 404
