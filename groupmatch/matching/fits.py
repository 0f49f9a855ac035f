"""What a seat for one request would break, by the same compiled code as the night's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from groupmatch.matching.compile import Compiled, compile_program
from groupmatch.matching.gates import closed_gates
from groupmatch.records import Group, Program, Request, Seat, SeatState
from solver import FailingRule, violations
from solver.eligibility import RULES


@dataclass(frozen=True)
class Fit:
    """One group for one request; the seat could be given at once where nothing is broken.

    `broken` holds the rules of eligibility and the hard rules of the specification that a seat
    would break now (`capacity`, `one_place`, `opening`, …). For staff: a detail may tell of other
    people.
    """

    group_id: str
    broken: Sequence[FailingRule]

    @property
    def eligible(self) -> bool:
        """Whether the group itself suits, and at most the present state stands in the way."""
        return not any(each.rule in RULES for each in self.broken)


@dataclass(frozen=True)
class Fits:
    """The closed gates of a request, and how groups suit it apart from them."""

    gates: Sequence[str]
    groups: Sequence[Fit]


def fits(session: Session, request: Request, *, on: date) -> Fits:
    """How every group suits a request, for a seat from the day after a local date on."""
    topics = [topic.topic_code for topic in request.topics]
    compiled = _compiled(session, request, Group.topic_code.in_(topics), on)
    return _fits(compiled, request, list(compiled.hours))


def fit(session: Session, request: Request, group: Group, *, on: date) -> Fits:
    """How one group suits a request; of one that meets no more within the horizon, nothing."""
    compiled = _compiled(session, request, Group.id == group.id, on)
    hours = compiled.wishes.hours_of(group.id, request.participant)
    return _fits(compiled, request, [hour.id for hour in hours])


def _compiled(
    session: Session, request: Request, groups: ColumnElement[bool], on: date
) -> Compiled:
    """Compile the person of a request and the members of some groups."""
    members = (
        select(Seat.participant_id)
        .join(Group, Group.id == Seat.group_id)
        .where(groups, Seat.state != SeatState.ENDED, Group.program_id == request.program_id)
    )
    only = {request.participant_id, *session.scalars(members)}
    program = session.get_one(Program, request.program_id)
    return compile_program(session, program, on=on, only=only, gates=False)


def _fits(compiled: Compiled, request: Request, hours: Collection[str]) -> Fits:
    gates = closed_gates(compiled.frame, request)
    if request.id not in compiled.standings:
        # The request is closed, or sits in a group that never meets.
        return Fits(gates, ())
    present = {each.id: each.seat for each in compiled.problem.requests if each.seat}
    groups = [
        Fit(compiled.hours[name].group.id, _broken(compiled, request.id, name, present))
        for name in hours
    ]
    return Fits(gates, groups)


def _broken(
    compiled: Compiled, request: str, group: str, present: dict[str, str]
) -> Sequence[FailingRule]:
    found = violations(compiled.problem, {**present, request: group})
    # Whether a settled member may go is for the person to say who asks here.
    return [FailingRule(each.rule, each.detail) for each in found if each.rule != "moves"]
