"""Gates: decisions of people, dated, that must precede matching."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Refused
from groupmatch.records import AuditEntry, Gate, GateKind
from groupmatch.services import gates
from tests import cast as people
from tests.cast import NOW, TODAY, Cast, make_cast

TOMORROW = TODAY + timedelta(days=1)


def test_nobody_is_matched_before_consent_and_a_level_of_care(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        new = people.participant(session, cast.program, "Nia", gates=False)
        assert gates.closed_gates(session, [new, cast.ben], TODAY) == {
            new.id: ("level_of_care", "consent")
        }
        gates.clear_gate(session, new, GateKind.CONSENT, by=cast.mara.id)
        gates.clear_gate(
            session, new, GateKind.LEVEL_OF_CARE, level_code="outpatient", by=cast.mara.id
        )
        assert gates.closed_gates(session, [new], TODAY) == {}


def test_a_decision_holds_through_its_last_day(session: Session, cast: Cast) -> None:
    gates.clear_gate(
        session,
        cast.ben,
        GateKind.LEVEL_OF_CARE,
        level_code="outpatient",
        valid_to=TODAY,
        by=cast.mara.id,
    )
    assert gates.closed_gates(session, [cast.ben], TODAY) == {}
    assert gates.closed_gates(session, [cast.ben], TOMORROW) == {cast.ben.id: ("level_of_care",)}


def test_a_level_of_care_counts_for_requests_of_that_level_only(
    session: Session, cast: Cast
) -> None:
    gates.clear_gate(
        session, cast.ben, GateKind.LEVEL_OF_CARE, level_code="iop-adult", by=cast.mara.id
    )
    assert gates.closed_gates(session, [cast.ben], TODAY) == {cast.ben.id: ("level_of_care",)}


def test_a_request_for_substance_use_alone_asks_for_part_2_consent(
    session: Session, cast: Cast
) -> None:
    people.request(session, cast.ben, topics=("substance-use", "cbt"))
    assert gates.closed_gates(session, [cast.ben], TODAY) == {}
    people.request(session, cast.ben, topics=("substance-use",))
    assert gates.closed_gates(session, [cast.ben], TODAY) == {cast.ben.id: ("part2_consent",)}
    gates.clear_gate(session, cast.ben, GateKind.PART2_CONSENT, by=cast.mara.id)
    assert gates.closed_gates(session, [cast.ben], TODAY) == {}


def test_a_safety_flag_comes_first(session: Session, cast: Cast) -> None:
    cast.ben.safety_flag_since = NOW
    gates.close_gate(session, cast.ben, GateKind.CONSENT, by=cast.mara.id)
    assert gates.closed_gates(session, [cast.ben], TODAY)[cast.ben.id] == ("safety", "consent")


def test_a_new_decision_replaces_the_former_which_the_audit_log_keeps(
    session: Session, cast: Cast
) -> None:
    gates.clear_gate(session, cast.ben, GateKind.LEVEL_OF_CARE, level_code="php", by=cast.mara.id)
    gate = session.scalars(
        select(Gate).where(Gate.participant_id == cast.ben.id, Gate.kind == "level_of_care")
    ).one()
    assert (gate.level_code, gate.cleared_by_id) == ("php", cast.mara.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "gate.cleared")).one()
    assert entry.before == {"gate": "level_of_care", "level": "outpatient", "valid_to": None}


@pytest.mark.parametrize(("level", "code"), [(None, "level_missing"), ("vip", "unknown_level")])
def test_a_level_of_care_decision_names_a_known_level(
    session: Session, cast: Cast, level: str | None, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        gates.clear_gate(
            session, cast.ben, GateKind.LEVEL_OF_CARE, level_code=level, by=cast.mara.id
        )
