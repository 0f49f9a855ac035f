"""Intensive plans: when they end, and the weekly seat that is reserved for the day after."""

from datetime import date, timedelta
from itertools import chain

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from groupmatch.records import GroupKind, Plan, Request, Seat, SeatState
from groupmatch.services.care import plans
from groupmatch.services.hours import availability
from groupmatch.simulation.world import World, key_of

#: The topic that would serve afterwards, too, and how many lines of the usual hours.
_NEXT, _LINES = "self-compassion", 2


def set_ends(world: World, on: date) -> None:
    """A clinician says of every plan that has begun when it ends, and what follows it."""
    for name in world.ids(_begun_without_end()):
        world.act(_set_end, name, on)


def _begun_without_end() -> Select[str]:
    """The plans whose seats have all begun."""
    active = func.count(Seat.id)
    return (
        select(Plan.id)
        .join(Request, Request.plan_id == Plan.id)
        .outerjoin(Seat, (Seat.request_id == Request.id) & (Seat.state == SeatState.ACTIVE))
        .where(Plan.ends_on.is_(None))
        .group_by(Plan.id)
        .having(active == func.count(Request.id))
        .order_by(Plan.created_at, Plan.id)
    )


def _set_end(world: World, session: Session, name: str, on: date) -> None:
    plan = session.get_one(Plan, name)
    track = next(each for each in plan.requests if each.kind == GroupKind.GROUP)
    plans.end_plan(
        session,
        plan,
        ends_on=_ends_on(world, session, track, on),
        taper_weeks=world.assumed.taper_weeks,
        by=world.staff,
    )
    _paint_hours(world, session, track)
    plans.add_step_down(
        session,
        plan,
        topics=list(dict.fromkeys((track.topics[0].topic_code, _NEXT))),
        level_code="outpatient",
        external_id=f"{key_of(track)}-step-down",
        by=world.staff,
    )


def _paint_hours(world: World, session: Session, track: Request) -> None:
    """For the time after it they are free at more hours than those of their track."""
    person = track.participant
    usual = world.assumed.usual_spans()
    lines = world.chance.stream(key_of(track), "hours after").sample(usual, _LINES)
    hours = [*availability.weekly(session, person), *chain.from_iterable(lines)]
    availability.set_weekly(session, person, hours, by=None)


def _ends_on(world: World, session: Session, track: Request, on: date) -> date:
    """After its whole weeks; of a plan from before the year, after what is left of them."""
    weeks = world.assumed.intensive_weeks
    began = session.scalars(
        select(func.min(Seat.starts_on)).where(
            Seat.request_id == track.id, Seat.state == SeatState.ACTIVE
        )
    ).one()
    if began < world.assumed.starts_on:
        left = world.chance.stream(key_of(track), "weeks left").randint(1, weeks)
        return on + timedelta(weeks=left)
    return began + timedelta(weeks=weeks, days=-1)
