"""One open time as its participant reads it: when, with whom, and what speaks for it."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.records import (
    Fit,
    Group,
    GroupKind,
    GroupStatus,
    Participant,
    Request,
    Topic,
)
from groupmatch.services.groups.leading import Leader, leaders_from, leaders_now
from groupmatch.services.hours import local_time
from groupmatch.services.hours.availability import Span, fit_of, weekly
from groupmatch.services.hours.local_time import LocalMeeting
from groupmatch.services.sessions.session_calendar import SessionCalendar, session_calendar


class Reason(enum.StrEnum):
    """What speaks for a time, by the person's own wishes alone."""

    FIRST_TOPIC = "first_topic"
    THERAPIST = "therapist"
    WORKS_WELL = "works_well"
    IF_NEEDED = "if_needed"


@dataclass(frozen=True)
class OpenTime:
    """One group's hour, on the participant's own clock."""

    group_id: str
    topic: str
    kind: GroupKind
    leaders: tuple[Leader, ...]
    #: This week's hours, and those after the next change of clocks that moves them.
    meetings: tuple[LocalMeeting, ...]
    later: tuple[LocalMeeting, ...]
    #: The group's own zone, whose clock the hours follow.
    timezone: str
    #: Whether the group has yet to open, when enough people come.
    proposed: bool
    #: The first date on which the participant could come; None while the group is proposed.
    starts_on: date | None
    #: Whether the seat may be taken now, and not only be ranked for tonight.
    reservable: bool
    #: 1 to 3 where the participant ranked it for tonight.
    rank: int | None
    #: The place of its topic among those asked for.
    topic_rank: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Seen:
    """What a participant's open times are told by."""

    zone: str
    hours: Sequence[Span]
    groups: Mapping[str, Group]
    #: Code → name.
    topics: Mapping[str, str]
    calendar: SessionCalendar


def seen_by(session: Session, participant: Participant, groups: Iterable[Group]) -> Seen:
    """Read what the times of some groups that were found to fit are told by, for one participant;
    what makes their weeks was read to find them.
    """
    found = {group.id: group for group in groups}
    return Seen(
        zone=participant.timezone,
        hours=weekly(session, participant),
        groups=found,
        topics=dict(session.execute(select(Topic.code, Topic.name)).all()),
        calendar=session_calendar(session, found.values()),
    )


def open_time(
    request: Request, seen: Seen, group_id: str, *, rank: int | None, reservable: bool
) -> OpenTime:
    """One group as an open time for a request."""
    group = seen.groups[group_id]
    today = clock.today(group.timezone)
    proposed = group.status == GroupStatus.PROPOSED
    first = None if proposed else seen.calendar.first_for_newcomers(group)
    meetings = tuple(local_time.meeting_times(group, seen.zone, today))
    return OpenTime(
        group_id=group.id,
        topic=seen.topics[group.topic_code],
        kind=group.kind,
        leaders=leaders_from(group, first.on if first else today),
        meetings=meetings,
        later=tuple(local_time.changed_times(group, seen.zone, today)),
        timezone=group.timezone,
        proposed=proposed,
        starts_on=first.on if first else None,
        reservable=reservable and not proposed,
        rank=rank,
        topic_rank=_topic_rank(request, group),
        reasons=_reasons(request, group, meetings, seen.hours),
    )


def best(time: OpenTime) -> tuple[object, ...]:
    """Sorts open times: by topic, then by therapist, then by how well the hours suit."""
    return (
        time.topic_rank,
        Reason.THERAPIST not in time.reasons,
        Reason.WORKS_WELL not in time.reasons,
        time.meetings,
        time.group_id,
    )


def _topic_rank(request: Request, group: Group) -> int:
    return next(each.rank for each in request.topics if each.topic_code == group.topic_code)


def _reasons(
    request: Request, group: Group, meetings: Sequence[LocalMeeting], hours: Sequence[Span]
) -> tuple[Reason, ...]:
    fits = {fit_of(hours, meeting) for meeting in meetings}
    wanted = {each.therapist_id for each in request.preferences}
    speaks = {
        Reason.FIRST_TOPIC: len(request.topics) > 1 and _topic_rank(request, group) == 1,
        Reason.THERAPIST: not wanted.isdisjoint(each.therapist_id for each in leaders_now(group)),
        Reason.WORKS_WELL: fits == {Fit.WORKS_WELL},
        Reason.IF_NEEDED: Fit.IF_NEEDED in fits and None not in fits,
    }
    return tuple(reason for reason, holds in speaks.items() if holds)
