"""What therapists see of their own groups: the week on their clock, and who comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from groupmatch.records import (
    MEETING_STATES,
    Group,
    GroupLeader,
    Seat,
    SeatState,
    Therapist,
    still_comes,
)
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
    #: This week's hours in the therapist's zone.
    meetings: tuple[LocalMeeting, ...]
    timezone: str
    #: The others who lead it.
    beside: tuple[str, ...]
    seats: int
    starts_on: date | None
    ends_on: date | None
    members: tuple[Member, ...]


def my_groups(session: Session, therapist: Therapist, on: date) -> list[MyGroup]:
    """The groups that a therapist leads at present, with their hours in the week of a date."""
    groups = _led(session, therapist)
    seats = _coming(session, groups, on)
    return [_my_group(group, therapist, on, seats[group.id]) for group in groups]


def _led(session: Session, therapist: Therapist) -> Sequence[Group]:
    query = (
        select(Group)
        .join(GroupLeader)
        .where(GroupLeader.therapist_id == therapist.id, Group.status.in_(MEETING_STATES))
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
    beside = (leader.therapist for leader in group.leaders if leader.therapist_id != therapist.id)
    members = (
        Member(seat.participant.short_name, seat.starts_on, seat.ends_on, seat.state)
        for seat in seats
    )
    return MyGroup(
        id=group.id,
        name=group.name,
        meetings=tuple(local_time.meeting_times(group, therapist.timezone, on)),
        timezone=group.timezone,
        beside=tuple(each.full_name for each in beside),
        seats=group.max_size,
        starts_on=group.starts_on,
        ends_on=group.ends_on,
        members=tuple(sorted(members, key=lambda member: member.name)),
    )
