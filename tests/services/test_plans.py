"""How an intensive week ends: taper, last date, and the weekly seat that is reserved ahead."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import NotAllowed, Refused
from groupmatch.matching.care import care
from groupmatch.records import (
    EndReason,
    GateKind,
    Plan,
    Request,
    RequestStatus,
    Seat,
    SeatState,
)
from groupmatch.services.care import gates, plans
from groupmatch.services.participants import people
from groupmatch.services.requests.times import open_times
from groupmatch.services.seats import placing, seats
from tests import cast as make
from tests.cast import MONDAY, NOW, TODAY, Cast, make_cast
from tests.matching.compiling import compiled, gates_of, takes_part

pytestmark = pytest.mark.usefixtures("fixed_clock")

#: A Friday, three weeks and five days ahead.
ENDS_ON = TODAY + timedelta(days=26)
DAY = timedelta(days=1)


def intensive(session: Session, cast: Cast, *, days: tuple[int, ...] = (0, 2, 4)) -> Plan:
    """Ben's plan with a seat in a track of three groups of 50 minutes on each of these days."""
    starts = (600, 660, 720)
    track = make.therapy_group(
        session,
        cast.program,
        leaders=[cast.cleo],
        level_code="iop-adult",
        meetings=tuple((day, start, 50) for day in days for start in starts),
    )
    plan = Plan(
        program_id=cast.program.id,
        participant_id=cast.ben.id,
        level_code="iop-adult",
        created_at=NOW,
    )
    session.add(plan)
    session.flush()
    asked = make.request(session, cast.ben, level_code="iop-adult", plan_id=plan.id)
    make.seat(session, asked, track)
    return plan


def end(session: Session, cast: Cast, plan: Plan, *, taper_weeks: int = 0) -> None:
    plans.end_plan(session, plan, ends_on=ENDS_ON, taper_weeks=taper_weeks, by=cast.mara.id)


def step_down(session: Session, cast: Cast, plan: Plan) -> Request:
    return plans.add_step_down(
        session, plan, topics=["anxiety-depression"], level_code="outpatient", by=cast.nora.id
    )


def test_hours_are_those_of_the_meetings_and_not_of_the_clock(session: Session, cast: Cast) -> None:
    week = plans.plan_week(session, intensive(session, cast))
    # Three times 50 minutes on three days are 7.5 hours, though the clock says 8.5.
    assert (week.minutes, week.days, week.seats) == (450, 3, 1)
    assert week.level.min_minutes == 540
    week = plans.plan_week(session, intensive(session, cast, days=(0, 1, 2, 3)))
    assert (week.minutes, week.days) == (600, 4)


def test_in_a_taper_fewer_hours_are_enough_and_before_it_they_are_not(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        plan = intensive(session, cast)
        end(session, cast, plan, taper_weeks=2)
        for on, fewest in (
            (ENDS_ON - timedelta(days=15), 540),
            (ENDS_ON - timedelta(days=14), None),
            (ENDS_ON - DAY, None),
            (ENDS_ON, 540),
        ):
            [told] = compiled(session, cast.program, on=on, gates=False).document["plans"]
            assert (on, told["min_minutes"]) == (on, fewest)
            assert told["max_minutes"] == 1140


def test_a_taper_is_as_long_as_the_source_allows(session: Session, cast: Cast) -> None:
    plan = intensive(session, cast)
    assert care().taper_weeks == 2
    with pytest.raises(Refused, match="taper_too_long"):
        end(session, cast, plan, taper_weeks=3)
    with pytest.raises(Refused, match="taper_without_end"):
        plans.end_plan(session, plan, ends_on=None, taper_weeks=1, by=cast.mara.id)
    with pytest.raises(Refused, match="last_day_past"):
        plans.end_plan(session, plan, ends_on=TODAY - DAY, taper_weeks=0, by=cast.mara.id)


def test_a_seat_is_reserved_ahead_and_begins_after_the_plan(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        plan = intensive(session, cast)
        end(session, cast, plan)
        asked = step_down(session, cast, plan)
        found = compiled(session, cast.program)
        assert takes_part(found, asked)
        assert asked.urgency == "step_down"
        before = seats.free_seats(session, cast.group)
        seat = placing.place_by_hand(session, asked, cast.group, by=cast.mara.id, reason="agreed")
        # The Monday after the plan's last Friday; the seat is kept from now on.
        assert seat.starts_on == ENDS_ON + timedelta(days=3)
        assert seat.starts_on.weekday() == MONDAY
        assert seats.free_seats(session, cast.group, seat.starts_on) == before - 1


def test_a_clinician_decides_what_follows(session: Session, cast: Cast) -> None:
    plan = intensive(session, cast)
    with pytest.raises(Refused, match="plan_without_end"):
        step_down(session, cast, plan)
    end(session, cast, plan)
    with pytest.raises(NotAllowed, match="not_your_decision"):
        plans.add_step_down(session, plan, topics=["cbt"], level_code="outpatient", by=cast.mara.id)


def test_nobody_reserves_too_early_and_the_level_is_asked_again_when_it_is_late(
    session: Session, cast: Cast
) -> None:
    plan = intensive(session, cast)
    end(session, cast, plan)
    asked = step_down(session, cast, plan)
    early = ENDS_ON - timedelta(weeks=care().step_down_weeks)
    assert not takes_part(compiled(session, cast.program, on=early), asked)
    assert takes_part(compiled(session, cast.program, on=early + DAY), asked)
    make_level(session, cast, "iop-adult")
    assert takes_part(compiled(session, cast.program), asked)
    assert gates_of(compiled(session, cast.program, on=ENDS_ON + DAY), asked) == {"level_of_care"}


def make_level(session: Session, cast: Cast, level: str) -> None:
    """Ben's level of care is another one."""
    gates.clear_gate(session, cast.ben, GateKind.LEVEL_OF_CARE, level_code=level, by=None)


def test_a_waiting_step_down_follows_a_new_last_date(session: Session, cast: Cast) -> None:
    plan = intensive(session, cast)
    end(session, cast, plan)
    asked = step_down(session, cast, plan)
    plans.end_plan(
        session, plan, ends_on=ENDS_ON + timedelta(weeks=1), taper_weeks=0, by=cast.mara.id
    )
    assert asked.needed_from == ENDS_ON + timedelta(days=8)


def test_a_participant_does_not_take_a_reserved_seat_at_once(session: Session, cast: Cast) -> None:
    cast.program.reserve_at_once = True
    plan = intensive(session, cast)
    end(session, cast, plan)
    asked = step_down(session, cast, plan)
    assert asked.id not in {each.request_id for each in open_times(session, cast.ben)}


def test_after_the_last_date_the_seats_are_completed_and_stay_in_the_record(
    database: Database, fixed_clock: object
) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        plan = intensive(session, cast)
        plan.ends_on = TODAY
        assert plans.finish_ended_plans(session, cast.program) == 0
        plan.ends_on = TODAY - DAY
        session.flush()
        assert plans.finish_ended_plans(session, cast.program) == 1
        [asked] = plan.requests
        seat = session.scalars(select(Seat).filter_by(request_id=asked.id)).one()
        assert (seat.state, seat.end_reason) == (SeatState.ENDED, EndReason.COMPLETED)
        assert seat.ends_on == TODAY - DAY
        assert asked.status == RequestStatus.CLOSED
        assert cast.ben_request.status == RequestStatus.OPEN


def test_nobody_with_a_safety_flag_loses_a_seat_to_a_date(session: Session, cast: Cast) -> None:
    plan = intensive(session, cast)
    plan.ends_on = TODAY - DAY
    people.set_safety_flag(session, cast.ben, raised=True, by=cast.mara.id, reason="a call")
    session.flush()
    assert plans.finish_ended_plans(session, cast.program) == 0
