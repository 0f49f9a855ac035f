"""What a group is made of beside its fields: meetings, leaders, limits, entry dates."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.errors import Refused
from groupmatch.records import Group, GroupEntry, GroupLeader, GroupLimit, Meeting, Therapist

_WEEK = 7 * 24 * 60


@dataclass(frozen=True, order=True)
class MeetingTime:
    """One meeting a week: 0 is Monday, the start in minutes after the group's local midnight."""

    weekday: int
    start_minute: int
    minutes: int

    @property
    def start(self) -> int:
        """Minutes after Monday's midnight."""
        return self.weekday * 24 * 60 + self.start_minute


@dataclass(frozen=True, order=True)
class Limit:
    """At most so many members who carry one value of an attribute."""

    attribute: str
    value: str
    max_members: int


@dataclass(frozen=True)
class Parts:
    """All parts of one group."""

    meetings: Sequence[MeetingTime] = ()
    #: Therapists' ids; the first one leads.
    leaders: Sequence[str] = ()
    limits: Sequence[Limit] = ()
    #: Dates on which a gated group takes newcomers.
    entries: Sequence[date] = ()

    def facts(self) -> Json:
        """For the audit log; empty parts are left out."""
        found: Json = {
            "meetings": [[m.weekday, m.start_minute, m.minutes] for m in self.meetings],
            "leaders": list(self.leaders),
            "limits": [[each.attribute, each.value, each.max_members] for each in self.limits],
            "entries": [day.isoformat() for day in self.entries],
        }
        return {name: part for name, part in found.items() if part}


def parts_of(group: Group) -> Parts:
    """The parts of a group as they are stored, each in its order; of its meetings, those that hold
    without end.
    """
    lasting = (each for each in group.meetings if each.until_on is None)
    return Parts(
        meetings=sorted(MeetingTime(m.weekday, m.start_minute, m.minutes) for m in lasting),
        leaders=[each.therapist_id for each in sorted(group.leaders, key=lambda at: at.position)],
        limits=sorted(Limit(each.attribute, each.value, each.max_members) for each in group.limits),
        entries=sorted(each.entry_on for each in group.entries),
    )


def in_order(parts: Parts) -> Parts:
    """Parts in the order in which they are stored."""
    return Parts(
        sorted(parts.meetings), list(parts.leaders), sorted(parts.limits), sorted(parts.entries)
    )


def add(group: Group, parts: Parts) -> None:
    """Write the parts of a new group."""
    for name in (field.name for field in fields(Parts)):
        _add(group, parts, name)


def replace(session: Session, group: Group, parts: Parts, *, since: date | None) -> None:
    """Write those parts of a group that differ. Its meetings change from a date on and are kept
    until then; without one, as if they had never been others.
    """
    present = parts_of(group)
    for name in (field.name for field in fields(Parts)):
        if getattr(present, name) != getattr(parts, name):
            added = parts
            if name == "meetings" and since:
                added = Parts(meetings=_take_over(session, group, parts.meetings, since))
            else:
                for row in list(getattr(group, name)):
                    session.delete(row)
            # The old rows must be gone before new ones may repeat their keys.
            session.flush()
            session.expire(group, [name])
            _add(group, added, name, since=since)


def _take_over(
    session: Session, group: Group, wanted: Sequence[MeetingTime], since: date
) -> list[MeetingTime]:
    """Let the meetings that are no longer wanted hold until the day before a date; returns those
    that are new from then on.
    """
    last, new = since - timedelta(days=1), list(wanted)
    for row in list(group.meetings):
        time = MeetingTime(row.weekday, row.start_minute, row.minutes)
        if row.until_on is None and (row.from_on or since) <= since and time in new:
            new.remove(time)
        elif row.from_on is None or row.from_on <= last:
            row.until_on = min(row.until_on or last, last)
        else:
            session.delete(row)
    return new


def refuse_unusable(session: Session, program_id: str, parts: Parts) -> None:
    """Raise Refused `no_meetings`, `meeting_out_of_range`, `meetings_overlap`, `no_leader`,
    `unknown_leader` or `limit_negative`.
    """
    if not parts.meetings:
        raise Refused("no_meetings")
    for each in parts.meetings:
        in_day = 0 <= each.weekday <= 6 and 0 <= each.start_minute < 24 * 60
        if not in_day or not 1 <= each.minutes <= 24 * 60:
            raise Refused("meeting_out_of_range")
    if _overlap(parts.meetings):
        raise Refused("meetings_overlap")
    if not parts.leaders:
        raise Refused("no_leader")
    for therapist_id in parts.leaders:
        leader = session.get(Therapist, therapist_id)
        if leader is None or leader.program_id != program_id:
            raise Refused("unknown_leader")
    if any(each.max_members < 0 for each in parts.limits):
        raise Refused("limit_negative")


def _overlap(meetings: Sequence[MeetingTime]) -> bool:
    inside = sorted(meetings)
    # The week is a circle: the last meeting may run into the first.
    following = [meeting.start for meeting in inside[1:]] + [inside[0].start + _WEEK]
    return any(
        meeting.start + meeting.minutes > start
        for meeting, start in zip(inside, following, strict=True)
    )


def _add(group: Group, parts: Parts, name: str, *, since: date | None = None) -> None:
    if name == "meetings":
        group.meetings.extend(
            Meeting(
                weekday=m.weekday, start_minute=m.start_minute, minutes=m.minutes, from_on=since
            )
            for m in parts.meetings
        )
    elif name == "leaders":
        group.leaders.extend(
            GroupLeader(therapist_id=therapist_id, position=position)
            for position, therapist_id in enumerate(parts.leaders)
        )
    elif name == "limits":
        group.limits.extend(
            GroupLimit(attribute=each.attribute, value=each.value, max_members=each.max_members)
            for each in parts.limits
        )
    else:
        group.entries.extend(GroupEntry(entry_on=day) for day in parts.entries)
