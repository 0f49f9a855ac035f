"""What a member who asks to switch could have: groups with a seat for them, and seats that others
would have to make room for.

The first are found now, by the rules of the night. The others come from the last solved run and
are as of that night. A member sees the hour, who leads and from when on, alike for both, but that
for the latter a person has to arrange it: nothing tells of anybody else.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch import clock, matching
from groupmatch.database import Json
from groupmatch.errors import Conflict, Refused
from groupmatch.matching import Step
from groupmatch.records import (
    OPEN_SWITCHES,
    Group,
    GroupLeader,
    Participant,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    SwitchState,
)
from groupmatch.services import locks
from groupmatch.services.hours import local_time
from groupmatch.services.requests import times
from groupmatch.services.seats.handover import Change, Handover, handovers
from groupmatch.services.sessions.session_calendar import SessionCalendar, session_calendar

#: What is told of a group: for few of them one query is quicker than four.
_TOLD = (
    joinedload(Group.topic),
    joinedload(Group.program),
    joinedload(Group.meetings),
    joinedload(Group.entries),
    joinedload(Group.leaders).joinedload(GroupLeader.therapist),
)
#: One's own step first, then those of others.
Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Move:
    """One person's part in an option; for staff, who may know the others."""

    participant: Participant
    former: Group | None
    group: Group
    dates: Handover


@dataclass(frozen=True)
class SwitchOption:
    """One group that could take the member."""

    steps: Steps
    #: The member's own, then those of others.
    moves: tuple[Move, ...]
    #: 1 to 3 where the member ranked it.
    rank: int | None
    #: Says what these steps rest on: another one tells that something changed.
    seal: str

    @property
    def group(self) -> Group:
        """Where the member would go."""
        return self.moves[0].group

    @property
    def dates(self) -> Handover:
        """The member's last date in the former group, and the first in this one."""
        return self.moves[0].dates

    @property
    def arranged(self) -> bool:
        """Whether others would have to go elsewhere."""
        return len(self.steps) > 1


def is_answerable(switch: SwitchRequest) -> bool:
    """Whether options may be told: an ask for safety is for a person first."""
    unread = switch.reason == SwitchReason.SAFETY and switch.state == SwitchState.ASKED
    return switch.state in OPEN_SWITCHES and not unread


def options(
    session: Session, switch: SwitchRequest, run: matching.SolvedRun | None = None
) -> list[SwitchOption]:
    """The groups that could take the member now, and as of a run other groups that could if others
    go elsewhere; by the date on which they would begin.
    """
    request = switch.seat.request
    today = clock.today(request.participant.program.timezone)
    now = [(Step(request.id, group),) for group in matching.elsewhere(session, request, on=today)]
    through = run.chains(request.id) if run else []
    found = _options(session, switch, [*now, *through])
    at_once = {option.group.id for option in found if not option.arranged}
    return [each for each in found if not each.arranged or each.group.id not in at_once]


def rank_options(
    session: Session,
    switch: SwitchRequest,
    group_ids: Sequence[str],
    *,
    among: Collection[SwitchOption],
    by: str | None,
) -> None:
    """Say which options the member would like, best first; none leaves it open.

    Tonight's match tries them first, too. Raises Refused `too_many_times`, and Conflict
    `switch_over` or, for a group that is no option any more, `time_gone`.
    """
    wanted = list(dict.fromkeys(group_ids))
    if len(wanted) > times.MOST_RANKED:
        raise Refused("too_many_times", most=times.MOST_RANKED)
    request = switch.seat.request
    # One lock alone: whoever moves the member holds the request before or after the ask.
    locks.hold(session, request)
    session.refresh(switch)
    if switch.state not in OPEN_SWITCHES:
        raise Conflict("switch_over")
    if not {option.group.id for option in among}.issuperset(wanted):
        raise Conflict("time_gone")
    times.keep_ranking(session, request, wanted, by=by)


@dataclass(frozen=True)
class Footing:
    """What steps rest on: where they lead, which seats they leave, whose need is open."""

    groups: Mapping[str, Group]
    #: Request → the seat that it holds.
    seats: Mapping[str, Seat]
    #: The open ones among the requests, with their participants.
    requests: Mapping[str, Request]
    calendar: SessionCalendar

    def changes(self, steps: Steps) -> list[Change]:
        """For each step the group, and the seat that is left."""
        return [
            Change(
                held=self.seats.get(each.request_id),
                group=self.groups[each.group_id],
                needed_from=self.requests[each.request_id].needed_from,
            )
            for each in steps
        ]

    def facts(self, steps: Steps) -> list[Json]:
        """For each step what a person is shown of it."""
        return [
            matching.facts_of(each.group, each.held.group_id if each.held else None)
            for each in self.changes(steps)
        ]

    def seal(self, steps: Steps) -> str:
        """A short digest of what a person sees of the steps."""
        facts = [[*step, each] for step, each in zip(steps, self.facts(steps), strict=True)]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:20]


def footing(session: Session, steps: Collection[Step]) -> Footing:
    """Read what some steps rest on, in a fixed number of queries."""
    requests = {step.request_id for step in steps}
    held = (
        select(Seat)
        .where(Seat.request_id.in_(requests), Seat.state != SeatState.ENDED)
        .options(joinedload(Seat.group).options(*_TOLD))
    )
    sought = (
        select(Request)
        .where(Request.id.in_(requests), Request.status == RequestStatus.OPEN)
        .options(joinedload(Request.participant))
    )
    told = select(Group).where(Group.id.in_({step.group_id for step in steps})).options(*_TOLD)
    groups, seats = session.scalars(told).unique().all(), session.scalars(held).unique().all()
    return Footing(
        groups={group.id: group for group in groups},
        seats={seat.request_id: seat for seat in seats},
        requests={request.id: request for request in session.scalars(sought)},
        calendar=session_calendar(session, [*groups, *(seat.group for seat in seats)]),
    )


def _options(session: Session, switch: SwitchRequest, ways: Sequence[Steps]) -> list[SwitchOption]:
    if not ways:
        return []
    found = footing(session, [step for steps in ways for step in steps])
    ranks = {choice.group_id: choice.rank for choice in switch.seat.request.choices}
    each = (_option(switch, steps, found, ranks) for steps in ways)
    there = [option for option in each if option]
    return sorted(there, key=lambda each: (each.dates.starts_on, each.group.id))


def _option(
    switch: SwitchRequest, steps: Steps, found: Footing, ranks: Mapping[str, int]
) -> SwitchOption | None:
    """None for what is not wanted, or has become impossible since the run."""
    requests, groups = {step.request_id for step in steps}, {step.group_id for step in steps}
    if not (found.requests.keys() >= requests and found.groups.keys() >= groups):
        return None
    group = found.groups[steps[0].group_id]
    if not _is_wanted(switch, group):
        return None
    try:
        dates = handovers(found.calendar, found.changes(steps))
    except Conflict:
        return None
    moves = tuple(
        Move(
            found.requests[step.request_id].participant,
            change.held.group if change.held else None,
            change.group,
            each,
        )
        for step, change, each in zip(steps, found.changes(steps), dates, strict=True)
    )
    return SwitchOption(steps, moves, ranks.get(group.id), found.seal(steps))


def _is_wanted(switch: SwitchRequest, group: Group) -> bool:
    """Whether the group changes what the member wants changed."""
    present = switch.seat.group
    if switch.kind == SwitchKind.THERAPIST:
        return not _leaders(present) & _leaders(group)
    if switch.kind == SwitchKind.TIME:
        zone = switch.participant.timezone
        today = clock.today(zone)
        return not _starts(present, zone, today) & _starts(group, zone, today)
    return True


def _leaders(group: Group) -> set[str]:
    today = clock.today(group.timezone)
    return {each.therapist_id for each in group.leading_from(today)}


def _starts(group: Group, zone: str, today: date) -> set[tuple[int, object]]:
    return {(each.weekday, each.start) for each in local_time.meeting_times(group, zone, today)}
