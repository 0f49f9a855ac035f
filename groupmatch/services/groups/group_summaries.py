"""Groups in few words, as lists of all of them need: read by columns, some thirty times as fast."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, String, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from groupmatch.database.columns import columns
from groupmatch.records import Group, GroupLeader, Meeting, Therapist, Topic, leads_on

# Queries are written once: to write one takes as long as to send it.
_GROUPS = select(
    Group.id,
    Group.external_id,
    Group.name,
    Group.topic_code,
    Topic.name,
    Group.level_code,
    type_coerce(Group.kind, String),
    type_coerce(Group.status, String),
    Group.timezone,
    Group.min_size,
    Group.max_size,
    Group.held_seats,
).join(Topic, Topic.code == Group.topic_code)
_MEETINGS = select(
    Meeting.group_id,
    Meeting.weekday,
    Meeting.start_minute,
    Meeting.minutes,
    Meeting.from_on,
    Meeting.until_on,
).join(Group, Group.id == Meeting.group_id)
_LEADERS = (
    select(GroupLeader.group_id, Therapist.first_name, Therapist.last_name)
    .join(Therapist, Therapist.id == GroupLeader.therapist_id)
    .join(Group, Group.id == GroupLeader.group_id)
    .where(leads_on(bindparam("day", type_=Date())))
    .order_by(GroupLeader.position)
)


class WeeklyHour(NamedTuple):
    """One meeting a week, like `records.Meeting`."""

    weekday: int
    start_minute: int
    minutes: int
    from_on: date | None
    until_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the group keeps this hour on a date of its own calendar."""
        begun = self.from_on is None or self.from_on <= day
        return begun and (self.until_on is None or day <= self.until_on)


class GroupSummary(NamedTuple):
    """One group with the name of its topic; fields as in the record, but codes as they are stored:
    to make members of three enumerations takes as long as to read all the rest.
    """

    id: str
    external_id: str | None
    name: str
    topic_code: str
    topic_name: str
    level_code: str
    kind: str
    status: str
    timezone: str
    min_size: int
    max_size: int
    held_seats: int
    #: Empty until `read_meetings`.
    meetings: list[WeeklyHour]
    #: First and last names, in the order in which they lead; empty until `read_leaders`.
    leaders: list[str]


def group_summaries(session: Session, *wanted: ColumnElement[bool]) -> list[GroupSummary]:
    """The groups that fulfill some conditions on records.Group."""
    rows = columns(session, _GROUPS.where(*wanted))
    return [GroupSummary._make((*row, [], [])) for row in rows]


def read_meetings(
    session: Session, groups: Iterable[GroupSummary], *wanted: ColumnElement[bool]
) -> None:
    """Tell when some groups meet, all of which fulfill some conditions on records.Group."""
    found = {group.id: group.meetings for group in groups}
    for meetings in found.values():
        meetings.clear()
    for group_id, *hour in columns(session, _MEETINGS.where(*wanted)):
        if group_id in found:
            found[group_id].append(WeeklyHour._make(hour))


def read_leaders(
    session: Session, groups: Iterable[GroupSummary], on: date, *wanted: ColumnElement[bool]
) -> None:
    """Tell who leads some groups on a date, all of which fulfill some conditions."""
    found = {group.id: group.leaders for group in groups}
    for leaders in found.values():
        leaders.clear()
    for group_id, first, last in columns(session, _LEADERS.where(*wanted), day=on):
        if group_id in found:
            found[group_id].append(f"{first} {last}")
