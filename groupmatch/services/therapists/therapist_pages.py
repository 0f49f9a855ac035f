"""Therapists as staff read them: the list with load and licenses, and one on a page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from groupmatch import clock
from groupmatch.database.columns import columns
from groupmatch.records import (
    MEETING_STATES,
    Account,
    AvailabilityException,
    Group,
    GroupLeader,
    GroupStatus,
    License,
    Meeting,
    Program,
    Therapist,
    leads_from,
    leads_on,
)
from groupmatch.services.audit.history import History, history
from groupmatch.services.groups.groups_table import GroupRow, group_sizes
from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Span

#: Where it holds, a region or a compact, and the last date if it has one.
_License = tuple[str, date | None]


class TherapistRow(NamedTuple):
    """One therapist, what they lead, and where they may treat people."""

    id: str
    first_name: str
    last_name: str
    #: Most minutes of sessions a week; None for no limit.
    max_minutes: int | None
    #: Whether they lead groups at present.
    active: bool
    groups: int
    #: Minutes of sessions a week.
    minutes: int
    #: Regions and compacts of the licenses that hold today, in order.
    licensed: tuple[str, ...]
    #: The first date on which one of them ends.
    ends_on: date | None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class TherapistPage:
    """One therapist with licenses, groups and hours."""

    therapist: Therapist
    account: Account | None
    licenses: tuple[License, ...]
    groups: tuple[GroupRow, ...]
    minutes: int
    hours: tuple[Span, ...]
    history: History


def therapist_rows(session: Session, program: Program, *, on: date) -> tuple[TherapistRow, ...]:
    """The therapists of a program, those who lead groups at present first, then by name."""
    fields = (Therapist.id, Therapist.first_name, Therapist.last_name, Therapist.max_minutes)
    query = (
        select(*fields, Therapist.active)
        .where(Therapist.program_id == program.id)
        .order_by(Therapist.active.desc(), Therapist.last_name, Therapist.first_name)
    )
    led, held = _led(session, program, on), _held(session, program, on)
    return tuple(
        TherapistRow._make((*known, *led.get(known.id, (0, 0)), *_in_short(held[known.id])))
        for known in columns(session, query)
    )


def therapist_page(session: Session, therapist: Therapist) -> TherapistPage:
    """Read the page of one therapist."""
    on = clock.today(therapist.timezone)
    groups = session.scalars(
        select(Group)
        .join(GroupLeader)
        .where(
            GroupLeader.therapist_id == therapist.id,
            leads_from(on),
            Group.status != GroupStatus.ENDED,
        )
        .options(
            joinedload(Group.topic),
            selectinload(Group.meetings),
            selectinload(Group.leaders).joinedload(GroupLeader.therapist),
        )
        .order_by(Group.name)
    ).all()
    sizes = group_sizes(session, therapist.program, [group.id for group in groups])
    licenses = session.scalars(
        select(License)
        .where(License.therapist_id == therapist.id)
        .order_by(License.valid_to.is_not(None), License.valid_to.desc(), License.id)
    )
    return TherapistPage(
        therapist=therapist,
        account=session.scalar(select(Account).where(Account.therapist_id == therapist.id)),
        licenses=tuple(licenses),
        groups=tuple(GroupRow(group, sizes.get(group.id, 0), 0) for group in groups),
        minutes=_minutes((group for group in groups if group.status in MEETING_STATES), on),
        hours=tuple(availability.weekly(session, therapist)),
        history=history(session, {Therapist.__tablename__: [therapist.id]}),
    )


def coming_away(
    session: Session, therapist: Therapist, on: date
) -> Sequence[AvailabilityException]:
    """The days away of a therapist that are not over on a date."""
    query = select(AvailabilityException).where(
        AvailabilityException.therapist_id == therapist.id, AvailabilityException.last_on >= on
    )
    return session.scalars(query.order_by(AvailabilityException.first_on)).all()


def _led(session: Session, program: Program, on: date) -> dict[str, tuple[int, int]]:
    """By therapist: how many groups, and minutes of sessions in the week of a date."""
    day = case(dict(enumerate(_week(on))), value=Meeting.weekday)
    met = and_(
        Meeting.group_id == Group.id,
        or_(Meeting.from_on.is_(None), Meeting.from_on <= day),
        or_(Meeting.until_on.is_(None), Meeting.until_on >= day),
    )
    minutes = func.coalesce(func.sum(Meeting.minutes), 0)
    query = (
        select(GroupLeader.therapist_id, func.count(Group.id.distinct()), minutes)
        .join(Group, Group.id == GroupLeader.group_id)
        .outerjoin(Meeting, met)
        .where(Group.program_id == program.id, Group.status.in_(MEETING_STATES), leads_on(on))
        .group_by(GroupLeader.therapist_id)
    )
    return {name: (groups, total) for name, groups, total in columns(session, query)}


def _held(session: Session, program: Program, on: date) -> defaultdict[str, list[_License]]:
    """By therapist: the licenses that hold on a date."""
    query = (
        select(License.therapist_id, License.region, License.compact, License.valid_to)
        .join(Therapist, Therapist.id == License.therapist_id)
        .where(
            Therapist.program_id == program.id,
            License.valid_from <= on,
            or_(License.valid_to.is_(None), License.valid_to >= on),
        )
    )
    found: defaultdict[str, list[_License]] = defaultdict(list)
    for therapist_id, region, compact, last in columns(session, query):
        found[therapist_id].append((region or compact or "", last))
    return found


def _in_short(licenses: Iterable[_License]) -> tuple[tuple[str, ...], date | None]:
    """Where licenses hold, and the first date on which one of them ends."""
    places = {place for place, _ in licenses}
    return tuple(sorted(places)), min((last for _, last in licenses if last), default=None)


def _minutes(groups: Iterable[Group], on: date) -> int:
    """Minutes of sessions in the week of a date."""
    week = _week(on)
    return sum(
        meeting.minutes
        for group in groups
        for meeting in group.meetings
        if meeting.holds_on(week[meeting.weekday])
    )


def _week(on: date) -> list[date]:
    """The dates from Monday to Sunday."""
    monday = on - timedelta(days=on.weekday())
    return [monday + timedelta(days=number) for number in range(7)]
