"""Therapists as staff read them: the list with load and licenses, and one on a page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from groupmatch import clock
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

#: Groups that take a therapist's time at present.


@dataclass(frozen=True)
class TherapistRow:
    """One therapist, what they lead, and where they may treat people."""

    therapist: Therapist
    groups: int
    #: Minutes of sessions a week.
    minutes: int
    #: Regions and compacts of the licenses that hold today, in order.
    licensed: tuple[str, ...]
    #: The first date on which one of them ends.
    ends_on: date | None


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
    query = (
        select(Therapist)
        .where(Therapist.program_id == program.id)
        .options(selectinload(Therapist.licenses))
        .order_by(Therapist.active.desc(), Therapist.last_name, Therapist.first_name)
    )
    led = _led(session, program, on)
    return tuple(
        _row(therapist, led.get(therapist.id, (0, 0)), on) for therapist in session.scalars(query)
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
    monday = on - timedelta(days=on.weekday())
    query = (
        select(
            GroupLeader.therapist_id,
            Group.id,
            Meeting.weekday,
            Meeting.minutes,
            Meeting.from_on,
            Meeting.until_on,
        )
        .join(Group, Group.id == GroupLeader.group_id)
        .outerjoin(Meeting, Meeting.group_id == Group.id)
        .where(Group.program_id == program.id, Group.status.in_(MEETING_STATES), leads_on(on))
    )
    groups: dict[str, set[str]] = {}
    minutes: Counter[str] = Counter()
    for therapist_id, group_id, weekday, length, from_on, until_on in session.execute(query).all():
        groups.setdefault(therapist_id, set()).add(group_id)
        if weekday is not None:
            day = monday + timedelta(days=weekday)
            if (from_on or day) <= day <= (until_on or day):
                minutes[therapist_id] += length
    return {name: (len(found), minutes[name]) for name, found in groups.items()}


def _row(therapist: Therapist, led: tuple[int, int], on: date) -> TherapistRow:
    holding = [license for license in therapist.licenses if _holds(license, on)]
    places = {license.region or license.compact or "" for license in holding}
    return TherapistRow(
        therapist=therapist,
        groups=led[0],
        minutes=led[1],
        licensed=tuple(sorted(places)),
        ends_on=min((each.valid_to for each in holding if each.valid_to), default=None),
    )


def _holds(license: License, on: date) -> bool:
    return license.valid_from <= on and (license.valid_to is None or on <= license.valid_to)


def _minutes(groups: Iterable[Group], on: date) -> int:
    """Minutes of sessions in the week of a date."""
    monday = on - timedelta(days=on.weekday())
    week = [monday + timedelta(days=number) for number in range(7)]
    return sum(
        meeting.minutes
        for group in groups
        for meeting in group.meetings
        if meeting.holds_on(week[meeting.weekday])
    )
