"""Imports: compared by id, all or nothing, with every problem told at once."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import (
    AuditEntry,
    Gate,
    GateKind,
    Group,
    Participant,
    Plan,
    Program,
    Request,
    Seat,
    SeatState,
    Task,
    Therapist,
)
from groupmatch.resources import shipped
from groupmatch.services import spreadsheets
from groupmatch.services.care import discharge, gates
from groupmatch.services.groups.group_parts import MeetingTime, parts_of
from groupmatch.services.programs import programs
from groupmatch.services.requests import requests
from groupmatch.services.spreadsheets import KINDS, Report
from tests.cast import TODAY, Cast, make_cast
from tests.stage import Scene, Stage


def _import_samples(session: Session) -> None:
    made = programs.create_program(session, name="Sampled", timezone="America/New_York", by=None)
    for kind in KINDS:
        assert _imported(session, made, kind, _sample(kind)).problems == ()


@pytest.fixture(scope="module")
def _samples(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene[None]:
    folder = tmp_path_factory.mktemp("imported")
    return Scene(_migrated_file, folder / "samples.sqlite3", _import_samples)


@pytest.fixture
def sqlite_database(_stage: Stage, _samples: Scene[None]) -> Database:
    """A database with a program into which the shipped samples have been imported."""
    _samples.set(_stage)
    return _stage.database


@pytest.fixture
def cast(session: Session) -> Cast:
    """The fixed cast beside the samples."""
    return make_cast(session)


@pytest.fixture
def program(session: Session) -> Program:
    """The program of the samples."""
    return session.scalars(select(Program).where(Program.name == "Sampled")).one()


def _sample(kind: str) -> str:
    return (shipped("config") / "samples" / f"{kind}.csv").read_text(encoding="utf-8")


def _imported(session: Session, program: Program, kind: str, text: str) -> Report:
    return spreadsheets.import_rows(session, program, kind, text.encode())


def _person(session: Session, key: str) -> Participant:
    return session.scalars(select(Participant).where(Participant.external_id == key)).one()


def _told(report: Report) -> list[str]:
    return [str(problem) for problem in report.problems]


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_import_changes_nothing(session: Session, program: Program, kind: str) -> None:
    audited = session.scalar(select(func.count()).select_from(AuditEntry))
    report = _imported(session, program, kind, _sample(kind))
    rows = len(_sample(kind).splitlines()) - 1
    assert (report.new, report.changed, report.same) == (0, 0, rows)
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == audited


def test_every_problem_is_told_by_row_and_column(session: Session, program: Program) -> None:
    report = _imported(
        session,
        program,
        "people",
        "id;First Name;last_name;timezone;region;availability\n"
        "P-90;Nia;;America/New_York;Ontarioo;Mon 18:00-21:00\n"
        "P-91;Noor;Haddad;Eastern;NY;soon; Mon\n",
    )
    assert [(each.row, each.column) for each in report.problems] == [
        (2, "last_name"),
        (2, "region"),
        (3, None),
        (3, "timezone"),
        (3, "availability"),
    ]
    assert _told(report)[0] == "row 2, column last_name: this cell must not be empty"
    assert "did you mean “Ontario”" in _told(report)[1]


def test_an_unknown_column_is_told_with_the_nearest(session: Session, program: Program) -> None:
    report = _imported(session, program, "people", "id,first_nam,last_name,timezone,last_name\n")
    assert [each.split(";")[0] for each in _told(report)] == [
        "row 1, column first_nam: there is no such column",
        "row 1, column last_name: this column is there twice",
        "row 1, column first_name: this column is missing",
        "row 1, column region: this column is missing",
    ]
    assert "it holds: The state they are in" in _told(report)[3]
    assert "did you mean “first_name”" in _told(report)[0]


def test_a_file_that_is_no_table_is_one_problem(session: Session, program: Program) -> None:
    assert _told(_imported(session, program, "people", "\0")) == [
        "This is no text. Save the sheet as CSV."
    ]


def test_a_row_that_repeats_another_is_told(session: Session, program: Program) -> None:
    header, *rows = _sample("apart").splitlines()
    swapped = "P-08,P-07,conflict,"
    report = _imported(session, program, "apart", "\n".join([header, *rows, swapped]))
    assert _told(report) == ["row 4: this repeats row 2"]


def test_columns_that_the_file_lacks_stay_as_they_are(session: Session, program: Program) -> None:
    text = "id,first_name,last_name,timezone,region\nP-01,Ada,Quill,America/Chicago,IL\n"
    report = _imported(session, program, "people", text)
    assert [change.columns for change in report.changes] == [("timezone", "region")]
    ada = _person(session, "P-01")
    assert (ada.region, ada.email) == ("IL", "ada.quill@example.org")


def test_an_empty_cell_empties_what_is_stored(session: Session, program: Program) -> None:
    header = "id,first_name,last_name,timezone,region,phone,payer"
    text = f"{header}\nP-01,Ada,Quill,America/New_York,NY,,\n"
    report = _imported(session, program, "people", text)
    assert [change.columns for change in report.changes] == [("phone", "payer")]
    ada = _person(session, "P-01")
    assert (ada.phone, ada.payer_code) == ("", None)


def test_hours_and_gates_come_with_the_people(session: Session, program: Program) -> None:
    found = session.scalars(select(Participant).order_by(Participant.external_id)).all()
    closed = gates.closed_gates(session, found, TODAY)
    by_key = {person.external_id: closed.get(person.id) for person in found}
    assert {key: codes for key, codes in by_key.items() if codes} == {"P-09": ("consent",)}
    level = session.scalars(
        select(Gate).where(
            Gate.participant_id == _person(session, "P-05").id, Gate.level_code != ""
        )
    ).one()
    assert (level.level_code, level.valid_to) == ("iop-adult", date(2027, 1, 15))


def test_people_are_where_an_import_says_they_are_unless_it_says_no(
    session: Session, program: Program
) -> None:
    header = "id,first_name,last_name,timezone,region,location"
    ada = "P-01,Ada,Quill,America/New_York"
    assert _location(session) == "NY"
    assert _imported(session, program, "people", f"{header}\n{ada},NY,yes\n").same == 1
    _imported(session, program, "people", f"{header}\n{ada},NY,no\n")
    assert _location(session) is None
    _imported(session, program, "people", f"{header}\n{ada},NJ,\n")
    assert _location(session) == "NJ"


def _location(session: Session) -> str | None:
    """The region that Ada's location is confirmed for at present."""
    ada = _person(session, "P-01")
    found = select(Gate).filter_by(participant_id=ada.id, kind=GateKind.LOCATION)
    gate = session.scalars(found).one()
    return gate.region if gate.holds(TODAY) and gate.region == ada.region else None


def test_a_consent_that_is_taken_back_closes_the_gate(session: Session, program: Program) -> None:
    text = _sample("people").replace("Thu 12:00-14:00,yes", "Thu 12:00-14:00,no")
    assert _imported(session, program, "people", text).changed == 1
    assert gates.closed_gates(session, [_person(session, "P-01")], TODAY)
    assert _imported(session, program, "people", text).changed == 0


def test_an_import_raises_the_safety_flag_and_never_lowers_it(
    session: Session, program: Program
) -> None:
    raised = _sample("people").replace(
        "outpatient until 2027-02-28,no", "outpatient until 2027-02-28,yes"
    )
    assert _imported(session, program, "people", raised).changed == 1
    carmen = _person(session, "P-03")
    assert carmen.safety_flag_since is not None
    assert session.scalars(select(Task.participant_id)).all() == [carmen.id]
    assert _imported(session, program, "people", _sample("people")).changed == 0
    assert carmen.safety_flag_since is not None


def test_a_person_who_was_discharged_is_not_taken_in_again(
    session: Session, program: Program, cast: Cast
) -> None:
    person = _person(session, "P-10")
    chosen = discharge.all_today(session, person)
    discharge.discharge_participant(
        session, person, last_dates=chosen, by=cast.mara.id, reason="completed"
    )
    report = _imported(session, program, "people", _sample("people"))
    assert _told(report) == [
        "row 11: this person was discharged here; take the row out, or give a new id"
    ]


def test_licenses_are_prolonged_ended_and_added(session: Session, program: Program) -> None:
    text = _sample("therapists").replace("CA; AZ until 2027-03-31", "CA until 2027-06-30; TX")
    assert _imported(session, program, "therapists", text).changed == 1
    assert _imported(session, program, "therapists", text).changed == 0
    lucia = session.scalars(select(Therapist).where(Therapist.external_id == "T-3")).one()
    held = {each.region: each.valid_to for each in lucia.licenses}
    assert held == {"CA": date(2027, 6, 30), "AZ": date(2026, 11, 21), "TX": None}


def test_a_groups_meetings_and_leaders_change_with_its_row(
    session: Session, program: Program
) -> None:
    text = _sample("groups").replace("Mon 18:00-19:00,T-1,4,8", "Tue 19:30-20:30,T-2,4,9")
    report = _imported(session, program, "groups", text)
    assert [change.columns for change in report.changes] == [("meetings", "leaders", "max_size")]
    group = session.scalars(select(Group).where(Group.external_id == "G-1")).one()
    assert parts_of(group).meetings == [MeetingTime(1, 1170, 60)]
    assert [each.therapist.external_id for each in group.leaders if each.lasts] == ["T-2"]


def test_what_a_service_refuses_is_told_by_row(session: Session, program: Program) -> None:
    text = _sample("groups").replace("T-1,4,8,0", "T-1,9,8,0")
    (told,) = _told(_imported(session, program, "groups", text))
    assert told.startswith("row 2: The minimum is at least 0 and at most the maximum")


def test_requests_of_one_plan_belong_together(session: Session, program: Program) -> None:
    plan = session.scalars(select(Plan)).one()
    assert plan.external_id == "WEEK-1"
    assert {request.external_id for request in plan.requests} == {"R-05", "R-06"}
    text = _sample("requests").replace("R-06,P-05,", "R-06,P-06,")
    report = _imported(session, program, "requests", text)
    assert _told(report) == [
        "row 7, column participant: this differs from another row of the plan “WEEK-1”"
    ]


def test_bounds_of_a_plan_are_the_plans(session: Session, program: Program) -> None:
    lines = _sample("requests").splitlines()
    for number in (5, 6):
        lines[number] = lines[number].removesuffix(",,,,") + ",480,,,"
    assert _imported(session, program, "requests", "\n".join(lines)).changed == 2
    assert session.scalars(select(Plan.min_minutes)).all() == [480]
    lines[1] = lines[1].removesuffix(",,,,") + ",480,,,"
    (told,) = _told(_imported(session, program, "requests", "\n".join(lines)))
    assert told == "row 2, column plan_min_minutes: there is no plan in this row"


def test_a_plan_of_another_person_is_not_joined(session: Session, program: Program) -> None:
    header = _sample("requests").splitlines()[0]
    row = "R-99,P-01,WEEK-1,cbt,iop-adult,group,routine,,,,,,,,,"
    report = _imported(session, program, "requests", f"{header}\n{row}\n")
    assert _told(report) == [
        "row 2: the plan “WEEK-1” is another person's; name this one differently"
    ]


def test_what_cannot_change_is_told(session: Session, program: Program) -> None:
    text = _sample("requests").replace("R-02,P-02", "R-02,P-03")
    assert _told(_imported(session, program, "requests", text)) == [
        "row 3: “participant” is “P-02” here and cannot change; keep it, or add a row with a new id"
    ]


def test_waiting_since_stays_where_the_cell_is_empty(session: Session, program: Program) -> None:
    text = _sample("requests").replace("2026-08-03", "")
    assert _imported(session, program, "requests", text).changed == 0


def test_a_closed_request_is_not_opened_again(
    session: Session, program: Program, cast: Cast
) -> None:
    request = session.scalars(select(Request).where(Request.external_id == "R-02")).one()
    requests.close_request(session, request, by=cast.mara.id, reason="withdrew")
    report = _imported(session, program, "requests", _sample("requests"))
    assert _told(report) == [
        "row 3: this request is closed here; take the row out, or give a new id"
    ]


def test_seats_are_never_oversold_by_an_import(session: Session, program: Program) -> None:
    alone = "request,group\nR-05,G-5\nR-06,G-5\n"
    (told,) = _told(_imported(session, program, "seats", alone))
    assert told.startswith("row 3: ")
    held = select(Seat).where(Seat.state != SeatState.ENDED)
    groups = [seat.group.external_id for seat in session.scalars(held)]
    assert groups.count("G-5") == 1


def test_without_the_check_an_import_would_oversell(
    session: Session, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groupmatch.services.seats.seats.free_seats", lambda *arguments: 1)
    monkeypatch.setattr("groupmatch.services.seats.seats._is_member", lambda *arguments: False)
    text = "request,group\nR-02,G-5\nR-03,G-5\n"
    assert _imported(session, program, "seats", text).problems == ()
    held = select(Seat).where(Seat.state != SeatState.ENDED)
    groups = [seat.group.external_id for seat in session.scalars(held)]
    assert groups.count("G-5") == 2


def test_a_move_is_made_in_the_application(session: Session, program: Program) -> None:
    text = _sample("seats").replace("R-01,G-1", "R-01,G-2")
    (told,) = _told(_imported(session, program, "seats", text))
    assert told.startswith("row 2: “group” is “G-1” here and cannot change")


def test_a_seat_can_be_put_on_hold(session: Session, program: Program) -> None:
    text = _sample("seats").replace("2026-08-10,active", "2026-08-10,on_hold")
    assert _imported(session, program, "seats", text).changed == 1
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "seat.edited")).one()
    assert (entry.before, entry.after) == ({"state": "active"}, {"state": "on_hold"})


def test_records_without_an_id_of_their_own_are_exported_by_ours(
    session: Session, cast: Cast
) -> None:
    text = spreadsheets.export_rows(session, cast.program, "people")
    assert cast.ada.id in text
    assert _imported(session, cast.program, "people", text).same == 2


def test_another_programs_people_are_unknown_here(
    session: Session, program: Program, cast: Cast
) -> None:
    header = _sample("requests").splitlines()[0]
    row = f"R-99,{cast.ben.id},,cbt,outpatient,,,,,,,,,,,"
    (told,) = _told(_imported(session, program, "requests", f"{header}\n{row}\n"))
    assert f"there is no participant in care “{cast.ben.id}”" in told
