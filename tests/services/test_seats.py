"""Seats are taken, ended and moved by one room of the house, under its locks."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    Admission,
    AuditEntry,
    EndReason,
    Group,
    GroupEntry,
    GroupStatus,
    OutboxMail,
    RequestStatus,
    SeatState,
    SwitchKind,
    SwitchReason,
    SwitchState,
)
from groupmatch.services.seats import seats
from groupmatch.services.sessions import holidays
from groupmatch.services.sessions.session_calendar import session_calendar
from groupmatch.services.switching import switches
from tests import cast
from tests.cast import TODAY, WEDNESDAY

NEXT_MONDAY = date(2026, 11, 23)


def acts(session: Session) -> list[str]:
    return sorted(session.scalars(select(AuditEntry.act)))


def refusal(caught: pytest.ExceptionInfo[Refused]) -> str:
    return caught.value.code


def test_a_seat_is_taken_with_its_date_and_its_author(session: Session) -> None:
    people = cast.make_cast(session)
    seat = seats.take(
        session, people.ben_request, people.group, starts_on=NEXT_MONDAY, by=people.mara.id
    )
    assert (seat.state, seat.starts_on, seat.created_by_id) == (
        SeatState.ACTIVE,
        NEXT_MONDAY,
        people.mara.id,
    )
    assert seats.seat_of(session, people.ben_request) is seat
    assert acts(session) == ["seat.taken"]


def test_a_full_group_admits_nobody(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.max_size = 1
    with pytest.raises(Conflict) as caught:
        seats.take(session, people.ben_request, people.group, starts_on=NEXT_MONDAY, by=None)
    assert refusal(caught) == "group_full"


def test_seats_kept_free_for_expected_people_are_not_given_away(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.max_size, people.group.held_seats = 3, 2
    assert seats.free_seats(session, people.group) == 0
    with pytest.raises(Conflict) as caught:
        seats.take(session, people.ben_request, people.group, starts_on=NEXT_MONDAY, by=None)
    assert refusal(caught) == "group_full"


@pytest.mark.parametrize("state", [SeatState.OFFERED, SeatState.ON_HOLD])
def test_an_offered_seat_and_one_on_hold_take_up_room(session: Session, state: SeatState) -> None:
    people = cast.make_cast(session)
    people.ada_seat.state = state
    assert seats.free_seats(session, people.group) == 7


def test_an_ended_seat_takes_up_no_room_and_may_be_given_again(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.max_size = 1
    seats.end_seat(
        session, people.ada_seat, last_on=TODAY, reason=EndReason.WITHDREW, by=people.mara.id
    )
    seats.take(session, people.ben_request, people.group, starts_on=NEXT_MONDAY, by=None)
    assert seats.free_seats(session, people.group) == 0


def test_a_request_holds_one_seat_at_most(session: Session) -> None:
    people = cast.make_cast(session)
    other = cast.therapy_group(session, people.program, leaders=[people.cleo])
    with pytest.raises(Conflict) as caught:
        seats.take(session, people.ada_request, other, starts_on=NEXT_MONDAY, by=None)
    assert refusal(caught) == "already_seated"


def test_two_requests_of_one_person_never_share_a_group(session: Session) -> None:
    people = cast.make_cast(session)
    second = cast.request(session, people.ada)
    with pytest.raises(Conflict) as caught:
        seats.take(session, second, people.group, starts_on=NEXT_MONDAY, by=None)
    assert refusal(caught) == "already_member"


@pytest.mark.parametrize("status", [GroupStatus.PROPOSED, GroupStatus.ENDED])
def test_a_group_that_does_not_run_has_no_seats(session: Session, status: GroupStatus) -> None:
    people = cast.make_cast(session)
    people.group.status = status
    with pytest.raises(Conflict) as caught:
        seats.take(session, people.ben_request, people.group, starts_on=NEXT_MONDAY, by=None)
    assert refusal(caught) == "group_not_running"


def test_a_need_that_is_over_gets_no_seat(session: Session) -> None:
    people = cast.make_cast(session)
    people.ben_request.status = RequestStatus.CLOSED
    with pytest.raises(Conflict) as caught:
        seats.take(session, people.ben_request, people.group, starts_on=NEXT_MONDAY, by=None)
    assert refusal(caught) == "request_over"


def test_a_seat_that_is_completed_closes_its_need_and_stays_on_record(session: Session) -> None:
    people = cast.make_cast(session)
    seats.end_seat(
        session,
        people.ada_seat,
        last_on=TODAY,
        reason=EndReason.COMPLETED,
        by=people.mara.id,
        note="twelve sessions",
    )
    session.expire_all()
    assert (people.ada_seat.state, people.ada_seat.ends_on) == (SeatState.ENDED, TODAY)
    assert people.ada_request.status == RequestStatus.CLOSED
    assert acts(session) == ["request.closed", "seat.ended"]


def test_one_leaver_changes_nothing_for_the_group_or_its_other_members(session: Session) -> None:
    people = cast.make_cast(session)
    ben_seat = cast.seat(session, people.ben_request, people.group)
    seats.end_seat(
        session, people.ada_seat, last_on=TODAY, reason=EndReason.WITHDREW, by=people.mara.id
    )
    assert people.group.status == GroupStatus.RUNNING
    assert (ben_seat.state, ben_seat.ends_on) == (SeatState.ACTIVE, None)


def test_who_loses_a_seat_without_wanting_to_waits_again(session: Session) -> None:
    people = cast.make_cast(session)
    people.ada_request.waiting_since = date(2026, 3, 1)
    seats.end_seat(
        session, people.ada_seat, last_on=TODAY, reason=EndReason.GROUP_ENDED, by=people.mara.id
    )
    assert people.ada_request.status == RequestStatus.OPEN
    assert people.ada_request.waiting_since == TODAY


def test_a_seat_ends_once(session: Session) -> None:
    people = cast.make_cast(session)
    ending = {"last_on": TODAY, "reason": EndReason.BY_HAND, "by": people.mara.id}
    seats.end_seat(session, people.ada_seat, **ending)
    with pytest.raises(Conflict) as caught:
        seats.end_seat(session, people.ada_seat, **ending)
    assert refusal(caught) == "seat_over"


def test_a_seat_does_not_end_in_the_future_and_free_its_room_today(session: Session) -> None:
    people = cast.make_cast(session)
    with pytest.raises(Refused) as caught:
        seats.end_seat(
            session, people.ada_seat, last_on=NEXT_MONDAY, reason=EndReason.BY_HAND, by=None
        )
    assert refusal(caught) == "last_day_ahead"


def test_today_is_the_groups_own_date(
    session: Session, fixed_clock: time_machine.Traveller
) -> None:
    people = cast.make_cast(session)
    people.group.timezone = "Pacific/Auckland"  # where it is Monday already
    seats.end_seat(session, people.ada_seat, last_on=NEXT_MONDAY, reason=EndReason.BY_HAND, by=None)
    assert people.ada_seat.ends_on == NEXT_MONDAY


def test_a_move_leaves_one_seat_and_keeps_the_former_on_record(session: Session) -> None:
    people = cast.make_cast(session)
    other = cast.therapy_group(
        session, people.program, leaders=[people.cleo], meetings=((WEDNESDAY, 1080, 60),)
    )
    seat = seats.move(
        session, people.ada_seat, other, starts_on=date(2026, 11, 25), by=people.mara.id
    )
    assert seats.seat_of(session, people.ada_request) is seat
    assert people.ada_seat.end_reason == EndReason.MOVED
    # Attendance of this very day stays with the former group.
    assert people.ada_seat.ends_on == TODAY
    assert people.ada_request.waiting_since == TODAY


def test_a_move_into_a_full_group_leaves_the_member_where_they_are(session: Session) -> None:
    people = cast.make_cast(session)
    full = cast.therapy_group(session, people.program, leaders=[people.cleo], max_size=1)
    cast.seat(session, people.ben_request, full)
    with pytest.raises(Conflict), session.begin_nested():
        seats.move(session, people.ada_seat, full, starts_on=NEXT_MONDAY, by=people.mara.id)
    session.expire_all()
    assert people.ada_seat.state == SeatState.ACTIVE
    assert people.ada_seat.ends_on is None


def test_a_move_grants_the_open_switch_request(session: Session) -> None:
    people = cast.make_cast(session)
    other = cast.therapy_group(session, people.program, leaders=[people.cleo])
    switch = switches.request_switch(
        session, people.ada_seat, kind=SwitchKind.TIME, reason=SwitchReason.SCHEDULE, by=None
    )
    seats.move(session, people.ada_seat, other, starts_on=NEXT_MONDAY, by=people.mara.id)
    assert switch.state == SwitchState.GRANTED
    assert people.ada_seat.end_reason == EndReason.SWITCHED


def test_two_members_trade_places_between_full_groups(session: Session) -> None:
    people = cast.make_cast(session)
    people.group.max_size = 1
    other = cast.therapy_group(session, people.program, leaders=[people.cleo], max_size=1)
    ben_seat = cast.seat(session, people.ben_request, other)
    for seat in (people.ada_seat, ben_seat):
        seats.end_seat(session, seat, last_on=TODAY, reason=EndReason.SWITCHED, by=None)
    seats.take(session, people.ada_request, other, starts_on=NEXT_MONDAY, by=None)
    seats.take(session, people.ben_request, people.group, starts_on=NEXT_MONDAY, by=None)
    assert seats.free_seats(session, other) == seats.free_seats(session, people.group) == 0


def test_a_participant_hears_of_a_change_once_and_in_neutral_words(session: Session) -> None:
    people = cast.make_cast(session)
    other = cast.therapy_group(session, people.program, leaders=[people.cleo])
    seats.move(session, people.ada_seat, other, starts_on=NEXT_MONDAY, by=people.mara.id)
    [mail] = session.scalars(select(OutboxMail))
    assert (mail.recipient, mail.template, mail.facts) == ("ada@example.org", "schedule", {})


def test_an_import_of_seats_tells_nobody(session: Session) -> None:
    people = cast.make_cast(session)
    seats.take(session, people.ben_request, people.group, starts_on=TODAY, by=None, tell=False)
    assert session.scalars(select(OutboxMail)).all() == []


def first_date(session: Session, group: Group, from_on: date | None = None) -> date | None:
    first = session_calendar(session, [group]).first_for_newcomers(group, from_on)
    return first.on if first else None


def test_a_newcomer_starts_at_the_next_session(session: Session) -> None:
    group = cast.make_cast(session).group
    assert first_date(session, group) == NEXT_MONDAY
    later = first_date(session, group, NEXT_MONDAY + timedelta(days=1))
    assert later == NEXT_MONDAY + timedelta(days=7)


def test_a_newcomer_does_not_start_where_nobody_meets(session: Session) -> None:
    people = cast.make_cast(session)
    holidays.declare_holiday(
        session, people.program, on=NEXT_MONDAY, name="Closed", by=people.mara.id
    )
    session.flush()
    assert first_date(session, people.group) == NEXT_MONDAY + timedelta(days=7)


def test_a_gated_group_takes_newcomers_from_its_next_entry_date(session: Session) -> None:
    group = cast.make_cast(session).group
    group.admission = Admission.GATED
    assert first_date(session, group) is None
    for entry_on in (date(2026, 11, 2), date(2027, 1, 4), date(2026, 12, 8)):
        session.add(GroupEntry(group_id=group.id, entry_on=entry_on))
    session.flush()
    session.expire(group, ["entries"])
    assert first_date(session, group) == date(2026, 12, 14)


def test_a_group_that_ends_before_its_next_session_has_no_first_date(session: Session) -> None:
    group = cast.make_cast(session).group
    group.ends_on = TODAY
    assert first_date(session, group) is None
