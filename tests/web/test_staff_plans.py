"""Staff set the end of an intensive week, and a clinician reserves the seat that follows."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import Plan, Request
from tests.cast import TODAY, Cast
from tests.services.test_plans import ENDS_ON, intensive
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def plan(people: Cast, sqlite_database: Database) -> Plan:
    with sqlite_database.transaction() as session:
        session.add_all([people.ben, people.program, people.cleo])
        return intensive(session, people)


def test_a_plan_gets_a_last_date_and_shows_its_clinical_hours(
    client_of: ClientOf, plan: Plan, people: Cast
) -> None:
    mara, url = client_of("Mara"), f"/people/plans/{plan.id}/edit"
    page = words(mara.get(url))
    assert "1 of 1 seat, 7 h 30 min on 3 days a week." in page
    assert "The level asks for 9 h to 19 h on 3 days or more." in page
    form = {"ends_on": ENDS_ON.isoformat(), "taper_weeks": "3"}
    answer = mara.post(url, data=form)
    assert "A taper takes at most 2 weeks." in words(answer)
    page = words(mara.post(url, data={**form, "taper_weeks": "2"}, follow_redirects=True))
    assert "part of a plan until Dec 18" in page
    assert "reserve the seat that follows" not in page


def test_a_clinician_reserves_the_seat_that_follows(
    client_of: ClientOf, plan: Plan, people: Cast, sqlite_database: Database
) -> None:
    nora, url = client_of("Nora"), f"/people/plans/{plan.id}/step-down"
    form = {"first": "anxiety-depression", "level_code": "outpatient", "kind": "group"}
    answer = nora.post(url, data=form)
    assert "This plan has no last date yet." in words(answer)
    with sqlite_database.transaction() as session:
        session.get_one(Plan, plan.id).ends_on = TODAY
    page = words(nora.post(url, data=form, follow_redirects=True))
    assert "The seat is looked for ahead, and held until the plan ends." in page
    assert "reserved ahead, from Nov 23" in page
    with sqlite_database.read() as session:
        asked = session.scalars(select(Request).where(Request.needed_from.is_not(None))).one()
        assert asked.urgency == "step_down"
    assert client_of("Mara").get(url).status_code == 403
