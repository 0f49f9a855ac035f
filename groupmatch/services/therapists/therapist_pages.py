"""One therapist on a page, as staff read it: licenses, groups, hours, days away."""

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
    Therapist,
    leads_from,
)
from groupmatch.services.audit.history import History, history
from groupmatch.services.groups.groups_table import GroupRow, group_sizes
from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Span


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
