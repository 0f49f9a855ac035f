"""How an intensive week ends: its last date, fewer hours in its last weeks, and what follows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from groupmatch import clock
from groupmatch.errors import Refused
from groupmatch.matching.care import care
from groupmatch.records import (
    EndReason,
    Group,
    LevelOfCare,
    Participant,
    Plan,
    Program,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    StaffRole,
)
from groupmatch.services import locks
from groupmatch.services.accounts import staff
from groupmatch.services.audit import changes
from groupmatch.services.requests import requests
from groupmatch.services.seats import seats

_STEP_DOWN = "step_down"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlanWeek:
    """What the seats of a plan add up to, and what its level of care asks."""

    #: Minutes of the meetings themselves: a break between two of them counts for nothing.
    minutes: int
    days: int
    seats: int
    requests: int
    level: LevelOfCare


def end_plan(
    session: Session, plan: Plan, *, ends_on: date | None, taper_weeks: int, by: str | None
) -> bool:
    """Set a plan's last local date, and in how many weeks before it fewer hours are enough.

    A step-down request that waits follows a new date. Raises Refused `last_day_past`,
    `taper_without_end` or `taper_too_long`.
    """
    locks.hold(session, plan)
    today = clock.today(plan.participant.timezone)
    most = care().taper_weeks
    if ends_on is not None and ends_on < today and ends_on != plan.ends_on:
        raise Refused("last_day_past", today=today)
    if ends_on is None and taper_weeks:
        raise Refused("taper_without_end")
    if not 0 <= taper_weeks <= most:
        raise Refused("taper_too_long", most=most)
    if ends_on is not None:
        for waiting in _waiting_step_downs(session, plan):
            requests.need_from(session, waiting, ends_on + _DAY, by=by)
    return changes.apply(
        session,
        plan,
        {"ends_on": ends_on, "taper_weeks": taper_weeks},
        editable=("ends_on", "taper_weeks"),
        act="plan.edited",
        by=by,
    )


def add_step_down(
    session: Session,
    plan: Plan,
    *,
    topics: Sequence[str],
    level_code: str,
    by: str | None,
    **wish: Any,
) -> Request:
    """Ask for a weekly seat that is held from the day after the plan ends.

    It is a clinician's decision on the level of care that follows. Raises NotAllowed
    `not_your_decision`, Refused `plan_without_end`, and as `requests.add_request` does.
    """
    staff.refuse_without_role(session, plan.program_id, [StaffRole.CLINICIAN], by=by)
    if plan.ends_on is None:
        raise Refused("plan_without_end")
    return requests.add_request(
        session,
        plan.participant,
        topics=topics,
        level_code=level_code,
        urgency=_STEP_DOWN,
        needed_from=plan.ends_on + _DAY,
        by=by,
        **wish,
    )


def finish_ended_plans(session: Session, program: Program, *, by: str | None = None) -> int:
    """End the seats of plans whose last date is over; whoever has a safety flag keeps theirs.

    Called before each night's run. Returns how many seats ended.
    """
    locks.hold_program(session, program.id)
    today = clock.today(program.timezone)
    query = (
        select(Seat, Plan.ends_on)
        .join(Request, Request.id == Seat.request_id)
        .join(Plan, Plan.id == Request.plan_id)
        .join(Participant, Participant.id == Seat.participant_id)
        .where(
            Seat.program_id == program.id,
            Seat.state != SeatState.ENDED,
            Plan.ends_on < today,
            Participant.safety_flag_since.is_(None),
        )
        .order_by(Seat.id)
    )
    over = session.execute(query).all()
    for seat, ends_on in over:
        seats.end_seat(
            session, seat, last_on=ends_on or today, reason=EndReason.COMPLETED, by=by, tell=False
        )
    return len(over)


def plan_week(session: Session, plan: Plan) -> PlanWeek:
    """The hours and days of a plan's week, from the meetings of the seats that it holds."""
    query = (
        select(Group)
        .join(Seat, Seat.group_id == Group.id)
        .join(Request, Request.id == Seat.request_id)
        .where(Request.plan_id == plan.id, Seat.state != SeatState.ENDED)
        .options(selectinload(Group.meetings))
    )
    groups = session.scalars(query).all()
    meetings = [meeting for group in groups for meeting in group.meetings if meeting.lasts]
    return PlanWeek(
        minutes=sum(meeting.minutes for meeting in meetings),
        days=len({meeting.weekday for meeting in meetings}),
        seats=len(groups),
        requests=len([each for each in plan.requests if each.status == RequestStatus.OPEN]),
        level=session.get_one(LevelOfCare, plan.level_code),
    )


def _waiting_step_downs(session: Session, plan: Plan) -> Sequence[Request]:
    """Requests for the day after the plan's present end that hold no seat yet."""
    if plan.ends_on is None:
        return ()
    held = select(Seat.id).where(Seat.request_id == Request.id, Seat.state != SeatState.ENDED)
    query = select(Request).where(
        Request.participant_id == plan.participant_id,
        Request.status == RequestStatus.OPEN,
        Request.needed_from == plan.ends_on + _DAY,
        ~held.exists(),
    )
    return session.scalars(query).all()
