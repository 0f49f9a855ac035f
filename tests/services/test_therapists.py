"""Therapists and their licenses."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Refused
from groupmatch.records import AuditEntry, Therapist
from groupmatch.services.therapists import therapists
from tests.cast import TODAY, Cast, make_cast

_NEW = {"first_name": "Noor", "last_name": "Haddad", "timezone": "America/Chicago"}


def test_a_therapist_is_licensed_by_region_or_by_compact(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        made = therapists.add_therapist(
            session, cast.program, by=cast.ines.id, max_minutes=900, **_NEW
        )
        therapists.add_license(session, made, region="IL", valid_from=TODAY, by=cast.ines.id)
        therapists.add_license(session, made, compact="psypact", valid_from=TODAY, by=cast.ines.id)
    with database.read() as session:
        stored = session.get_one(Therapist, made.id)
        assert {(held.region, held.compact) for held in stored.licenses} == {
            ("IL", None),
            (None, "psypact"),
        }


def test_a_license_ends_on_its_last_date(session: Session, cast: Cast) -> None:
    (held,) = cast.cleo.licenses
    therapists.end_license(session, held, last_on=date(2026, 12, 31), by=cast.ines.id)
    assert held.valid_to == date(2026, 12, 31)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "license.ended")).one()
    assert entry.before is not None
    assert entry.before["valid_to"] is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "region_or_compact"),
        ({"region": "NY", "compact": "psypact"}, "region_or_compact"),
        ({"region": "Ontario"}, "unknown_region"),
        ({"compact": "imlc"}, "unknown_compact"),
        ({"region": "NY", "valid_to": date(2020, 1, 1)}, "dates_backward"),
    ],
)
def test_a_license_that_says_nothing_is_refused(
    session: Session, cast: Cast, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        therapists.add_license(session, cast.cleo, valid_from=TODAY, by=cast.ines.id, **fields)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"first_name": " "}, "name_missing"),
        ({"timezone": "Chicago"}, "unknown_zone"),
        ({"max_minutes": -5}, "minutes_out_of_range"),
    ],
)
def test_a_therapist_who_could_lead_nothing_is_refused(
    session: Session, cast: Cast, edit: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        therapists.edit_therapist(session, cast.cleo, by=cast.ines.id, **edit)
