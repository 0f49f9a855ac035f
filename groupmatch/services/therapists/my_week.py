"""A therapist's week: hours of their groups, what became of each date, where they stand in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock
from groupmatch.records import GroupSession, SessionState, Therapist
from groupmatch.services.hours.local_time import LocalMeeting, local_meeting, sitting_of
from groupmatch.services.therapists.my_groups import MyGroup

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WeekHour:
    """One session of the week on the therapist's own clock."""

    meeting: LocalMeeting
    name: str
    #: One of their own groups; None where they stand in for somebody.
    group: MyGroup | None
    #: The dated session, once it is laid out; its substitute is loaded.
    dated: GroupSession | None

    @property
    def unwritten(self) -> bool:
        """It has begun, and nobody has written down who came."""
        return (
            self.dated is not None
            and self.dated.state == SessionState.SCHEDULED
            and self.dated.starts_at <= clock.now()
        )


def my_week(
    session: Session, therapist: Therapist, groups: Sequence[MyGroup], monday: date
) -> list[WeekHour]:
    """The hours of the week that begins on a Monday; `groups` are told for that week."""
    dated = _dated(session, therapist, groups, monday)
    own = [
        WeekHour(meeting, group.name, group, dated.pop((group.id, meeting.on, meeting.start), None))
        for group in groups
        for meeting in group.meetings
    ]
    standing_in = [
        WeekHour(_on_clock(each, therapist), each.group.name, None, each)
        for each in dated.values()
        if each.substitute_id == therapist.id
    ]
    return sorted(own + _of_week(standing_in, monday), key=_by_start)


def _dated(
    session: Session, therapist: Therapist, groups: Sequence[MyGroup], monday: date
) -> dict[tuple[str, date, time], GroupSession]:
    begins = datetime.combine(monday, time(), ZoneInfo(therapist.timezone)).astimezone(UTC)
    query = (
        select(GroupSession)
        .where(
            GroupSession.starts_at >= begins,
            GroupSession.starts_at < begins + _WEEK + timedelta(hours=2),
            or_(
                GroupSession.group_id.in_([group.id for group in groups]),
                GroupSession.substitute_id == therapist.id,
            ),
        )
        .options(joinedload(GroupSession.substitute), joinedload(GroupSession.group))
    )
    found = {}
    for each in session.scalars(query):
        local = _on_clock(each, therapist)
        found[each.group_id, local.on, local.start] = each
    return found


def _on_clock(each: GroupSession, therapist: Therapist) -> LocalMeeting:
    return local_meeting(sitting_of(each), therapist.timezone)


def _of_week(hours: Iterable[WeekHour], monday: date) -> list[WeekHour]:
    return [each for each in hours if monday <= each.meeting.on < monday + _WEEK]


def _by_start(each: WeekHour) -> tuple[date, time, str]:
    return each.meeting.on, each.meeting.start, each.name
