"""Which groups meet at somebody's hours, found by columns: to load a record takes longer."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from groupmatch.matching.licensure import may_be_licensed
from groupmatch.matching.timeline import DAY, WeeklySpan, timeline
from groupmatch.records import Availability, Group, Meeting, Participant, Seat, SeatState
from solver.timeline import covers, merged


def at_their_hours(
    session: Session, person: Participant, on: date, *asked: ColumnElement[bool]
) -> list[str]:
    """The groups of a program, of those asked for, that may be licensed where a person is, and all
    of whose meetings lie within the person's hours on the day after a local date: what does not
    suit in the first week of the match does not suit in all of them.
    """
    first = on + timedelta(days=1)
    meetings: dict[str, list[WeeklySpan]] = {}
    for group, zone, weekday, start, minutes, since, until in session.execute(
        _group_hours(person, first).where(*asked)
    ):
        span = WeeklySpan(weekday * DAY + start, minutes, zone, since, until)
        meetings.setdefault(group, []).append(span)
    own = [
        WeeklySpan(weekday * DAY + start, end - start, person.timezone)
        for weekday, start, end in session.execute(_own_hours(person))
    ]
    spans = [span for found in meetings.values() for span in found]
    zones = {person.timezone, *(span.zone for span in spans)}
    week = timeline(person.program.timezone, zones, first, first, spans)
    free = merged(interval for span in own for interval in week.intervals(span))
    return [
        group
        for group, found in meetings.items()
        if all(covers(free, interval) for span in found for interval in week.intervals(span))
    ]


def has_room() -> ColumnElement[bool]:
    """Whether a group has a seat that is neither held by anybody nor kept free."""
    held = (
        select(func.count())
        .where(Seat.group_id == Group.id, Seat.state != SeatState.ENDED)
        .correlate(Group)
        .scalar_subquery()
    )
    return Group.max_size - Group.held_seats > held


def _own_hours(person: Participant) -> Select[int, int, int]:
    return select(Availability.weekday, Availability.start_minute, Availability.end_minute).where(
        Availability.participant_id == person.id
    )


def _group_hours(
    person: Participant, first: date
) -> Select[str, str, int, int, int, date | None, date | None]:
    columns = Meeting.weekday, Meeting.start_minute, Meeting.minutes
    return (
        select(Group.id, Group.timezone, *columns, Meeting.from_on, Meeting.until_on)
        .join(Meeting, Meeting.group_id == Group.id)
        .where(Group.program_id == person.program_id, may_be_licensed(person.region, first))
        .order_by(Group.id)
    )
