"""Administration: settings, staff and their roles, the governed tables, payers and compacts."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import (
    Account,
    AuditEntry,
    CompactRegion,
    LevelOfCare,
    OutboxMail,
    PayerRule,
    Program,
    ProgramRole,
    Topic,
)
from tests.cast import Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]

SETTINGS = {
    "offer_hours": "48",
    "reminder_hours": "24",
    "publish_offers": "y",
    "name": "Lakeside",
    "timezone": "America/New_York",
    "night_at": "03:30",
    "horizon_weeks": "10",
    "max_moves": "",
    "reserve_at_once": "y",
    "crisis_line": "988",
    "phone": "",
}


@pytest.fixture
def ines(client_of: ClientOf) -> FlaskClient:
    return client_of("Ines")


def test_settings_are_shown_and_saved(
    ines: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    assert 'value="04:15"' in ines.get("/admin/program").text
    ines.post("/admin/program", data=SETTINGS)
    with sqlite_database.read() as session:
        program = session.get_one(Program, people.program.id)
        assert (program.night_at, program.horizon_weeks) == ("03:30", 10)
        assert (program.publish_offers, program.offer_hours) == (True, 48)
        assert (program.max_moves, program.reserve_at_once) == (None, True)


def test_settings_that_make_no_sense_are_shown_together(ines: FlaskClient) -> None:
    wrong = {**SETTINGS, "night_at": "later", "horizon_weeks": "99", "crisis_line": ""}
    answer = ines.post("/admin/program", data=wrong)
    assert answer.status_code == 422
    page = words(answer)
    assert "Write a time of day, like 18:00." in page
    assert "Write a number from 1 to 26." in page
    assert "Write the number of a crisis line." in page


def test_staff_are_invited_and_their_roles_ended(
    ines: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    form = {"name": "Olga Petrova", "email": "olga@example.org", "role": "clinician"}
    page = words(ines.post("/admin/staff/invite", data=form, follow_redirects=True))
    assert "Olga Petrova is invited by mail." in page
    with sqlite_database.read() as session:
        role = session.scalars(
            select(ProgramRole).join(Account).filter_by(name="Olga Petrova")
        ).one()
        mail = session.scalars(select(OutboxMail)).one()
        assert (mail.recipient, mail.template) == ("olga@example.org", "invitation")
    page = words(ines.post(f"/admin/staff/{role.id}/end", follow_redirects=True))
    assert "The role is ended." in page
    with sqlite_database.read() as session:
        assert session.get_one(ProgramRole, role.id).ended_at is not None


def test_an_address_without_an_at_sign_is_no_address(ines: FlaskClient) -> None:
    form = {"name": "Olga", "email": "olga", "role": "clinician"}
    assert "Write an email address" in words(ines.post("/admin/staff/invite", data=form))


def test_a_participants_address_is_not_made_staff(ines: FlaskClient) -> None:
    form = {"name": "Ada", "email": "ada@example.org", "role": "coordinator"}
    answer = ines.post("/admin/staff/invite", data=form)
    assert answer.status_code == 422
    assert "belongs to a participant" in words(answer)


def test_the_last_administrator_stays(
    ines: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.read() as session:
        role = session.scalars(select(ProgramRole).filter_by(account_id=people.ines.id)).one()
    answer = ines.post(f"/admin/staff/{role.id}/end")
    assert answer.status_code == 409
    assert "This is the program's last administrator." in words(answer)


def test_a_role_of_another_program_is_not_found(
    ines: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.read() as session:
        theirs = session.scalars(
            select(ProgramRole).filter_by(program_id=people.other_program.id)
        ).one()
    assert ines.post(f"/admin/staff/{theirs.id}/end").status_code == 404


def test_a_topic_is_added_and_confirmed_by_a_clinician(
    ines: FlaskClient, sqlite_database: Database
) -> None:
    form = {"code": "sleep", "name": "Sleep", "source": "Clinical lead, 2026-11-20"}
    bad = ines.post("/admin/tables/topics/new", data={**form, "code": "Sleep Well", "source": ""})
    assert "Write the source." in words(bad)
    ines.post("/admin/tables/topics/new", data=form)
    taken = ines.post("/admin/tables/topics/new", data=form)
    assert taken.status_code == 422
    ines.post("/admin/tables/topics/sleep", data={**form, "clinician_confirmed": "y"})
    with sqlite_database.read() as session:
        assert session.get_one(Topic, "sleep").clinician_confirmed
        acts = session.scalars(select(AuditEntry.act).filter_by(subject_id="sleep")).all()
        assert sorted(acts) == ["topic.added", "topic.edited"]


def test_a_level_of_care_is_edited_with_its_source(
    ines: FlaskClient, sqlite_database: Database
) -> None:
    url = "/admin/tables/levels/iop-adult"
    assert 'value="540"' in ines.get(url).text
    form = {"name": "IOP", "source": "State rule of 2026", "min_minutes": "600"}
    assert "Write 1 to 7." in words(ines.post(url, data={**form, "min_days": "8"}))
    ines.post(url, data={**form, "min_days": "3", "max_minutes": ""})
    with sqlite_database.read() as session:
        level = session.get_one(LevelOfCare, "iop-adult")
        assert (level.min_minutes, level.max_minutes, level.min_days) == (600, None, 3)


def test_a_row_that_is_not_there_is_not_found(ines: FlaskClient) -> None:
    assert ines.get("/admin/tables/levels/nothing").status_code == 404
    assert ines.get("/admin/tables/nothing/iop-adult").status_code == 404
    assert ines.get("/admin/payers/nothing/end").status_code == 404


def test_a_payer_and_its_rule_are_written_down_and_ended(
    ines: FlaskClient, sqlite_database: Database
) -> None:
    ines.post("/admin/payers/new", data={"code": "acme", "name": "Acme Health"})
    rule = {
        "level_code": "iop-adult",
        "covers_virtual": "y",
        "group_cap": "12",
        "valid_from": "2026-01-01",
        "source": "Contract of 2025-12-01",
    }
    url = "/admin/payers/acme/rules/new"
    backward = ines.post(url, data={**rule, "valid_to": "2025-01-01"})
    assert "Write a date on or after the first one." in words(backward)
    page = words(ines.post(url, data=rule, follow_redirects=True))
    assert "Intensive outpatient, adults Covered 12" in page
    with sqlite_database.read() as session:
        row = session.scalars(select(PayerRule).filter_by(payer_code="acme")).one()
    ines.post(f"/admin/payers/{row.id}/end", data={"last_on": "2026-12-31"})
    with sqlite_database.read() as session:
        assert session.get_one(PayerRule, row.id).valid_to == date(2026, 12, 31)


def test_a_compact_in_operation_is_written_down_once(
    ines: FlaskClient, sqlite_database: Database
) -> None:
    form = {
        "compact": "psypact",
        "region": "NY",
        "valid_from": "2026-11-01",
        "source": "PSYPACT map, 2026-11-01",
    }
    ines.post("/admin/compacts/new", data=form)
    again = ines.post("/admin/compacts/new", data=form)
    assert again.status_code == 422
    with sqlite_database.read() as session:
        rows = session.scalars(select(CompactRegion).filter_by(region="NY")).all()
        assert [row.compact for row in rows] == ["psypact"]


def test_administrators_see_no_people_and_coordinators_no_settings(
    ines: FlaskClient, client_of: ClientOf, people: Cast
) -> None:
    assert ines.get(f"/people/{people.ada.id}").status_code == 403
    assert ines.get("/morning").status_code == 403
    assert ines.get("/").location == "/reports"
    mara = client_of("Mara")
    assert mara.get("/admin/program").status_code == 403
    assert "Admin" not in mara.get("/people").text


def test_names_of_invited_staff_are_theirs_alone(
    ines: FlaskClient, sqlite_database: Database
) -> None:
    form = {"name": "Olga", "email": "mara@example.org", "role": "admin"}
    ines.post("/admin/staff/invite", data=form)
    with sqlite_database.read() as session:
        account = session.scalars(select(Account).filter_by(email="mara@example.org")).one()
        assert account.name == "Mara"
