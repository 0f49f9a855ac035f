"""The hours of intensive plans, week by week: what the program held, and what people attended."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.records import NEVER_BEGUN, Plan, Request, Seat, SeatState
from groupmatch.services.sessions.attended_hours import attended_weeks

_SIX_DAYS = timedelta(days=6)


@dataclass(frozen=True)
class IntensiveWeeks:
    """Whole weeks of people on a plan, without those of its taper."""

    weeks: int
    #: In which the sessions held add up to what the level asks for.
    held: int
    #: In which what the person attended does.
    attended: int


def intensive_weeks(session: Session, first: date, last: date) -> IntensiveWeeks:
    """Count the plans' weeks from Monday to Sunday that lie between two dates."""
    weeks = held = attended = 0
    for plan, begins, ends in _served(session, last):
        taper = timedelta(weeks=plan.taper_weeks) if plan.ends_on else timedelta()
        until = min(ends, plan.ends_on or ends) - taper
        for week in attended_weeks(session, plan):
            if max(begins, first) <= week.monday and week.monday + _SIX_DAYS <= min(until, last):
                weeks += 1
                held += week.needed is None or week.held >= week.needed
                attended += week.met
    return IntensiveWeeks(weeks, held, attended)


def _served(session: Session, last: date) -> list[tuple[Plan, date, date]]:
    """Plans with the first date on which all their seats stood, and the last."""
    query = (
        select(Plan, func.max(Seat.starts_on), func.min(func.coalesce(Seat.ends_on, last)))
        .join(Request, Request.plan_id == Plan.id)
        .join(Seat, Seat.request_id == Request.id)
        .where(
            Seat.state != SeatState.OFFERED,
            func.coalesce(Seat.end_reason.not_in(NEVER_BEGUN), True),
        )
        .group_by(Plan.id)
    )
    return [(plan, begins, ends) for plan, begins, ends in session.execute(query)]
