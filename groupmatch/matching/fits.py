"""What a seat for one request would break, by the same compiled code as the night's."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from groupmatch.matching.around_seat import around_seat
from groupmatch.matching.compile import Compiled
from groupmatch.matching.gates import closed_gates
from groupmatch.matching.groups import Hour
from groupmatch.matching.part import compiled_around
from groupmatch.matching.their_hours import at_their_hours
from groupmatch.records import Group, GroupStatus, Request
from solver import FailingRule, failing_rules, violations
from solver.eligibility import RULES

#: Rules that a whole night can satisfy though one seat alone does not: a proposed group opens
#: when enough people come, a plan is served when all of its requests are.
LEFT_TO_THE_NIGHT = frozenset({"opening", "plans"})


@dataclass(frozen=True)
class Fit:
    """One group for one request; the seat could be given at once where nothing is broken.

    `broken` holds the rules of eligibility and the hard rules of the specification that a seat
    would break now (`capacity`, `one_place`, `opening`, …); of several groups at once, the hard
    rules only where eligibility holds. For staff: a detail may tell of other people.
    """

    #: The record itself: whoever tells of it need not read it again.
    group: Group
    broken: Sequence[FailingRule]
    #: Whether another request of tonight's run could use a seat there, where that was asked.
    sought: bool = False

    @property
    def group_id(self) -> str:
        """Its id in the database."""
        return self.group.id

    @property
    def eligible(self) -> bool:
        """Whether the group itself suits, and at most the present state stands in the way."""
        return not any(each.rule in RULES for each in self.broken)

    @property
    def open(self) -> bool:
        """Whether tonight's run could give a seat there, or a seat could be taken at once."""
        return self.eligible and all(each.rule in LEFT_TO_THE_NIGHT for each in self.broken)


@dataclass(frozen=True)
class Fits:
    """The closed gates of a request, and how groups suit it apart from them."""

    gates: Sequence[str]
    groups: Sequence[Fit]


def fits(session: Session, request: Request, *, on: date, near: bool = False) -> Fits:
    """How the groups of its topics suit a request, for a seat from the day after a local date.

    With `near`, of the groups that meet at hours of theirs and may be licensed where they are: all
    that suit are among these.
    """
    groups = _of_its_topics(request)
    if near:
        ids = set(at_their_hours(session, request.participant, on, groups))
    else:
        ids = set(session.scalars(select(Group.id).where(groups)))
    compiled = compiled_around(session, request.participant, ids, on=on)
    found = of_topics(compiled, request)
    return Fits(found.gates, [fit for fit in found.groups if fit.group_id in ids])


def fit(session: Session, request: Request, group: Group, *, on: date) -> Fits:
    """How one group suits a request; of one that meets no more within the horizon, nothing."""
    compiled = compiled_around(session, request.participant, [group.id], on=on, crowded=[group.id])
    hours = compiled.wishes.hours_of(group.id, request.participant)
    gates = closed_gates(compiled.frame, request)
    if request.id not in compiled.standings:
        return Fits(gates, ())
    return Fits(gates, [Fit(group, broken(compiled, request.id, hour.id)) for hour in hours])


def kept_away(
    session: Session, request: Request, *, on: date, only_by: Collection[str], most: int
) -> Sequence[Fit]:
    """Groups that nothing but some rules of eligibility keeps from a request, nearest first.

    At most so many. Whatever else stands in the way leaves a group out: that it is full, or kept
    free, or that somebody is there whom the person must not meet.
    """
    groups = session.scalars(select(Group.id).where(_of_its_topics(request)))
    compiled = compiled_around(session, request.participant, set(groups), on=on)
    near = [
        (name, Fit(hour.group, failing))
        for name, hour in _hours_of(compiled, request)
        if (failing := failing_rules(compiled.problem, request.id, name))
        if all(each.rule in only_by for each in failing)
    ]
    near.sort(key=lambda each: len(each[1].broken))
    allowed = {*only_by, *LEFT_TO_THE_NIGHT}
    found = (
        fit
        for name, fit in near
        if all(each.rule in allowed for each in broken(compiled, request.id, name))
    )
    return tuple(islice(found, most))


def _of_its_topics(request: Request) -> ColumnElement[bool]:
    return and_(
        Group.program_id == request.program_id,
        Group.topic_code.in_({topic.topic_code for topic in request.topics}),
        Group.status != GroupStatus.ENDED,
    )


def of_topics(compiled: Compiled, request: Request) -> Fits:
    """How the compiled groups of its topics suit a request."""
    gates = closed_gates(compiled.frame, request)
    found = [
        Fit(
            hour.group,
            failing_rules(compiled.problem, request.id, name)
            or broken(compiled, request.id, name, eligible=True),
        )
        for name, hour in _hours_of(compiled, request)
    ]
    return Fits(gates, found)


def _hours_of(compiled: Compiled, request: Request) -> Iterator[tuple[str, Hour]]:
    """The hours of its topics that are open to the person of a request, by name; none where the
    request is closed, or sits in a group that never meets.
    """
    topics = {topic.topic_code for topic in request.topics}
    if request.id in compiled.standings:
        for name, hour in compiled.hours.items():
            if hour.group.topic_code in topics and hour.open_to(request.participant):
                yield name, hour


def broken(
    compiled: Compiled, request: str, group: str, *, eligible: bool = False
) -> Sequence[FailingRule]:
    """What a seat in a group would break now, of all rules; by the ids of the problem.

    Where the pair is known to be `eligible`, that is not asked again.
    """
    around = around_seat(compiled.problem, request, group)
    present = {each.id: each.seat for each in around.requests if each.seat}
    checked = {request: group} if eligible else None
    found = violations(around, {**present, request: group}, checked)
    # Whether a settled member may go is for the person to say who asks here.
    return [FailingRule(each.rule, each.detail) for each in found if each.rule != "moves"]
