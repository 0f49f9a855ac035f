"""Everything about one person on one page."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.records import (
    ApartPair,
    DraftBundle,
    DraftEntry,
    EntryKind,
    Gate,
    GateKind,
    Pin,
    PinKind,
    RequestAvoid,
    RequestTherapist,
    StaffRole,
    Unplaced,
)
from groupmatch.services.audit import audit
from groupmatch.services.care.gate_lines import ENDING_DAYS, GateState, decisions, gate_lines
from groupmatch.services.participants.person_page import person_page
from tests import cast as people
from tests.cast import NOW, TODAY, Cast
from tests.queries import counted
from tests.services.test_night import add_run


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (None, GateState.OPEN),
        (ENDING_DAYS + 1, GateState.OPEN),
        (ENDING_DAYS, GateState.ENDING),
        (0, GateState.ENDING),
        (-1, GateState.EXPIRED),
    ],
)
def test_a_gate_is_open_then_ending_then_expired(
    cast: Cast, days: int | None, state: GateState
) -> None:
    until = None if days is None else TODAY + timedelta(days=days)
    gate = Gate(kind=GateKind.CONSENT, valid_to=until)
    lines = {line.code: line.state for line in decisions(cast.ben, [gate], TODAY)}
    assert lines[GateKind.CONSENT] == state
    assert lines[GateKind.LEVEL_OF_CARE] == GateState.CLOSED


def test_every_gate_says_how_it_stands_and_who_can_open_it(session: Session, cast: Cast) -> None:
    cast.ben.region, cast.ben.age_band, cast.ben.payer_code = "CA", "adolescent", "medicare"
    cast.ben.safety_flag_since = NOW
    people.request(session, cast.ben, level_code="iop-adult")
    lines = {line.code: line for line in gate_lines(session, cast.ben, TODAY)}
    assert [(code, line.state) for code, line in lines.items()] == [
        ("safety", GateState.CLOSED),
        ("level_of_care", GateState.OPEN),
        ("consent", GateState.OPEN),
        ("part2_consent", GateState.CLOSED),
        ("location", GateState.CLOSED),
        ("payer", GateState.CLOSED),
        ("age_band", GateState.CLOSED),
    ]
    assert lines["payer"].levels == ["Intensive outpatient, adults"]
    assert lines["age_band"].levels == ["Intensive outpatient, adults", "Weekly outpatient"]
    assert lines["level_of_care"].opened_by == (StaffRole.CLINICIAN,)
    assert StaffRole.COORDINATOR in lines["location"].opened_by


def test_a_waiting_request_tells_its_topics_its_proposal_and_why_it_waits(
    session: Session, cast: Cast
) -> None:
    run = add_run(session, cast)
    session.add(
        Unplaced(
            run_id=run.id,
            request_id=cast.ben_request.id,
            participant_id=cast.ben.id,
            reasons=[{"group": cast.group.id, "rule": "full", "detail": "8 of 8"}],
        )
    )
    bundle = DraftBundle(run_id=run.id, program_id=cast.program.id, position=0)
    entry = DraftEntry(
        position=0,
        kind=EntryKind.PLACED,
        request_id=cast.ben_request.id,
        participant_id=cast.ben.id,
        to_group_id=cast.group.id,
    )
    bundle.entries.append(entry)
    session.add(bundle)
    session.flush()
    (line,) = person_page(session, cast.ben, on=TODAY).requests
    assert line.waiting
    assert [topic.name for topic in line.topics] == ["Anxiety and depression"]
    assert line.proposed is entry
    assert line.why_not is not None
    assert line.why_not.one_step_away == {"full": 1}


def test_wishes_bans_and_pins_are_told_by_name(session: Session, cast: Cast) -> None:
    other = people.therapy_group(session, cast.program, leaders=[], name="Evening")
    request = cast.ben_request
    request.preferences.append(RequestTherapist(therapist_id=cast.cleo.id))
    request.avoided.append(RequestAvoid(group_id=cast.group.id))
    for kind, group in ((PinKind.BAN, cast.group), (PinKind.PIN, other)):
        session.add(Pin(request_id=request.id, group_id=group.id, kind=kind, set_at=NOW))
    session.flush()
    (line,) = person_page(session, cast.ben, on=TODAY).requests
    assert line.wanted_therapists == (cast.cleo,)
    assert line.avoided == (cast.group,)
    assert [ban.group for ban in line.bans] == [cast.group]
    assert line.pin is not None
    assert line.pin.group is other


def test_a_seated_request_tells_its_seat_and_does_not_wait(session: Session, cast: Cast) -> None:
    page = person_page(session, cast.ada, on=TODAY)
    assert page.seats == (cast.ada_seat,)
    assert page.requests[0].seat is cast.ada_seat
    assert not page.requests[0].waiting


def test_history_tells_acts_on_the_person_and_all_that_is_theirs_by_name(
    session: Session, cast: Cast
) -> None:
    audit.record(session, "participant.edited", cast.ada, by=cast.mara.id)
    audit.record(session, "seat.taken", cast.ada_seat, by=None, after={"group": cast.group.id})
    audit.record(session, "participant.edited", cast.ben, by=cast.mara.id)
    session.flush()
    history = person_page(session, cast.ada, on=TODAY).history
    assert {(act.act, act.by) for act in history.acts} == {
        ("participant.edited", "Mara"),
        ("seat.taken", None),
    }
    assert history.names == {cast.group.id: "Anxiety and depression"}


def test_lifted_apart_pairs_are_not_shown(session: Session, cast: Cast) -> None:
    first, second = sorted([cast.ada.id, cast.ben.id])
    pair = ApartPair(
        program_id=cast.program.id,
        first_id=first,
        second_id=second,
        kind="household",
        created_at=NOW,
    )
    session.add(pair)
    session.flush()
    assert person_page(session, cast.ada, on=TODAY).apart == (pair,)
    pair.lifted_at = NOW
    session.flush()
    assert person_page(session, cast.ada, on=TODAY).apart == ()


def test_ten_requests_cost_as_many_queries_as_two(session: Session, cast: Cast) -> None:
    costs = []
    for number in (2, 8):
        for _ in range(number):
            group = people.therapy_group(session, cast.program, leaders=[cast.cleo])
            request = people.request(session, cast.ben)
            request.preferences.append(RequestTherapist(therapist_id=cast.cleo.id))
            people.seat(session, request, group)
        session.commit()
        session.expunge_all()
        with counted(session) as queries:
            page = person_page(session, cast.ben, on=TODAY)
        assert [seat.group.topic.name for seat in page.seats]
        costs.append(len(queries))
        session.commit()
    assert costs[0] == costs[1]
