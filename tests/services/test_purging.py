"""One person's file, and records that no longer tell whose they were."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from groupmatch.database import Database, Record
from groupmatch.records import (
    Account,
    AuditEntry,
    EndReason,
    OutboxMail,
    Participant,
    ParticipantStatus,
    Request,
    Run,
    RunKind,
    RunState,
    Seat,
    SeatState,
    Task,
    TaskKind,
)
from groupmatch.services.audit import audit
from groupmatch.services.care import calls
from groupmatch.services.mail import outbox
from groupmatch.services.privacy import purging
from groupmatch.services.privacy.about_person import NOT_THEIRS, OF_PERSON
from groupmatch.services.privacy.person_file import person_file
from tests import cast as make
from tests.cast import NOW, Cast

_ABOUT_PEOPLE = {"participant", "request", "plan", "seat"}


def test_every_table_about_people_is_in_the_file_or_kept_out_for_a_reason() -> None:
    for table in Record.metadata.sorted_tables:
        refers = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        if refers & _ABOUT_PEOPLE:
            assert table.name in OF_PERSON or table.name in NOT_THEIRS, table.name


def test_the_file_holds_what_is_theirs_and_nobody_else(session: Session, cast: Cast) -> None:
    make.seat(session, cast.ben_request, cast.group)
    calls.ask_for_call(session, cast.ada, note="After five, please", by=None)
    made = person_file(session, cast.ada, by=cast.ines.id)
    told = json.dumps(made)
    [person] = made["records"]["participant"]
    assert (person["first_name"], person["email"]) == ("Ada", "ada@example.org")
    [seat] = made["records"]["seat"]
    assert made["groups"][seat["group_id"]] == "Anxiety and depression"
    assert "After five, please" in told
    for other in (cast.ben, cast.dov, cast.cleo, cast.mara):
        assert other.id not in told
    for name in ("Ben", "Dov", "Cleo", "Marsh", "password"):
        assert name not in told
    assert {"at", "act", "by"} == set(made["done"][0])


def test_the_file_is_audited(session: Session, cast: Cast) -> None:
    person_file(session, cast.ada, by=cast.ines.id)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.act == "participant.exported")
    ).one()
    assert (entry.subject_id, entry.actor_id) == (cast.ada.id, cast.ines.id)


def discharged(session: Session, person: Participant) -> None:
    """Ended today, with an entry in the audit log."""
    for seat in session.scalars(select(Seat).where(Seat.participant_id == person.id)):
        seat.state, seat.end_reason = SeatState.ENDED, EndReason.DISCHARGED
        seat.ends_on = make.TODAY
    person.status = ParticipantStatus.DISCHARGED
    audit.record(session, "participant.discharged", person, by=None)
    session.flush()


@pytest.mark.parametrize(("band", "years"), [("adult", 10), ("adolescent", 20)])
def test_people_are_due_when_the_years_after_care_are_over(
    session: Session, cast: Cast, fixed_clock: time_machine.Traveller, band: str, years: int
) -> None:
    cast.ada.age_band = band
    discharged(session, cast.ada)
    fixed_clock.move_to(NOW + timedelta(days=366 * years))
    assert purging.due(session) == []
    fixed_clock.shift(timedelta(days=1))
    assert purging.due(session) == [cast.ada]
    purging.purge(session, cast.ada, by=None)
    assert purging.due(session) == []


def test_who_is_in_care_is_never_due(
    session: Session, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    fixed_clock.move_to(NOW + timedelta(days=366 * 30))
    assert purging.due(session) == []


def test_a_purged_record_no_longer_tells_whose_it_was(database: Database) -> None:
    """Nothing of Ada is found in any row, but for the audit log, which never named her."""
    with database.transaction() as session:
        people = make.make_cast(session)
        people.ada.first_name = people.ada.last_name = "Xanthippe"
        people.ada.email = people.ada.phone = people.ada.household = "xanthippe@example.org"
        people.ada.external_id, people.ada.attributes = "Xanthippe-1", {"gender": ["xanthippe"]}
        calls.ask_for_call(session, people.ada, note="Xanthippe asks", by=None)
        session.add(
            OutboxMail(
                recipient="xanthippe@example.org",
                template="schedule",
                created_at=NOW,
                send_after=NOW,
            )
        )
        account = session.scalars(select(Account).where(Account.name == "Ada")).one()
        account.email, account.name = "Xanthippe@example.org", "Xanthippe"
        discharged(session, people.ada)
    assert "xanthippe" in everything(database)
    with database.transaction() as session:
        person = session.get_one(Participant, people.ada.id)
        purging.purge(session, person, by=None)
    assert "xanthippe" not in everything(database)
    with database.read() as session:
        assert session.scalars(select(Seat)).one().participant_id == people.ada.id
        assert session.scalars(select(Request.id)).all() != []
        assert session.scalars(select(Task.kind)).all() == [TaskKind.CALL]
        assert session.scalars(select(AuditEntry.act)).all().count("participant.purged") == 1
        account = session.get_one(Account, account.id)
        assert (account.active, account.password) == (False, None)


def everything(database: Database) -> str:
    with database.read() as session:
        return "\n".join(
            repr(session.execute(text(f'SELECT * FROM "{table.name}"')).all()).lower()  # noqa: S608
            for table in Record.metadata.sorted_tables
        )


def test_the_papers_of_old_runs_are_shredded(
    session: Session, cast: Cast, fixed_clock: time_machine.Traveller
) -> None:
    days = purging.retention().papers_days
    for age in (days - 1, days + 1):
        session.add(
            Run(
                program_id=cast.program.id,
                kind=RunKind.NIGHTLY,
                local_date=make.TODAY,
                state=RunState.DONE,
                started_at=NOW - timedelta(days=age),
                problem={},
                solution={},
            )
        )
    assert purging.shred_papers(session) == 1
    assert purging.shred_papers(session) == 0


def test_a_former_address_does_not_outlast_the_years_of_records(
    session: Session, fixed_clock: time_machine.Traveller
) -> None:
    outbox.post(session, "schedule", "former@example.org", program_id=None, facts={})
    fixed_clock.shift(timedelta(days=366 * purging.retention().years["adult"] + 1))
    outbox.post(session, "schedule", "present@example.org", program_id=None, facts={})
    assert purging.forget_recipients(session) == 1
    assert purging.forget_recipients(session) == 0
    left = session.scalars(select(OutboxMail.recipient).where(OutboxMail.recipient != "")).all()
    assert left == ["present@example.org"]
