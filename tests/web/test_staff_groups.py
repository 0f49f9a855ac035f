"""Staff and groups: the table, a group's page, making, changing, closing and ending one."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from groupmatch.database import Database
from groupmatch.records import Admission, Group, GroupStatus, Seat, SeatState
from groupmatch.services.spreadsheets import import_rows
from tests import cast as made
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


def group_form(people: Cast, **changes: object) -> dict[str, object]:
    """A complete answer to the form of a group."""
    return {
        "name": "Evening anger",
        "topic_code": "anger",
        "level_code": "outpatient",
        "kind": "group",
        "timezone": "America/Chicago",
        "meetings": "Tue 18:00-19:30",
        "leader": people.cleo.id,
        "min_size": "4",
        "max_size": "8",
        "held_seats": "1",
        "admission": "rolling",
        "status": "running",
        "requires": "gender=woman",
        "limits": "condition=bpd max 2",
        "attributes": "modality=CBT",
        **changes,
    }


def test_the_table_shows_sizes_hours_and_who_waits(mara: FlaskClient, people: Cast) -> None:
    page = words(mara.get("/groups"))
    assert "Anxiety and depression Mon 6:00–7:00 pm EST Cleo Marsh 1 of 8 1 8 – 7 1 –" in page


def test_filters_and_order_stand_in_the_address(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        made.therapy_group(session, people.program, leaders=[], name="Thin", min_size=5)
    assert "Thin" in words(mara.get("/groups?below=yes"))
    assert "2 groups." in words(mara.get("/groups"))
    assert "1 group." in words(mara.get("/groups?below=yes"))
    answer = mara.get("/groups?sort=gap&order=desc")
    assert 'aria-sort="descending"' in answer.text
    assert answer.text.index("Thin") < answer.text.index("Anxiety and depression</a>")


def test_an_address_that_makes_no_sense_shows_the_whole_table(mara: FlaskClient) -> None:
    assert mara.get("/groups?status=odd&sort=odd&page=-3").status_code == 200


def test_a_group_is_made_with_its_hour_leaders_and_limits(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    answer = mara.post("/groups/new", data=group_form(people), follow_redirects=True)
    page = words(answer)
    assert "Tue 7:00–8:30 pm EST (Tue 6:00–7:30 pm CST on its own clock)" in page
    assert "Only gender woman" in page
    assert "At most 2 condition bpd" in page
    with sqlite_database.read() as session:
        group = session.scalars(select(Group).filter_by(name="Evening anger")).one()
        assert [leader.therapist_id for leader in group.leaders] == [people.cleo.id]
        assert (group.held_seats, group.alternative_key) == (1, None)


def test_every_problem_of_the_form_is_shown_at_its_field(mara: FlaskClient, people: Cast) -> None:
    answer = mara.post(
        "/groups/new",
        data=group_form(
            people,
            name=" ",
            meetings="soon",
            leader="",
            second=people.cleo.id,
            min_size="9",
            max_size="8",
            held_seats="few",
            limits="bpd",
            requires="woman",
            entries="tomorrow",
        ),
    )
    assert answer.status_code == 422
    page = words(answer)
    for sentence in (
        "Write a name.",
        "“soon” is not a day and hours",
        "Choose who leads.",
        "Write at least as many as the fewest members.",
        "Write a whole number.",
        "“bpd” is not a limit; write it as condition=bpd max 2.",
        "“woman” is not an attribute; write it as gender=woman.",
        "“tomorrow” is not a date; write it as 2026-12-31.",
    ):
        # Once in the summary, once at the field.
        assert page.count(sentence) == 2, sentence


def test_nobody_leads_a_group_twice(mara: FlaskClient, people: Cast) -> None:
    answer = mara.post("/groups/new", data=group_form(people, second=people.cleo.id))
    assert "Choose somebody else than the one who leads." in words(answer)


def test_what_only_the_service_knows_is_shown_above_the_fields(
    mara: FlaskClient, people: Cast
) -> None:
    meetings = "Tue 18:00-19:30; Tue 19:00-20:00"
    answer = mara.post("/groups/new", data=group_form(people, kind="individual"))
    assert answer.status_code == 422
    assert "An individual hour has one seat." in words(answer)
    answer = mara.post("/groups/new", data=group_form(people, meetings=meetings))
    assert "Two meetings of this group overlap." in words(answer)


def test_a_group_is_changed_and_its_members_stay(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/groups/{people.group.id}/edit"
    assert "Mon 18:00-19:00" in mara.get(url).text
    form = group_form(people, name="Renamed", requires="", min_size="1")
    page = words(mara.post(url, data=form, follow_redirects=True))
    assert "Renamed" in page
    assert "Ada Quill" in page
    assert "name Anxiety and depression → Renamed" in page
    with sqlite_database.read() as session:
        assert session.get_one(Seat, people.ada_seat.id).state == SeatState.ACTIVE


def test_a_group_is_closed_to_newcomers(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    mara.post(f"/groups/{people.group.id}/close")
    with sqlite_database.read() as session:
        assert session.get_one(Group, people.group.id).admission == Admission.CLOSED


def test_a_group_is_set_to_end_on_a_date_ahead(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/groups/{people.group.id}/end"
    past = mara.post(url, data={"last_on": "2026-11-01", "reason": "Too few"})
    assert "The last date is over." in words(past)
    page = words(
        mara.post(url, data={"last_on": "2026-12-14", "reason": "Too few"}, follow_redirects=True)
    )
    assert "meets for the last time by Monday, December 14, 2026" in page
    with sqlite_database.read() as session:
        assert session.get_one(Group, people.group.id).status == GroupStatus.ENDING


def test_the_groups_page_shows_its_roster_with_each_members_own_hour(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        person = session.get_one(type(people.ada), people.ada.id)
        person.timezone = "America/Los_Angeles"
    page = words(mara.get(f"/groups/{people.group.id}"))
    assert "Ada Quill Oct 5 Mon 3:00–4:00 pm PST Active" in page


def test_a_clinician_reads_groups_and_changes_none(client_of: ClientOf, people: Cast) -> None:
    nora = client_of("Nora")
    page = nora.get(f"/groups/{people.group.id}")
    assert page.status_code == 200
    assert "/edit" not in page.text
    assert nora.post(f"/groups/{people.group.id}/close").status_code == 403


def test_the_week_shows_each_meeting_at_its_hour_and_day(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    _two_days_a_week(sqlite_database, people)
    rows = _calendar(mara.get("/groups/week"))
    assert "Track" in rows["9 am"][0]
    assert "Track" in rows["9 am"][2]
    assert not rows["9 am"][1]
    assert "6:00–7:00 pm Anxiety and depression" in rows["6 pm"][0]
    assert "Sunday" not in words(mara.get("/groups/week"))
    assert "No group fits these filters." in words(mara.get("/groups/week?topic=anger"))


def test_an_hour_of_the_week_narrows_the_table(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    _two_days_a_week(sqlite_database, people)
    page = words(mara.get("/groups?hour=2-9"))
    assert "1 group." in page
    assert "Those that begin on Wednesday from 9 am on." in page
    assert "2 groups." in words(mara.get("/groups?hour=9-99"))


def test_demand_is_shown_by_hour_and_by_topic(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        for name in ("Eve", "Fay"):
            made.request(session, made.participant(session, people.program, name))
        session.get_one(Group, people.group.id).max_size = 3
    answer = mara.get("/groups/demand")
    rows = _calendar(answer)
    assert rows["6 pm"][0] == "1 3 for 2"
    assert rows["7 pm"][0] == "3 3 for 0"
    assert 'class="shade-4"' in answer.text
    assert "Anxiety and depression 3 2 1" in words(answer)
    assert "Nobody waits for this." in words(mara.get("/groups/demand?topic=anger"))


def test_a_group_that_was_made_smaller_than_it_is_says_what_that_means(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        for name in ("Eve", "Fay"):
            asked = made.request(session, made.participant(session, people.program, name))
            made.seat(session, asked, people.group)
        session.get_one(Group, people.group.id).max_size = 3
    address = f"/groups/{people.group.id}"
    assert "more than" not in words(mara.get(address))
    with sqlite_database.transaction() as session:
        session.get_one(Group, people.group.id).max_size = 1
    told = "2 members more than it may have now."
    assert told in words(mara.get(address))


def _two_days_a_week(database: Database, people: Cast) -> None:
    with database.transaction() as session:
        made.therapy_group(
            session,
            people.program,
            leaders=[],
            name="Track",
            meetings=((made.MONDAY, 540, 60), (made.WEDNESDAY, 540, 60)),
        )


def _calendar(answer: TestResponse) -> dict[str, list[str]]:
    """What the calendar's cells say, by hour, from Monday on."""
    (table,) = re.findall(r'<table class="calendar.*?</table>', answer.text, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    said = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    plain = [[" ".join(re.sub(r"<.*?>", "", cell).split()) for cell in row] for row in said]
    return {hour: cells for hour, *cells in plain}


@pytest.mark.parametrize("kind", ["people", "groups", "therapists"])
def test_tables_are_kept_as_files_that_an_import_reads(
    mara: FlaskClient, people: Cast, sqlite_database: Database, kind: str
) -> None:
    answer = mara.get(f"/{kind}/export.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={kind}.csv"
    with sqlite_database.transaction() as session:
        program = session.get_one(type(people.program), people.program.id)
        report = import_rows(session, program, kind, answer.data)
        assert not report.problems
