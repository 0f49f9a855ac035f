"""The groups people hear of: what each is about, when it meets, where its leaders may treat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from groupmatch.database import Attributes
from groupmatch.matching.licensure import Compacts, compacts_by_name, licensed_regions
from groupmatch.records import CompactRegion, Group, GroupKind, GroupLeader, Program, Therapist
from groupmatch.services.hours import local_time
from groupmatch.services.hours.availability import Span

_ALONE = (GroupKind.INDIVIDUAL, GroupKind.FAMILY)


@dataclass(frozen=True)
class KnownGroup:
    """One group as somebody hears of it."""

    name: str
    kind: GroupKind
    topic: str
    level: str
    size: int
    #: Last name of the first leader.
    leader: str
    regions: frozenset[str]
    requires: Attributes
    meetings: int
    #: Zone → the weekly hours there.
    hours: Mapping[str, Sequence[Span]]

    @property
    def intensive(self) -> bool:
        """Whether it is a track, enrolled as one."""
        return self.meetings > 1

    @property
    def alone(self) -> bool:
        """Whether it is an hour for one person or family."""
        return self.kind in _ALONE


def known_groups(
    session: Session, program: Program, on: date, zones: Sequence[str]
) -> list[KnownGroup]:
    """The groups of a program on a date, by name."""
    leaders = selectinload(Group.leaders).joinedload(GroupLeader.therapist)
    query = (
        select(Group)
        .where(Group.program_id == program.id)
        .options(selectinload(Group.meetings), leaders.selectinload(Therapist.licenses))
        .order_by(Group.name, Group.id)
    )
    compacts = compacts_by_name(session.scalars(select(CompactRegion)))
    return [_known(group, compacts, on, zones) for group in session.scalars(query)]


def _known(group: Group, compacts: Compacts, on: date, zones: Sequence[str]) -> KnownGroup:
    leading = [each.therapist for each in sorted(group.leaders, key=lambda each: each.position)]
    return KnownGroup(
        name=group.name,
        kind=group.kind,
        topic=group.topic_code,
        level=group.level_code,
        size=group.max_size,
        leader=leading[0].last_name,
        regions=licensed_regions(leading, compacts, on, on + timedelta(weeks=8)),
        requires=group.requires,
        meetings=len(group.meetings),
        hours={zone: _hours(group, zone, on) for zone in zones},
    )


def _hours(group: Group, zone: str, on: date) -> list[Span]:
    spans = []
    for each in local_time.meeting_times(group, zone, on):
        start = each.start.hour * 60 + each.start.minute
        end = each.end.hour * 60 + each.end.minute
        spans.append(Span(each.weekday, start, end if end > start else 24 * 60))
    return spans
