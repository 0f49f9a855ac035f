"""What therapists see of their own groups: the week on their clock, and who comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from groupmatch.records import (
    MEETING_STATES,
    Group,
    GroupLeader,
    Meeting,
    Seat,
    SeatState,
    Therapist,
    leads_from,
    still_comes,
)
from groupmatch.services.groups.leading import Leader, leaders_from
from groupmatch.services.hours import local_time
from groupmatch.services.hours.local_time import LocalMeeting


@dataclass(frozen=True)
class Member:
    """One line of a roster: first name and initial only."""

    name: str
    #: First local date of the seat.
    since: date
    #: Last date of somebody who goes to another group.
    until: date | None
    state: SeatState


@dataclass(frozen=True)
class MyGroup:
    """One group with its roster."""

    id: str
    name: str
    #: The hours that they lead this week, in their zone.
    meetings: tuple[LocalMeeting, ...]
    timezone: str
    #: The others who lead it.
    beside: tuple[Leader, ...]
    seats: int
    #: First local date on which they lead it, where it is yet to come, and the last one, where
    #: one is known.
    starts_on: date | None
    ends_on: date | None
    members: tuple[Member, ...]


def my_groups(session: Session, therapist: Therapist, on: date) -> list[MyGroup]:
    """The groups that a therapist leads on a date or later, with the hours that they lead in the
    week of that date.
    """
    groups = _led(session, therapist, on)
    seats = _coming(session, groups, on)
    return [_my_group(group, therapist, on, seats[group.id]) for group in groups]


def _led(session: Session, therapist: Therapist, on: date) -> Sequence[Group]:
    led = and_(GroupLeader.therapist_id == therapist.id, leads_from(on))
    query = (
        select(Group)
        .where(Group.leaders.any(led), Group.status.in_(MEETING_STATES))
        .options(
            selectinload(Group.meetings),
            selectinload(Group.leaders).selectinload(GroupLeader.therapist),
        )
        .order_by(Group.name, Group.id)
    )
    return session.scalars(query).all()


def _coming(session: Session, groups: Sequence[Group], on: date) -> dict[str, list[Seat]]:
    seats: dict[str, list[Seat]] = {group.id: [] for group in groups}
    query = (
        select(Seat)
        .where(Seat.group_id.in_(seats), still_comes(on))
        .options(joinedload(Seat.participant))
    )
    for seat in session.scalars(query):
        seats[seat.group_id].append(seat)
    return seats


def _my_group(group: Group, therapist: Therapist, on: date, seats: Sequence[Seat]) -> MyGroup:
    leaders = leaders_from(group, on)
    own = next(each for each in leaders if each.therapist_id == therapist.id)
    hours = _led_hours(group, own, on)
    begins = own.from_on or group.starts_on
    members = (
        Member(seat.participant.short_name, seat.starts_on, seat.ends_on, seat.state)
        for seat in seats
    )
    return MyGroup(
        id=group.id,
        name=group.name,
        meetings=tuple(local_time.meeting_times(hours, therapist.timezone, on)),
        timezone=group.timezone,
        beside=tuple(each for each in leaders if each != own),
        seats=group.max_size,
        starts_on=begins if begins and begins > on else None,
        ends_on=min(filter(None, (own.until_on, group.ends_on)), default=None),
        members=tuple(sorted(members, key=lambda member: member.name)),
    )


@dataclass(frozen=True)
class _Hours:
    timezone: str
    meetings: Sequence[Meeting]


def _led_hours(group: Group, leader: Leader, on: date) -> _Hours:
    """The meetings that somebody leads in the week of a date."""
    monday = on - timedelta(days=on.weekday())
    led = [
        each for each in group.meetings if leader.leads_on(monday + timedelta(days=each.weekday))
    ]
    return _Hours(group.timezone, led)
