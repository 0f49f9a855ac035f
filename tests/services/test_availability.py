"""Weekly hours and dates away, of participants and of therapists."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Refused
from groupmatch.records import AuditEntry, AvailabilityException, Fit
from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Span
from tests.cast import FRIDAY, MONDAY, TODAY, Cast, make_cast


def test_setting_the_week_replaces_it_and_confirms_it(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        hours = [
            Span(FRIDAY, 600, 660, Fit.IF_NEEDED),
            Span(MONDAY, 540, 600),
            Span(MONDAY, 600, 660),
        ]
        availability.set_weekly(session, cast.ben, hours, by=cast.mara.id)
    with database.read() as session:
        assert availability.weekly(session, cast.ben) == [
            Span(MONDAY, 540, 660),
            Span(FRIDAY, 600, 660, Fit.IF_NEEDED),
        ]


def test_the_former_week_stays_in_the_audit_log(session: Session, cast: Cast) -> None:
    availability.set_weekly(session, cast.ben, [], by=cast.mara.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "availability.set")).one()
    assert entry.before == {"weekly": [[MONDAY, 1080, 1260, "works_well"]]}
    assert entry.after == {"weekly": []}
    assert entry.actor_id == cast.mara.id
    assert cast.ben.availability_confirmed_on == TODAY


def test_one_persons_week_leaves_the_others_alone(session: Session, cast: Cast) -> None:
    availability.set_weekly(session, cast.cleo, [Span(MONDAY, 0, 1440)], by=None)
    availability.set_weekly(session, cast.ben, [], by=None)
    assert availability.weekly(session, cast.ada) == [Span(MONDAY, 1080, 1260)]
    assert availability.weekly(session, cast.cleo) == [Span(MONDAY, 0, 1440)]


def test_dates_away_come_and_go_with_a_trace(session: Session, cast: Cast) -> None:
    away = availability.add_exception(
        session,
        cast.cleo,
        first_on=date(2026, 12, 24),
        last_on=date(2026, 12, 31),
        by=cast.mara.id,
    )
    availability.remove_exception(session, cast.cleo, away.id, by=cast.mara.id)
    assert session.scalars(select(AvailabilityException)).all() == []
    acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.act)).all()
    assert acts == ["availability.exception_added", "availability.exception_removed"]


def test_dates_away_must_run_forward(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused, match="dates_backward"):
        availability.add_exception(
            session,
            cast.ben,
            first_on=date(2026, 12, 2),
            last_on=date(2026, 12, 1),
            by=None,
        )
