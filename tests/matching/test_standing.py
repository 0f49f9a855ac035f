"""Who takes part in a run, who keeps a seat whatever happens, and who is left out and why."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from groupmatch.records import (
    Gate,
    GateKind,
    GroupStatus,
    ParticipantStatus,
    PayerRule,
    Plan,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    SwitchState,
    Topic,
)
from tests import cast as make
from tests.cast import NOW, TODAY, Cast
from tests.matching.compiling import compiled, failing, gates_of, request_in, takes_part


def test_a_waiting_request_takes_part_without_a_seat(session: Session, cast: Cast) -> None:
    found = request_in(compiled(session, cast.program), cast.ben_request)
    assert (found["current_group"], found["displaced"]) == (None, False)


def test_a_seated_request_takes_part_with_its_seat(session: Session, cast: Cast) -> None:
    found = compiled(session, cast.program)
    assert found.problem.request[cast.ada_request.id].settled
    assert found.problem.request[cast.ada_request.id].seat == cast.group.id
    assert found.problem.pins == ()


@pytest.mark.parametrize("gate", [GateKind.CONSENT, GateKind.LEVEL_OF_CARE])
def test_a_closed_gate_leaves_a_waiting_request_out(
    session: Session, cast: Cast, gate: GateKind
) -> None:
    close(session, cast.ben.id, gate)
    found = compiled(session, cast.program)
    assert not takes_part(found, cast.ben_request)
    assert gates_of(found, cast.ben_request) == {gate}


@pytest.mark.parametrize(("valid_to", "holds"), [(TODAY, False), (TODAY + timedelta(days=1), True)])
def test_a_gate_must_hold_on_the_first_day_of_a_new_seat(
    session: Session, cast: Cast, valid_to: date, holds: bool
) -> None:
    session.execute(
        update(Gate).where(Gate.participant_id == cast.ben.id).values(valid_to=valid_to)
    )
    assert takes_part(compiled(session, cast.program), cast.ben_request) is holds


def test_a_level_decided_for_other_care_leaves_the_request_out(
    session: Session, cast: Cast
) -> None:
    cast.ben_request.level_code = "iop-adult"
    assert gates_of(compiled(session, cast.program), cast.ben_request) == {"level_of_care"}


def test_a_safety_flag_leaves_a_waiting_request_out(session: Session, cast: Cast) -> None:
    cast.ben.safety_flag_since = NOW
    assert gates_of(compiled(session, cast.program), cast.ben_request) == {"safety"}


def test_a_payer_that_does_not_cover_the_level_leaves_the_request_out(
    session: Session, cast: Cast
) -> None:
    cast.ben.payer_code = "medicare"
    assert takes_part(compiled(session, cast.program), cast.ben_request)
    rule = {"covers_virtual": False, "valid_from": date(2026, 12, 1), "source": "a notice"}
    session.add(PayerRule(payer_code="medicare", level_code="outpatient", **rule))
    assert gates_of(compiled(session, cast.program), cast.ben_request) == {"payer"}


def test_somebody_discharged_is_left_out(session: Session, cast: Cast) -> None:
    cast.ben.status = ParticipantStatus.DISCHARGED
    assert gates_of(compiled(session, cast.program), cast.ben_request) == {"discharged"}


def test_a_closed_request_is_no_request(session: Session, cast: Cast) -> None:
    cast.ben_request.status = RequestStatus.CLOSED
    found = compiled(session, cast.program)
    assert not takes_part(found, cast.ben_request)
    assert gates_of(found, cast.ben_request) is None


def test_without_part_2_consent_only_substance_use_topics_fall_away(
    session: Session, cast: Cast
) -> None:
    both = make.request(session, cast.ben, topics=("substance-use", "anxiety-depression"))
    found = compiled(session, cast.program)
    # The rank of what remains still costs: it was the second choice.
    assert request_in(found, both)["topics"] == {"anxiety-depression": 75}


def test_without_part_2_consent_a_request_for_nothing_else_is_left_out(
    session: Session, cast: Cast
) -> None:
    assert session.get_one(Topic, "substance-use").part2
    only = make.request(session, cast.ben, topics=("substance-use",))
    assert gates_of(compiled(session, cast.program), only) == {"part2_consent"}
    session.add(Gate(participant_id=cast.ben.id, kind=GateKind.PART2_CONSENT, cleared_at=NOW))
    assert takes_part(compiled(session, cast.program), only)


def test_a_request_without_topics_is_left_out(session: Session, cast: Cast) -> None:
    silent = make.request(session, cast.ben, topics=())
    assert gates_of(compiled(session, cast.program), silent) == {"topic"}


@pytest.mark.parametrize("ending", [False, True])
def test_a_flagged_member_keeps_the_seat_and_is_never_moved(
    session: Session, cast: Cast, ending: bool
) -> None:
    cast.ada.safety_flag_since = NOW
    cast.group.status = GroupStatus.ENDING if ending else GroupStatus.RUNNING
    ask(session, cast.ada_seat)
    assert_immovable(session, cast, stuck=ending)


@pytest.mark.parametrize("state", [SeatState.OFFERED, SeatState.ON_HOLD])
def test_a_seat_offered_or_on_hold_is_pinned(
    session: Session, cast: Cast, state: SeatState
) -> None:
    cast.ada_seat.state = state
    assert_immovable(session, cast, stuck=False)


@pytest.mark.parametrize("gate", [GateKind.CONSENT, GateKind.LEVEL_OF_CARE])
def test_a_member_behind_a_closed_gate_keeps_the_seat(
    session: Session, cast: Cast, gate: GateKind
) -> None:
    close(session, cast.ada.id, gate)
    assert_immovable(session, cast, stuck=False)


def test_the_seat_of_a_closed_request_is_pinned(session: Session, cast: Cast) -> None:
    cast.ada_request.status = RequestStatus.CLOSED
    assert_immovable(session, cast, stuck=False)


def test_members_of_an_ending_group_need_other_seats(session: Session, cast: Cast) -> None:
    cast.group.status = GroupStatus.ENDING
    found = request_in(compiled(session, cast.program), cast.ada_request)
    assert (found["current_group"], found["displaced"]) == (cast.group.id, True)
    assert found["priority"] == 3000


@pytest.mark.parametrize(("weeks", "displaced"), [(2, True), (3, False), (9, False)])
def test_members_need_other_seats_from_two_weeks_before_the_last_date(
    session: Session, cast: Cast, weeks: int, displaced: bool
) -> None:
    cast.group.status = GroupStatus.ENDING
    cast.group.ends_on = TODAY + timedelta(weeks=weeks)
    found = request_in(compiled(session, cast.program), cast.ada_request)
    assert found["displaced"] is displaced


def test_a_seat_in_a_group_that_has_ended_no_longer_counts(session: Session, cast: Cast) -> None:
    cast.group.status = GroupStatus.ENDED
    found = request_in(compiled(session, cast.program), cast.ada_request)
    assert (found["current_group"], found["displaced"]) == (None, False)


def test_a_seat_on_hold_in_a_group_that_has_ended_is_left_to_a_person(
    session: Session, cast: Cast
) -> None:
    cast.group.status, cast.ada_seat.state = GroupStatus.ENDED, SeatState.ON_HOLD
    assert gates_of(compiled(session, cast.program), cast.ada_request) == {"on_hold"}


@pytest.mark.parametrize("kind", list(SwitchKind))
def test_an_open_ask_makes_a_member_switch(session: Session, cast: Cast, kind: SwitchKind) -> None:
    ask(session, cast.ada_seat, kind=kind)
    found = compiled(session, cast.program)
    assert found.problem.request[cast.ada_request.id].switching
    avoided = request_in(found, cast.ada_request)["avoid_therapists"]
    assert avoided == ([cast.cleo.id] if kind == SwitchKind.THERAPIST else [])


def test_waiting_for_a_switch_counts_from_the_ask(session: Session, cast: Cast) -> None:
    cast.ada_request.waiting_since = TODAY - timedelta(weeks=40)
    ask(session, cast.ada_seat, asked_at=NOW - timedelta(weeks=2))
    found = request_in(compiled(session, cast.program), cast.ada_request)
    assert found["priority"] == 1100


def test_an_ask_for_safety_first_goes_to_a_person(session: Session, cast: Cast) -> None:
    switch = ask(session, cast.ada_seat, reason=SwitchReason.SAFETY)
    assert compiled(session, cast.program).problem.request[cast.ada_request.id].settled
    switch.state = SwitchState.TONIGHT
    assert compiled(session, cast.program).problem.request[cast.ada_request.id].switching


@pytest.mark.parametrize("state", [SwitchState.DECLINED, SwitchState.WITHDRAWN])
def test_an_ask_that_is_over_changes_nothing(
    session: Session, cast: Cast, state: SwitchState
) -> None:
    ask(session, cast.ada_seat, state=state)
    assert compiled(session, cast.program).problem.request[cast.ada_request.id].settled


def test_a_plan_takes_its_level_s_bounds_where_it_has_none(session: Session, cast: Cast) -> None:
    plan, _ = week_of_two(session, cast, max_minutes=700)
    [found] = compiled(session, cast.program).problem.plans
    assert found.id == plan.id
    assert (found.min_minutes, found.max_minutes, found.min_days) == (540, 700, 3)


def test_one_request_behind_a_gate_takes_its_whole_plan_out(session: Session, cast: Cast) -> None:
    _, (first, second) = week_of_two(session, cast)
    second.topics[0].topic_code = "substance-use"
    found = compiled(session, cast.program)
    assert found.problem.plans == ()
    assert gates_of(found, first) == gates_of(found, second) == {"part2_consent"}


def test_a_seat_of_a_plan_that_is_left_out_is_kept(session: Session, cast: Cast) -> None:
    _, (first, second) = week_of_two(session, cast)
    second.topics[0].topic_code = "substance-use"
    ask(session, make.seat(session, first, cast.group))
    found = compiled(session, cast.program)
    assert gates_of(found, second) == {"part2_consent"}
    assert (first.id, cast.group.id) in found.problem.pins
    assert not found.problem.request[first.id].wants_switch


def test_an_ungated_compile_tells_what_else_stands_in_the_way(session: Session, cast: Cast) -> None:
    close(session, cast.ben.id, GateKind.CONSENT)
    problem = compiled(session, cast.program, gates=False).problem
    assert failing(problem, cast.ben_request, cast.group) == set()


def assert_immovable(session: Session, cast: Cast, *, stuck: bool) -> None:
    found = compiled(session, cast.program)
    ada = found.problem.request[cast.ada_request.id]
    assert ada.settled
    assert found.problem.pins == ((ada.id, cast.group.id),)
    assert [seat.id for seat in found.stuck_seats] == ([cast.ada_seat.id] if stuck else [])


def close(session: Session, participant_id: str, kind: GateKind) -> None:
    session.execute(
        update(Gate)
        .where(Gate.participant_id == participant_id, Gate.kind == kind)
        .values(valid_to=TODAY)
    )


def ask(session: Session, seat: Seat, **more: object) -> SwitchRequest:
    switch = SwitchRequest(
        program_id=seat.program_id,
        seat_id=seat.id,
        participant_id=seat.participant_id,
        **{"kind": SwitchKind.GROUP, "reason": SwitchReason.FIT, "asked_at": NOW, **more},
    )
    session.add(switch)
    session.flush()
    return switch


def week_of_two(session: Session, cast: Cast, **bounds: int) -> tuple[Plan, list[Request]]:
    """An intensive week of two requests for somebody who is cleared for it."""
    person = make.participant(session, cast.program, "Ira")
    session.execute(
        update(Gate)
        .where(Gate.participant_id == person.id, Gate.level_code.is_not(None))
        .values(level_code="iop-adult")
    )
    plan = Plan(
        program_id=cast.program.id,
        participant_id=person.id,
        level_code="iop-adult",
        created_at=NOW,
        **bounds,
    )
    session.add(plan)
    session.flush()
    more = {"level_code": "iop-adult", "plan_id": plan.id}
    return plan, [make.request(session, person, **more) for _ in range(2)]
