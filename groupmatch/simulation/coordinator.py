"""The simulated coordinator: publishes in the morning, follows up, and keeps the calendar."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.records import (
    Admission,
    BundleState,
    Group,
    GroupEntry,
    GroupStatus,
    Offer,
    OfferState,
    Participant,
    ParticipantStatus,
    Pin,
    Request,
    Task,
    TaskKind,
)
from groupmatch.services.care import calls, discharge
from groupmatch.services.drafts import drafts, publishing
from groupmatch.services.groups import groups
from groupmatch.services.requests import pins
from groupmatch.services.sessions import holidays
from groupmatch.simulation.answers import need_is_over
from groupmatch.simulation.leaving import discharge_everywhere
from groupmatch.simulation.world import World, key_of

#: A gated group takes newcomers every fourth week, and its next dates are known so far ahead.
_MODULE, _KNOWN = timedelta(weeks=4), timedelta(weeks=12)


def publish(world: World) -> None:
    """Approve everything that the night proposes, and publish it."""
    report = world.act(_publish)
    if report:
        world.tally["bundles published"] += len(report.published)
        world.tally["bundles refused"] += len(report.refused)


def _publish(world: World, session: Session) -> publishing.PublishReport:
    program = world.program(session)
    for bundle in drafts.current_draft(session, program).in_state(BundleState.PROPOSED):
        drafts.approve(session, bundle, by=world.staff)
    return publishing.publish(session, program, by=world.staff)


def follow_up(world: World) -> None:
    """Do the tasks of yesterday: call, and let those go who need no seat any more."""
    query = (
        select(Task.id)
        .where(Task.program_id == world.program_id, Task.done_at.is_(None))
        .order_by(Task.created_at, Task.id)
    )
    for name in world.ids(query):
        world.act(_follow_up, name)


def _follow_up(world: World, session: Session, name: str) -> None:
    task = session.get_one(Task, name)
    person = session.get_one(Participant, task.participant_id)
    calls.finish_task(session, task, by=world.staff)
    gone = person.status == ParticipantStatus.DISCHARGED
    if gone or person.safety_flag_since is not None:
        return
    if task.kind == TaskKind.OUTREACH:
        times = _times(session, person, TaskKind.OUTREACH)
        share = world.assumed.leaves_after_misses
        if world.chance.happens(share, key_of(person), "stays away", times):
            discharge_everywhere(world, session, person.id, "left after misses")
    elif task.kind == TaskKind.OFFER and not discharge.held_seats(session, person):
        _ask_whether_needed(world, session, person)


def _ask_whether_needed(world: World, session: Session, person: Participant) -> None:
    """Whoever did not answer and still needs a seat may be offered the same group again."""
    query = (
        select(Offer)
        .where(Offer.participant_id == person.id)
        .order_by(Offer.made_at.desc(), Offer.id)
    )
    last = session.scalars(query).first()
    if last is None:
        return
    earlier = select(func.count()).where(
        Offer.request_id == last.request_id, Offer.made_at < last.made_at
    )
    if need_is_over(world, key_of(last.request), session.scalar(earlier) or 0):
        discharge_everywhere(world, session, person.id, "need was over")
    elif last.state == OfferState.LAPSED:
        words = (
            select(Pin)
            .join(Request)
            .where(
                Request.participant_id == person.id,
                Pin.group_id == last.to_group_id,
                Pin.lifted_at.is_(None),
            )
        )
        for word in session.scalars(words.order_by(Pin.set_at, Pin.id)).all():
            pins.lift(session, word, by=world.staff)


def _times(session: Session, person: Participant, kind: TaskKind) -> int:
    done = select(func.count()).where(Task.participant_id == person.id, Task.kind == kind)
    return session.scalar(done) or 0


def close_on_holidays(world: World, weeks: int) -> None:
    """Declare the holidays of the simulated time."""
    first = world.assumed.starts_on
    for day in (first + timedelta(days=n) for n in range(7 * weeks)):
        if f"{day:%m-%d}" in world.assumed.holidays:
            world.act(_close_on, day)


def _close_on(world: World, session: Session, day: date) -> None:
    program = world.program(session)
    holidays.declare_holiday(session, program, on=day, name="Holiday", by=world.staff)


def plan_modules(world: World, on: date) -> None:
    """Give gated groups their next entry dates."""
    query = (
        select(Group.id)
        .join(GroupEntry)
        .where(
            Group.program_id == world.program_id,
            Group.admission == Admission.GATED,
            Group.status == GroupStatus.RUNNING,
        )
        .group_by(Group.id)
        .having(func.max(GroupEntry.entry_on) < on + _KNOWN)
        .order_by(Group.id)
    )
    for name in world.ids(query):
        world.act(_add_entry, name)


def _add_entry(world: World, session: Session, name: str) -> None:
    group = session.get_one(Group, name)
    known = [entry.entry_on for entry in group.entries]
    entries = [*known, max(known) + _MODULE]
    groups.edit_group(session, group, entries=entries, by=world.staff)
