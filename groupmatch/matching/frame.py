"""What every part of a compile knows: the present, the policy, the dates and the timeline."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from groupmatch.matching.licensure import Compacts, common, compacts_by_name, regions_of
from groupmatch.matching.payers import Payers
from groupmatch.matching.policy import Policy, policy
from groupmatch.matching.region_caps import RegionCaps, region_rules
from groupmatch.matching.room import reserved
from groupmatch.matching.snapshot import Snapshot
from groupmatch.matching.timeline import DAY, Timeline, WeeklySpan, timeline
from groupmatch.records import Availability, Group, Meeting, Participant, Therapist


@dataclass(frozen=True)
class Frame:
    """A seat begins on `first`, the day after `on`, at the earliest and must suit until `last`."""

    snapshot: Snapshot
    policy: Policy
    on: date
    first: date
    last: date
    timeline: Timeline
    payers: Payers
    regions: RegionCaps

    @cached_property
    def reserved(self) -> Counter[str]:
        """Group → seats kept: for open offers that no seat stands for yet, by leavers, and for
        members of groups that end who may yet agree to come over.
        """
        left = Counter(seat.group_id for seat in self.snapshot.leaving)
        return reserved(self.snapshot.moves) + left + Counter(self.snapshot.asked_over)

    @cached_property
    def compacts(self) -> Compacts:
        """Where a license of a compact counts."""
        return compacts_by_name(self.snapshot.compact_regions)

    @cached_property
    def offered(self) -> frozenset[str]:
        """The requests that hold such an offer."""
        return frozenset(offer.request_id for offer in self.snapshot.moves)

    @cached_property
    def _regions(self) -> dict[tuple[str, date], frozenset[str]]:
        """Regions by therapist and first date: many groups have the same leader."""
        return {}

    def licensed(self, group: Group, since: date) -> frozenset[str]:
        """Regions in which every leader of a group may treat people from a date to the last one."""
        return common(self._regions_of(leader, since) for leader in self.leaders(group))

    def _regions_of(self, leader: Therapist, since: date) -> frozenset[str]:
        key = leader.id, since
        if key not in self._regions:
            held = self.snapshot.licenses.get(leader.id, ()) if leader.active else ()
            self._regions[key] = regions_of(held, self.compacts, since, self.last)
        return self._regions[key]

    def available(self, participant: Participant) -> list[list[int]]:
        """Their hours on the timeline, with what a meeting in them costs.

        Exceptions by date are left aside: an absence does not end anybody's weekly hour.
        """
        return [
            [start, end, self.policy.costs.of_hour(hours.fit)]
            for hours in self.snapshot.availability.get(participant.id, ())
            for start, end in self.timeline.intervals(_hours_span(hours, participant.timezone))
        ]

    def leaders(self, group: Group) -> list[Therapist]:
        """Whoever leads the group from the first day on, also those who come to lead it later.

        Each stands once, also who stays at another place or comes back.
        """
        return list(dict.fromkeys(each.therapist for each in group.leading_from(self.first)))

    def meetings(self, group: Group) -> list[list[int]]:
        """The group's meetings on the timeline, in every representative week in which they hold."""
        return [
            [start, end]
            for meeting in group.meetings
            for start, end in self.timeline.intervals(_meeting_span(meeting, group.timezone))
        ]


def frame(snapshot: Snapshot, on: date) -> Frame:
    """Look ahead from the day after a local date of the program for its `horizon_weeks`."""
    first = on + timedelta(days=1)
    last = on + timedelta(weeks=snapshot.program.horizon_weeks)
    return Frame(
        snapshot=snapshot,
        policy=policy(),
        on=on,
        first=first,
        last=last,
        timeline=timeline(
            snapshot.program.timezone, _zones(snapshot), first, last, _meeting_spans(snapshot)
        ),
        payers=Payers(snapshot.payer_rules, first, last),
        regions=RegionCaps(region_rules(), first, last),
    )


def _zones(snapshot: Snapshot) -> Iterator[str]:
    yield from (group.timezone for group in snapshot.groups)
    yield from (request.participant.timezone for request in snapshot.requests)


def _meeting_spans(snapshot: Snapshot) -> Iterator[WeeklySpan]:
    for group in snapshot.groups:
        for meeting in group.meetings:
            yield _meeting_span(meeting, group.timezone)


def _meeting_span(meeting: Meeting, zone: str) -> WeeklySpan:
    start = meeting.weekday * DAY + meeting.start_minute
    return WeeklySpan(start, meeting.minutes, zone, meeting.from_on, meeting.until_on)


def _hours_span(hours: Availability, zone: str) -> WeeklySpan:
    minutes = hours.end_minute - hours.start_minute
    return WeeklySpan(hours.weekday * DAY + hours.start_minute, minutes, zone)
