"""Gates: decisions of people, dated, that must precede matching."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import NotAllowed, Refused
from groupmatch.matching.care import care
from groupmatch.records import AuditEntry, Gate, GateKind, Participant
from groupmatch.services.accounts import staff
from groupmatch.services.care import gates
from groupmatch.services.participants import people as people_service
from tests import cast as people
from tests.cast import NOW, TODAY, Cast, make_cast
from tests.matching.compiling import compiled, gates_of, takes_part

pytestmark = pytest.mark.usefixtures("fixed_clock")

TOMORROW = TODAY + timedelta(days=1)
NEXT_YEAR = date(2027, 1, 15)


def test_nobody_is_matched_before_consent_a_level_of_care_and_a_location(
    database: Database,
) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        new = people.participant(session, cast.program, "Nia", gates=False)
        assert gates.closed_gates(session, [new, cast.ben], TODAY) == {
            new.id: ("level_of_care", "consent", "location")
        }
        gates.clear_gate(session, new, GateKind.CONSENT, by=cast.mara.id)
        gates.clear_gate(session, new, GateKind.LOCATION, by=cast.mara.id)
        decide_on(session, cast, new, "outpatient")
        assert gates.closed_gates(session, [new], TODAY) == {}


def test_a_decision_holds_through_its_last_day(session: Session, cast: Cast) -> None:
    decide_on(session, cast, cast.ben, "outpatient", until=TODAY)
    assert gates.closed_gates(session, [cast.ben], TODAY) == {}
    assert gates.closed_gates(session, [cast.ben], TOMORROW) == {cast.ben.id: ("level_of_care",)}


def test_a_level_of_care_counts_for_requests_of_that_level_only(
    session: Session, cast: Cast
) -> None:
    decide_on(session, cast, cast.ben, "iop-adult")
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
    decide_on(session, cast, cast.ben, "php")
    gate = session.scalars(
        select(Gate).where(Gate.participant_id == cast.ben.id, Gate.kind == "level_of_care")
    ).one()
    assert (gate.level_code, gate.cleared_by_id) == ("php", cast.nora.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "gate.cleared")).one()
    assert entry.before == {"gate": "level_of_care", "level": "outpatient", "valid_to": None}


@pytest.mark.parametrize(("level", "code"), [(None, "level_missing"), ("vip", "unknown_level")])
def test_a_level_of_care_decision_names_a_known_level(
    session: Session, cast: Cast, level: str | None, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        decide_on(session, cast, cast.ben, level)


def test_only_a_clinician_decides_on_the_level_of_care(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        for other in (cast.mara, cast.ines, cast.dov_staff):
            with pytest.raises(NotAllowed, match="not_your_decision"):
                decide_on(session, cast, cast.ben, "php", by=other.id)
            with pytest.raises(NotAllowed, match="not_your_decision"):
                gates.close_gate(session, cast.ben, GateKind.LEVEL_OF_CARE, by=other.id)
        decide_on(session, cast, cast.ben, "php")
        [role] = cast.nora.staff_roles
        staff.end_role(session, role, by=cast.ines.id)
        with pytest.raises(NotAllowed, match="not_your_decision"):
            decide_on(session, cast, cast.ben, "outpatient")


def test_a_level_of_care_has_a_date_to_reassess_by(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused, match="reassess_missing"):
        decide_on(session, cast, cast.ben, "php", until=None)
    # What an import carries over was decided elsewhere, by whatever rule holds there.
    gates.clear_gate(session, cast.ben, GateKind.LEVEL_OF_CARE, level_code="php", by=None)


def test_a_confirmed_location_holds_for_that_region_until_it_is_stale(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        confirmed = gates.clear_gate(session, cast.ben, GateKind.LOCATION, by=cast.mara.id)
        last = TODAY + timedelta(days=care().location_days)
        assert (confirmed.region, confirmed.valid_to) == ("NY", last)
        assert gates.closed_gates(session, [cast.ben], last) == {}
        stale = last + timedelta(days=1)
        assert gates.closed_gates(session, [cast.ben], stale) == location_closed(cast)
        people_service.edit_participant(session, cast.ben, by=cast.mara.id, region="NJ")
        assert gates.closed_gates(session, [cast.ben], TODAY) == location_closed(cast)
        gates.clear_gate(session, cast.ben, GateKind.LOCATION, by=cast.mara.id)
        assert gates.closed_gates(session, [cast.ben], TODAY) == {}


def test_the_night_leaves_out_whose_location_or_age_does_not_hold(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        assert takes_part(compiled(session, cast.program), cast.ben_request)
        cast.ben.region = "NJ"
        assert gates_of(compiled(session, cast.program), cast.ben_request) == {"location"}
        cast.ben.region, cast.ben.age_band = "NY", "adolescent"
        assert gates_of(compiled(session, cast.program), cast.ben_request) == {"age_band"}


def test_a_payer_that_does_not_pay_virtual_intensive_care_closes_the_gate(
    session: Session, cast: Cast
) -> None:
    decide_on(session, cast, cast.ben, "iop-adult")
    asked = people.request(session, cast.ben, level_code="iop-adult")
    cast.ben.payer_code = "medicare"
    assert gates_of(compiled(session, cast.program), asked) == {"payer"}
    cast.ben.payer_code = "commercial"
    assert takes_part(compiled(session, cast.program), asked)


def decide_on(
    session: Session,
    cast: Cast,
    person: Participant,
    level: str | None,
    *,
    until: date | None = NEXT_YEAR,
    by: str | None = None,
) -> None:
    """A clinician signs a level of care."""
    gates.clear_gate(
        session,
        person,
        GateKind.LEVEL_OF_CARE,
        level_code=level,
        valid_to=until,
        by=by or cast.nora.id,
    )


def location_closed(cast: Cast) -> dict[str, tuple[str, ...]]:
    return {cast.ben.id: ("location",)}
