"""The groups that could take one member now, at the cost of a few groups in a program of any size.

The rules are those of the night, from the same compiled code. Which groups might have room at an
hour of the member's is found first, by columns, and of who sits there no more is read than bears on
a seat: to load a record takes longer.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, select
from sqlalchemy.orm import Session

from groupmatch.matching.company import company
from groupmatch.matching.compile import Compiled, compile_for
from groupmatch.matching.fits import broken
from groupmatch.matching.suiting import names
from groupmatch.matching.their_hours import at_their_hours, has_room
from groupmatch.records import (
    Group,
    GroupStatus,
    Pin,
    Request,
    Seat,
    SeatState,
)
from solver import failing_rules


def elsewhere(session: Session, request: Request, *, on: date) -> Sequence[str]:
    """The running groups in which a request could have a seat from the day after a local date.

    Gates are left aside, and whether the member may move: both are for a person to say. The group
    that it sits in is none of them.
    """
    person = request.participant
    might = at_their_hours(session, person, on, *_asked_for(request, full=False), ~_held(request))
    if not might:
        return []
    around = {*might, *session.scalars(_own(request))}
    beside = company(session, person, around, on=on)
    compiled = compile_for(session, person, around, on=on, beside=beside)
    return [
        group
        for group, name in _eligible(compiled, request, might)
        if not broken(compiled, request.id, name, eligible=True)
    ]


def suiting_but_full(
    session: Session, request: Request, *, on: date, among: ColumnElement[bool]
) -> Sequence[str]:
    """The running groups `among` some that would suit a request, whoever sits there, had they a
    seat; those in which the member sits are none of them.
    """
    person, own = request.participant, [*session.scalars(_own(request))]
    full = _asked_for(request, full=True)
    might = at_their_hours(session, person, on, *full, among, Group.id.not_in(own))
    if not might:
        return []
    compiled = compile_for(session, person, {*might, *own}, on=on)
    return [group for group, _ in _eligible(compiled, request, might)]


def _held(request: Request) -> ColumnElement[bool]:
    """The group in which a request holds a seat."""
    seats = select(Seat.group_id).where(
        Seat.request_id == request.id, Seat.state != SeatState.ENDED
    )
    return Group.id.in_(seats)


def _own(request: Request) -> CompoundSelect[str]:
    """The groups in which the member sits, and the one that the request is pinned to."""
    seats = select(Seat.group_id).where(
        Seat.participant_id == request.participant_id, Seat.state != SeatState.ENDED
    )
    pins = select(Pin.group_id).where(Pin.request_id == request.id, Pin.lifted_at.is_(None))
    return seats.union(pins)


def _asked_for(request: Request, *, full: bool) -> list[ColumnElement[bool]]:
    """Running groups of its topics and level that have a seat left, or that have none."""
    room = has_room()
    return [
        Group.status == GroupStatus.RUNNING,
        Group.topic_code.in_([topic.topic_code for topic in request.topics]),
        Group.level_code == request.level_code,
        ~room if full else room,
    ]


def _eligible(
    compiled: Compiled, request: Request, groups: Collection[str]
) -> list[tuple[str, str]]:
    """Those of some groups that suit the member, each with its name in the problem."""
    return [
        (group, name)
        for group, name in names(compiled, request, groups)
        if not failing_rules(compiled.problem, request.id, name)
    ]
