"""The governed vocabulary: complete, sourced, and the admin's once it is loaded."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import CompactRegion, GroupType, LevelOfCare, Payer, PayerRule, Topic
from groupmatch.services.programs import governed

_KINDS = (Topic, GroupType, LevelOfCare, Payer, PayerRule, CompactRegion)


def _counts(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in _KINDS]


def test_loading_fills_every_table_and_loading_again_adds_nothing(database: Database) -> None:
    with database.transaction() as session:
        governed.load(session)
        first = _counts(session)
    with database.transaction() as session:
        governed.load(session)
        assert _counts(session) == first
    assert first == [17, 14, 5, 4, 3, 44]


def test_an_edit_by_an_admin_survives_the_next_loading(session: Session) -> None:
    governed.load(session)
    topic = session.get_one(Topic, "cbt")
    topic.name, topic.clinician_confirmed = "Thinking and feeling", True
    ended = session.scalars(select(CompactRegion).where(CompactRegion.region == "TX")).one()
    ended.valid_to = date(2027, 1, 1)
    governed.load(session)
    session.expire_all()
    assert session.get_one(Topic, "cbt").name == "Thinking and feeling"
    assert ended.valid_to == date(2027, 1, 1)


def test_every_row_names_its_source_and_claims_no_confirmation(session: Session) -> None:
    governed.load(session)
    for kind in (Topic, GroupType, LevelOfCare):
        for row in session.scalars(select(kind)):
            assert row.source, row.code
            assert not row.clinician_confirmed, row.code


def test_only_substance_use_falls_under_part_2(session: Session) -> None:
    governed.load(session)
    assert session.scalars(select(Topic.code).where(Topic.part2)).all() == ["substance-use"]


def test_an_adult_intensive_week_has_nine_to_nineteen_hours_on_three_days(
    session: Session,
) -> None:
    governed.load(session)
    level = session.get_one(LevelOfCare, "iop-adult")
    assert (level.min_minutes, level.max_minutes, level.min_days) == (540, 1140, 3)


def test_medicare_covers_no_virtual_intensive_week(session: Session) -> None:
    governed.load(session)
    rule = session.scalars(select(PayerRule).where(PayerRule.level_code == "iop-adult")).one()
    assert rule.payer_code == "medicare"
    assert not rule.covers_virtual
