"""From one group to another: no week is missed, none is attended twice, nobody is in two places."""

from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict
from groupmatch.records import (
    CancelReason,
    EndReason,
    Group,
    GroupEntry,
    GroupSession,
    Seat,
    SeatState,
)
from groupmatch.services.hours import local_time
from groupmatch.services.participants.my_care import my_care
from groupmatch.services.seats import placing, seats
from groupmatch.services.seats.handover import Change, Handover, handover, handovers
from groupmatch.services.sessions import cancelling, holidays
from groupmatch.services.sessions.session_calendar import session_calendar
from tests import cast
from tests.cast import MONDAY, NOW, THURSDAY, TUESDAY, WEDNESDAY, Cast

Clock = time_machine.Traveller
LONG_AGO = date(2026, 9, 1)
TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("America/New_York"))


def weekly(session: Session, people: Cast, weekday: int, **more: object) -> Group:
    return cast.therapy_group(
        session, people.program, leaders=[people.cleo], meetings=((weekday, 600, 60),), **more
    )


def held(session: Session, people: Cast, group: Group, name: str = "Eve") -> Seat:
    person = cast.participant(session, people.program, name)
    return cast.seat(session, cast.request(session, person), group, starts_on=LONG_AGO)


def handed_over(session: Session, seat: Seat | None, group: Group) -> Handover:
    [dates] = handed_over_together(session, (seat, group))
    return dates


def handed_over_together(session: Session, *pairs: tuple[Seat | None, Group]) -> list[Handover]:
    session.flush()
    changes = [Change(*pair) for pair in pairs]
    calendar = session_calendar(session, [group for each in changes for group in each.groups])
    return handovers(calendar, changes)


def test_a_session_before_the_week_of_the_change_is_still_the_former_groups(
    session: Session, fixed_clock: Clock
) -> None:
    people = cast.make_cast(session)
    fixed_clock.move_to(TUESDAY_NOON)
    seat = held(session, people, weekly(session, people, WEDNESDAY))
    dates = handed_over(session, seat, people.group)
    assert dates == Handover(last_on=date(2026, 11, 25), starts_on=date(2026, 11, 30))


def test_a_week_that_the_former_group_has_served_is_not_served_again(
    session: Session, fixed_clock: Clock
) -> None:
    people = cast.make_cast(session)
    fixed_clock.move_to(TUESDAY_NOON)
    seat = held(session, people, weekly(session, people, MONDAY))
    dates = handed_over(session, seat, weekly(session, people, WEDNESDAY))
    assert dates == Handover(last_on=date(2026, 11, 24), starts_on=date(2026, 12, 2))


def test_whatever_the_days_each_week_has_one_session(session: Session, fixed_clock: Clock) -> None:
    people = cast.make_cast(session)
    groups = [weekly(session, people, weekday) for weekday in range(7)]
    seats_of = [held(session, people, group, f"Eve{n}") for n, group in enumerate(groups)]
    calendar = session_calendar(session, groups)
    for day, (seat, group) in product(range(7), product(seats_of, groups)):
        fixed_clock.move_to(NOW + timedelta(days=day))
        dates = handover(calendar, Change(seat, group))
        assert dates.last_on is not None
        came = local_time.sittings(seat.group, LONG_AGO, dates.last_on)
        comes = local_time.sittings(group, dates.starts_on, date(2027, 1, 31))
        weeks = [each.on.isocalendar()[:2] for each in (*came, *comes)]
        assert len(weeks) == len(set(weeks)), (day, dates)
        mondays = {date.fromisocalendar(*week, 1) for week in weeks}
        assert len(mondays) == (max(mondays) - min(mondays)).days // 7 + 1, (day, dates)


def test_without_the_rule_a_week_is_missed(session: Session, fixed_clock: Clock) -> None:
    """Ending today and beginning next time, as moves did once: Wednesday's session is lost."""
    people = cast.make_cast(session)
    fixed_clock.move_to(TUESDAY_NOON)
    former = weekly(session, people, WEDNESDAY)
    first = seats.begins_on(session, people.ben_request, people.group)
    came = local_time.sittings(former, LONG_AGO, date(2026, 11, 24))
    assert first is not None
    assert (came[-1].on, first) == (date(2026, 11, 18), date(2026, 11, 30))


def test_a_week_in_which_the_new_group_does_not_meet_stays_with_the_former(
    session: Session, fixed_clock: Clock
) -> None:
    people = cast.make_cast(session)
    fixed_clock.move_to(TUESDAY_NOON)
    seat = held(session, people, weekly(session, people, WEDNESDAY))
    close(session, people, date(2026, 11, 30))
    dates = handed_over(session, seat, people.group)
    assert dates == Handover(last_on=date(2026, 12, 2), starts_on=date(2026, 12, 7))


def test_a_week_in_which_the_former_group_did_not_meet_is_the_new_ones(
    session: Session, fixed_clock: Clock
) -> None:
    people = cast.make_cast(session)
    seat = held(session, people, weekly(session, people, MONDAY))
    new = weekly(session, people, WEDNESDAY)
    close(session, people, date(2026, 11, 23))
    fixed_clock.move_to(TUESDAY_NOON)
    dates = handed_over(session, seat, new)
    assert dates == Handover(last_on=date(2026, 11, 24), starts_on=date(2026, 11, 25))


def test_a_cancelled_session_is_nobodys_last_or_first(session: Session, fixed_clock: Clock) -> None:
    people = cast.make_cast(session)
    fixed_clock.move_to(TUESDAY_NOON)
    former, new = weekly(session, people, WEDNESDAY), weekly(session, people, THURSDAY)
    seat = held(session, people, former)
    for group, on in ((former, date(2026, 11, 25)), (new, date(2026, 11, 26))):
        cancel(session, people, group, on)
    dates = handed_over(session, seat, new)
    assert dates == Handover(last_on=date(2026, 11, 24), starts_on=date(2026, 12, 3))


def close(session: Session, people: Cast, on: date) -> None:
    holidays.declare_holiday(session, people.program, on=on, name="Closed", by=people.mara.id)


def cancel(session: Session, people: Cast, group: Group, on: date) -> None:
    sitting = local_time.sittings(group, on, on)[0]
    meeting = GroupSession(
        program_id=group.program_id,
        group_id=group.id,
        on=on,
        starts_at=sitting.starts_at,
        minutes=sitting.minutes,
        created_at=NOW,
    )
    session.add(meeting)
    session.flush()
    cancelling.cancel_session(
        session, meeting, reason=CancelReason.LEADER_AWAY, note="", by=people.mara.id
    )
    session.flush()


def test_people_who_trade_places_change_in_one_week(session: Session, fixed_clock: Clock) -> None:
    people = cast.make_cast(session)
    fixed_clock.move_to(TUESDAY_NOON)
    one, other = weekly(session, people, MONDAY), weekly(session, people, THURSDAY)
    first, second = held(session, people, one), held(session, people, other, "Finn")
    assert handed_over_together(session, (first, other), (second, one)) == [
        Handover(last_on=date(2026, 11, 24), starts_on=date(2026, 12, 3)),
        Handover(last_on=date(2026, 11, 26), starts_on=date(2026, 11, 30)),
    ]


def test_who_takes_a_leavers_place_waits_for_their_week(
    session: Session, fixed_clock: Clock
) -> None:
    people = cast.make_cast(session)
    gated = weekly(session, people, THURSDAY, admission="gated")
    gated.entries.append(GroupEntry(entry_on=date(2026, 12, 9)))
    leaver = held(session, people, people.group)
    moved, newcomer = handed_over_together(session, (leaver, gated), (None, people.group))
    assert moved == Handover(last_on=date(2026, 11, 30), starts_on=date(2026, 12, 10))
    assert newcomer.starts_on >= date(2026, 12, 7)


def test_a_group_that_takes_nobody_any_more_has_no_date(session: Session) -> None:
    people = cast.make_cast(session)
    closed = weekly(session, people, THURSDAY, admission="gated")
    with pytest.raises(Conflict) as caught:
        handed_over(session, people.ada_seat, closed)
    assert caught.value.code == "no_session_left"


def _moved_by_hand(session: Session, people: Cast, clock: Clock) -> tuple[Seat, Seat]:
    clock.move_to(TUESDAY_NOON)
    hours = ((MONDAY, 0, 1440), (TUESDAY, 0, 1440), (WEDNESDAY, 0, 1440))
    person = cast.participant(session, people.program, "Eve", hours=hours)
    request = cast.request(session, person)
    former = cast.seat(session, request, weekly(session, people, WEDNESDAY), starts_on=LONG_AGO)
    new = placing.place_by_hand(
        session, request, people.group, by=people.mara.id, reason="asked on the phone"
    )
    return former, new


def test_a_move_by_hand_keeps_the_sessions_that_are_left(
    database: Database, fixed_clock: Clock
) -> None:
    with database.transaction() as session:
        former, new = _moved_by_hand(session, cast.make_cast(session), fixed_clock)
        assert (former.state, former.ends_on) == (SeatState.ENDED, date(2026, 11, 25))
        assert new.starts_on == date(2026, 11, 30)
        care = my_care(session, new.participant, now=TUESDAY_NOON, weeks=2)
        assert [each.meeting.on for each in care.sessions] == [
            date(2026, 11, 25),
            date(2026, 11, 30),
            date(2026, 12, 7),
        ]
        assert [(seat.id, seat.ends_on) for seat in care.seats] == [
            (former.id, date(2026, 11, 25)),
            (new.id, None),
        ]


def test_a_place_is_taken_until_its_member_has_left(database: Database, fixed_clock: Clock) -> None:
    with database.transaction() as session:
        former, _ = _moved_by_hand(session, cast.make_cast(session), fixed_clock)
        group = former.group
        room = group.max_size
        assert seats.free_seats(session, group, date(2026, 11, 25)) == room - 1
        assert seats.free_seats(session, group, date(2026, 11, 26)) == room
        assert seats.free_seats(session, group) == room - 1


def test_a_second_change_before_the_first_leaves_the_agreed_weeks_alone(
    database: Database, fixed_clock: Clock
) -> None:
    with database.transaction() as session:
        people = cast.make_cast(session)
        former, new = _moved_by_hand(session, people, fixed_clock)
        # Wednesday's session of this week is agreed; Thursday of this week would be a second one.
        dates = handed_over(session, new, weekly(session, people, THURSDAY))
        assert (former.ends_on, dates.starts_on) == (date(2026, 11, 25), date(2026, 12, 3))


def test_sessions_that_are_left_fall_away_with_the_need(
    database: Database, fixed_clock: Clock
) -> None:
    with database.transaction() as session:
        former, new = _moved_by_hand(session, cast.make_cast(session), fixed_clock)
        seats.end_seat(
            session, new, last_on=date(2026, 11, 24), reason=EndReason.COMPLETED, by=None
        )
        assert my_care(session, new.participant, now=TUESDAY_NOON, weeks=2).sessions == ()
        assert former.ends_on == date(2026, 11, 24)
        room = former.group.max_size
        assert seats.free_seats(session, former.group, date(2026, 11, 25)) == room
