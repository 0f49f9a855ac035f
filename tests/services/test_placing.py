"""A person may place somebody against the rules, but not blindly, and not against all of them."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    ApartPair,
    AuditEntry,
    Gate,
    GateKind,
    Group,
    GroupStatus,
    Participant,
    Request,
    RequestStatus,
    Seat,
    SeatState,
)
from groupmatch.services.seats import seats
from groupmatch.services.seats.place_page import place_options
from groupmatch.services.seats.placing import SeatWarning, place_by_hand, warnings_of
from tests import cast
from tests.cast import NOW, TODAY, TUESDAY, Cast

NEXT_MONDAY = date(2026, 11, 23)
#: Seven in the evening: overlaps the last half hour of Ada's group.
HALF_AN_HOUR_LATER = ((cast.MONDAY, 18 * 60 + 30, 60),)


def told(session: Session, request: Request, group: Group) -> dict[str, bool]:
    """Codes of the warnings → whether they are binding."""
    return {warning.code: warning.binding for warning in warnings_of(session, request, group)}


def place(session: Session, people: Cast, despite: tuple[str, ...] = ()) -> Seat:
    return place_by_hand(
        session,
        people.ben_request,
        people.group,
        by=people.mara.id,
        reason="He knows the group.",
        despite=despite,
    )


def keep_apart(session: Session, one: Participant, other: Participant, kind: str) -> None:
    first, second = sorted([one.id, other.id])
    session.add(
        ApartPair(
            program_id=one.program_id, first_id=first, second_id=second, kind=kind, created_at=NOW
        )
    )
    session.flush()


def test_a_seat_that_fits_needs_no_confirmation(session: Session) -> None:
    people = cast.make_cast(session)
    assert warnings_of(session, people.ben_request, people.group) == []
    seat = place(session, people)
    assert (seat.starts_on, seat.created_by_id) == (NEXT_MONDAY, people.mara.id)


def test_the_reason_is_kept_with_what_was_overridden(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.topic_code = "grief-loss"
    place(session, people, despite=("topic|grief-loss is not asked for|",))
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.act == "seat.placed_by_hand"))
    assert (entry.reason, entry.after) == ("He knows the group.", {"despite": ["topic"]})


def test_nobody_is_placed_without_a_reason(session: Session) -> None:
    people = cast.make_cast(session)
    with pytest.raises(Refused) as caught:
        place_by_hand(session, people.ben_request, people.group, by=people.mara.id, reason=" ")
    assert caught.value.code == "reason_missing"


def test_a_seat_does_not_begin_in_the_past(session: Session) -> None:
    people = cast.make_cast(session)
    with pytest.raises(Refused) as caught:
        place_by_hand(
            session,
            people.ben_request,
            people.group,
            by=people.mara.id,
            reason="He came already.",
            starts_on=date(2026, 11, 16),
        )
    assert caught.value.code == "first_day_past"


def test_what_the_person_asked_for_may_be_overridden_once_confirmed(session: Session) -> None:
    people = cast.make_cast(session)
    tuesdays = cast.therapy_group(
        session, people.program, leaders=[people.cleo], meetings=((TUESDAY, 600, 60),)
    )
    [warning] = warnings_of(session, people.ben_request, tuesdays)
    assert (warning.code, warning.binding) == ("availability", False)
    placing = {"by": people.mara.id, "reason": "He found the time."}
    with pytest.raises(Conflict) as caught:
        place_by_hand(session, people.ben_request, tuesdays, **placing)
    assert caught.value.code == "warnings_unconfirmed"
    assert caught.value.facts["warnings"] == [warning]
    seat = place_by_hand(session, people.ben_request, tuesdays, despite=[warning.key], **placing)
    assert seat.group_id == tuesdays.id


def test_a_fact_that_changed_after_the_confirmation_is_asked_about_anew(session: Session) -> None:
    people = cast.make_cast(session)
    keep_apart(session, people.ada, people.ben, "work")
    [seen] = warnings_of(session, people.ben_request, people.group)
    eve = cast.participant(session, people.program, "Eve")
    cast.seat(session, cast.request(session, eve), people.group)
    keep_apart(session, eve, people.ben, "work")
    with pytest.raises(Conflict) as caught:
        place(session, people, despite=(seen.key,))
    unconfirmed = caught.value.facts["warnings"]
    assert [warning.other_id for warning in unconfirmed] == [eve.id]  # type: ignore[attr-defined]


def test_a_full_group_is_never_oversold_whatever_is_confirmed(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.max_size = 1
    warnings = warnings_of(session, people.ben_request, people.group)
    assert [(warning.code, warning.binding) for warning in warnings] == [("capacity", True)]
    with pytest.raises(Conflict) as caught:
        place(session, people, despite=tuple(warning.key for warning in warnings))
    assert caught.value.code == "seat_impossible"


@pytest.mark.parametrize(("kind", "binding"), [("protective_order", True), ("family", False)])
def test_of_people_kept_apart_only_a_protective_order_is_binding(
    session: Session, kind: str, binding: bool
) -> None:
    people = cast.make_cast(session)
    keep_apart(session, people.ada, people.ben, kind)
    assert warnings_of(session, people.ben_request, people.group) == [
        SeatWarning("keep_apart", binding, kind, people.ada.id)
    ]


def test_a_protective_order_shows_beside_lesser_reasons(session: Session) -> None:
    people = cast.make_cast(session)
    keep_apart(session, people.ada, people.ben, "protective_order")
    people.group.topic_code = "grief-loss"
    assert told(session, people.ben_request, people.group) == {"keep_apart": True, "topic": False}


def test_a_pair_that_was_lifted_warns_no_more(session: Session) -> None:
    people = cast.make_cast(session)
    keep_apart(session, people.ada, people.ben, "conflict")
    session.scalars(select(ApartPair)).one().lifted_at = NOW
    assert told(session, people.ben_request, people.group) == {}


def test_nobody_is_in_two_places_at_one_time(session: Session) -> None:
    people = cast.make_cast(session)
    other = cast.therapy_group(
        session, people.program, leaders=[people.cleo], meetings=HALF_AN_HOUR_LATER
    )
    cast.seat(session, cast.request(session, people.ben), other)
    assert told(session, people.ben_request, people.group)["one_place"] is True


@pytest.mark.parametrize("kind", [GateKind.CONSENT, GateKind.LEVEL_OF_CARE, GateKind.LOCATION])
def test_a_gate_is_cleared_and_not_overridden(session: Session, kind: GateKind) -> None:
    people = cast.make_cast(session)
    gates = select(Gate).where(Gate.participant_id == people.ben.id, Gate.kind == kind)
    session.delete(session.scalars(gates).one())
    session.flush()
    assert told(session, people.ben_request, people.group) == {kind: True}


def test_somebody_with_a_safety_flag_is_placed_by_a_person_who_confirms_it(
    session: Session,
) -> None:
    people = cast.make_cast(session)
    people.ben.safety_flag_since = NOW
    [warning] = warnings_of(session, people.ben_request, people.group)
    assert (warning.code, warning.binding) == ("safety", False)
    assert place(session, people, despite=(warning.key,)).state == SeatState.ACTIVE


def test_nobody_is_placed_where_the_leader_has_no_license(session: Session) -> None:
    people = cast.make_cast(session)
    people.ben.region = "CA"
    assert told(session, people.ben_request, people.group) == {
        "group_requires": True,
        "location": True,
    }


def test_adolescents_and_adults_are_never_mixed(session: Session) -> None:
    people = cast.make_cast(session)
    people.ben.age_band = "adolescent"
    assert told(session, people.ben_request, people.group) == {
        "age_band": True,
        "group_requires": True,
    }


@pytest.mark.parametrize("status", [GroupStatus.PROPOSED, GroupStatus.ENDED])
def test_a_group_that_does_not_run_cannot_be_joined(session: Session, status: GroupStatus) -> None:
    people = cast.make_cast(session)
    group = cast.therapy_group(session, people.program, leaders=[people.cleo], status=status)
    assert told(session, people.ben_request, group)["not_running"] is True


def test_a_group_that_ends_before_its_next_session_cannot_be_joined(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.ends_on = TODAY
    assert told(session, people.ben_request, people.group)["no_session_left"] is True


def test_a_need_that_is_over_cannot_be_placed(session: Session) -> None:
    people = cast.make_cast(session)
    people.ben_request.status = RequestStatus.CLOSED
    assert told(session, people.ben_request, people.group)["request_over"] is True


def test_a_seated_person_is_moved_and_holds_one_seat_throughout(session: Session) -> None:
    people = cast.make_cast(session)
    later = cast.therapy_group(
        session, people.program, leaders=[people.cleo], meetings=((cast.MONDAY, 20 * 60, 60),)
    )
    assert warnings_of(session, people.ada_request, later) == []
    seat = place_by_hand(
        session, people.ada_request, later, by=people.mara.id, reason="The later hour suits."
    )
    assert seats.seat_of(session, people.ada_request) is seat
    assert people.ada_seat.state == SeatState.ENDED


def test_groups_that_fit_alike_are_listed_by_the_hour_on_the_programs_clock(
    session: Session,
) -> None:
    people = cast.make_cast(session)
    for name, zone, hour in [("At eight", "New_York", 20), ("At four", "Los_Angeles", 16)]:
        cast.therapy_group(
            session,
            people.program,
            leaders=[people.cleo],
            name=name,
            timezone=f"America/{zone}",
            meetings=((cast.MONDAY, hour * 60, 60),),
        )
    options = place_options(session, people.program, people.ben_request, on=TODAY)
    assert [option.obstacles for option in options] == [(), (), ()]
    names = [option.row.group.name for option in options]
    assert names == ["Anxiety and depression", "At four", "At eight"]
