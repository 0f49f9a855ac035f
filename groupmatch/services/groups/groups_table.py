"""The table of groups: who leads, when, how full, and how many people wait for such a group."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database.among import among
from groupmatch.database.columns import columns
from groupmatch.matching.policy import policy
from groupmatch.names import matches
from groupmatch.records import (
    Group,
    GroupKind,
    GroupLeader,
    GroupStatus,
    Program,
    Request,
    RequestTopic,
    Seat,
    SeatState,
    leads_from,
)
from groupmatch.services.groups.group_summaries import (
    GroupSummary,
    group_summaries,
    read_leaders,
    read_meetings,
)
from groupmatch.services.requests.waiting import waiting

#: What a group offers and a request asks for: topic, level of care, kind.
Service = tuple[str, str, str]

#: The ids of more groups take longer to send than what those are chosen by.
_FEW = 200

# Queries are written once: to write one takes as long as to send it.
_PROGRAM: BindParameter[str] = bindparam("program")
_SIZES = (
    select(Seat.group_id, func.count())
    .where(Seat.program_id == _PROGRAM, Seat.state != SeatState.ENDED)
    .group_by(Seat.group_id)
)
_SERVICE = (RequestTopic.topic_code, Request.level_code, Request.kind)
_DEMAND = (
    select(*_SERVICE, func.count())
    .select_from(RequestTopic)
    .join(Request)
    .where(Request.program_id == _PROGRAM, waiting())
    .group_by(*_SERVICE)
)


class GroupRow(NamedTuple):
    """One group, as a record or in few words."""

    group: Group | GroupSummary
    #: Seats held, offered ones and those on hold too.
    size: int
    #: Waiting requests that a group of this topic, level of care and kind would serve; 0 where that
    #: was not asked.
    waiting: int = 0

    @property
    def free(self) -> int:
        """Seats that a newcomer could take; never below 0."""
        return max(0, self.group.max_size - self.group.held_seats - self.size)

    @property
    def gap(self) -> int:
        """Members missing to the minimum; 0 when there are enough."""
        return max(0, self.group.min_size - self.size)


@dataclass(frozen=True)
class GroupFilter:
    """Which groups to show. Ended groups show only when asked for by status."""

    words: str = ""
    status: GroupStatus | None = None
    topic: str = ""
    level: str = ""
    therapist: str = ""
    with_room: bool = False
    below_minimum: bool = False


def group_rows(
    session: Session,
    program: Program,
    wanted: GroupFilter,
    *,
    hours: bool = True,
    leaders: bool = True,
    waiting: bool = True,
) -> list[GroupRow]:
    """The groups of a program that a filter lets through, by name.

    Their hours and leaders need not be told: `tell_the_rest` tells those of a page. Calendars do
    not ask how many are waiting, and spare the database a count.
    """
    chosen = tuple(_chosen(program, wanted))
    groups = group_summaries(session, *chosen)
    if hours:
        read_meetings(session, groups, *chosen)
    if leaders or wanted.words:
        read_leaders(session, groups, clock.today(program.timezone), *chosen)
    sizes = group_sizes(session, program)
    demand = _demand(session, program) if waiting else {}
    rows = (
        GroupRow(group, sizes.get(group.id, 0), demand.get(_service(group), 0))
        for group in groups
        if not wanted.words or matches(wanted.words, _searchable(group))
    )
    return sorted(_narrowed(rows, wanted), key=lambda row: row.group.name.casefold())


def tell_the_rest(
    session: Session, program: Program, wanted: GroupFilter, rows: Iterable[GroupRow]
) -> None:
    """Read when the groups of some rows that a filter let through meet, and who leads them."""
    groups = [row.group for row in rows if isinstance(row.group, GroupSummary)]
    chosen = tuple(_chosen(program, wanted))
    if len(groups) <= _FEW:
        chosen = (among(Group.id, [group.id for group in groups]),)
    read_meetings(session, groups, *chosen)
    read_leaders(session, groups, clock.today(program.timezone), *chosen)


def group_sizes(
    session: Session, program: Program, only: Collection[str] | None = None
) -> dict[str, int]:
    """Seats held in the groups of a program, or in some of them, by group id; groups without any
    are absent.
    """
    counted = _SIZES if only is None else _SIZES.where(Seat.group_id.in_(only))
    return dict(columns(session, counted, program=program.id))


def _chosen(program: Program, wanted: GroupFilter) -> Iterator[ColumnElement[bool]]:
    yield Group.program_id == program.id
    if wanted.status:
        yield Group.status == wanted.status
    else:
        yield Group.status != GroupStatus.ENDED
    if wanted.topic:
        yield Group.topic_code == wanted.topic
    if wanted.level:
        yield Group.level_code == wanted.level
    if wanted.therapist:
        leads = GroupLeader.therapist_id == wanted.therapist
        yield Group.leaders.any(and_(leads, leads_from(clock.today(program.timezone))))


def _service(group: GroupSummary) -> Service:
    return group.topic_code, group.level_code, group.kind


def _searchable(group: GroupSummary) -> str:
    leaders = " ".join(group.leaders)
    return f"{group.name} {group.topic_name} {leaders} {group.external_id or ''} {group.id}"


def demand_for(session: Session, group: Group) -> int:
    """Waiting requests that a group of this topic, level of care and kind would serve."""
    counted = (
        select(func.count())
        .select_from(RequestTopic)
        .join(Request)
        .where(
            Request.program_id == group.program_id,
            Request.level_code == group.level_code,
            Request.kind.in_([kind for kind in GroupKind if group.kind in _serving(kind)]),
            RequestTopic.topic_code == group.topic_code,
            waiting(),
        )
    )
    return session.scalar(counted) or 0


def _demand(session: Session, program: Program) -> Mapping[Service, int]:
    demand: Counter[Service] = Counter()
    for topic, level, asked, count in columns(session, _DEMAND, program=program.id):
        for kind in _serving(asked):
            demand[topic, level, kind] += count
    return demand


def _serving(asked: GroupKind) -> Sequence[str]:
    """The kinds of groups that serve a request; a plain one names no kind in particular."""
    return policy().kinds if asked == GroupKind.GROUP else [asked]


def _narrowed(rows: Iterable[GroupRow], wanted: GroupFilter) -> Iterator[GroupRow]:
    return (
        row
        for row in rows
        if (not wanted.with_room or row.free) and (not wanted.below_minimum or row.gap)
    )
