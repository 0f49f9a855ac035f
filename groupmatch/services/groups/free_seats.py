"""Seats that newcomers can take tonight, of many groups at once: the database counts them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import QueryableAttribute, Session

from groupmatch.records import HELD_STATES, Admission, Group, GroupStatus, Meeting, Program, Seat
from groupmatch.services.groups.group_summaries import WeeklyHour
from groupmatch.services.groups.groups_week import Hour
from groupmatch.services.hours.local_time import meeting_times


class _Met(NamedTuple):
    """An hour in which groups meet."""

    timezone: str
    meetings: Sequence[WeeklyHour]


def free_by_hour(
    session: Session, program: Program, *, on: date, topic: str = "", level: str = ""
) -> Counter[Hour]:
    """By the hour of a date's week on the program's clock in which groups begin, those of one topic
    and level where these are named. Hours without a free seat are absent.
    """
    hour = (Meeting.weekday, Meeting.start_minute, Meeting.minutes)
    while_it_holds = (Meeting.from_on, Meeting.until_on)
    query = _free(program, Group.timezone, *hour, *while_it_holds).join(
        Meeting, Meeting.group_id == Group.id
    )
    if topic:
        query = query.where(Group.topic_code == topic)
    if level:
        query = query.where(Group.level_code == level)
    found: Counter[Hour] = Counter()
    rows: Sequence[Any] = session.execute(query).all()
    for zone, *hours, free in rows:
        met = _Met(zone, [WeeklyHour._make(hours)])
        for meeting in meeting_times(met, program.timezone, on):
            found[meeting.weekday, meeting.start.hour] += free
    return +found


def free_by_topic(session: Session, program: Program) -> Counter[str]:
    """By the code of the topic; topics without a group are absent."""
    return Counter(dict(session.execute(_free(program, Group.topic_code)).all()))


def _free(program: Program, *key: QueryableAttribute[Any]) -> Select[Any]:
    """Free seats by some columns: proposed groups and closed ones have none."""
    # Said so, not as "not ended": a database where no seat has ended yet would expect none at all.
    held = (
        select(Seat.group_id, func.count().label("seats"))
        .where(Seat.program_id == program.id, Seat.state.in_(HELD_STATES))
        .group_by(Seat.group_id)
        .subquery()
    )
    room = Group.max_size - Group.held_seats - func.coalesce(held.c.seats, 0)
    return (
        select(*key, func.sum(case((room > 0, room), else_=0)))
        .select_from(Group)
        .outerjoin(held, held.c.group_id == Group.id)
        .where(
            Group.program_id == program.id,
            Group.status == GroupStatus.RUNNING,
            Group.admission != Admission.CLOSED,
        )
        .group_by(*key)
    )
