"""What a group is made of beside its fields: meetings, leaders, limits, entry dates."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from groupmatch.database import Json
from groupmatch.errors import Refused
from groupmatch.records import Group, GroupEntry, GroupLeader, GroupLimit, Meeting, Therapist

_WEEK = 7 * 24 * 60
#: The parts that change from a date on; the others change at once.
_DATED = ("meetings", "leaders")


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
    """The parts of a group as they are stored, each in its order; of its meetings and leaders,
    those that last.
    """
    lead = sorted((each for each in group.leaders if each.lasts), key=lambda each: each.position)
    return Parts(
        meetings=sorted(_time_of(meeting) for meeting in group.meetings if meeting.lasts),
        leaders=[each.therapist_id for each in lead],
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
        getattr(group, name).extend(_rows(parts, name))


def replace(session: Session, group: Group, parts: Parts, *, since: date | None) -> None:
    """Write those parts of a group that differ. Its meetings and leaders change from a date on and
    are kept until then; without one, as if they had never been others.
    """
    present = parts_of(group)
    for name in (field.name for field in fields(Parts)):
        if getattr(present, name) != getattr(parts, name):
            former, rows = list(getattr(group, name)), _rows(parts, name)
            if since and name in _DATED:
                rows = _from_then_on(session, former, rows, since)
            else:
                for row in former:
                    session.delete(row)
            # The old rows must be gone before new ones may repeat their keys.
            session.flush()
            session.expire(group, [name])
            getattr(group, name).extend(rows)


def _from_then_on(
    session: Session, former: Sequence[Any], wanted: Sequence[Any], since: date
) -> list[Any]:
    """Let the meetings or leaders that are no longer wanted hold until the day before a date;
    returns those that are new from then on.
    """
    last, new = since - timedelta(days=1), {_content(row): row for row in wanted}
    for row in former:
        if row.lasts and (row.from_on or since) <= since and _content(row) in new:
            del new[_content(row)]
        elif row.from_on is None or row.from_on <= last:
            row.until_on = min(row.until_on or last, last)
        else:
            session.delete(row)
    for row in new.values():
        row.from_on = since
    return list(new.values())


def _content(row: Meeting | GroupLeader) -> MeetingTime | tuple[str, int]:
    """What makes a meeting, or who leads in which place."""
    return _time_of(row) if isinstance(row, Meeting) else (row.therapist_id, row.position)


def _time_of(meeting: Meeting) -> MeetingTime:
    return MeetingTime(meeting.weekday, meeting.start_minute, meeting.minutes)


def refuse_unusable(session: Session, program_id: str, parts: Parts) -> None:
    """Raise Refused `no_meetings`, `meeting_out_of_range`, `meetings_overlap`, `no_leader`,
    `leads_twice`, `unknown_leader` or `limit_negative`.
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
    if len(set(parts.leaders)) < len(parts.leaders):
        raise Refused("leads_twice")
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


def _rows(parts: Parts, name: str) -> list[Any]:
    """New rows for one of the parts."""
    if name == "meetings":
        return [Meeting(**asdict(each)) for each in parts.meetings]
    if name == "leaders":
        return [
            GroupLeader(therapist_id=therapist_id, position=position)
            for position, therapist_id in enumerate(parts.leaders)
        ]
    if name == "limits":
        return [GroupLimit(**asdict(each)) for each in parts.limits]
    return [GroupEntry(entry_on=day) for day in parts.entries]
