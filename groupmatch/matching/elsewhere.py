"""The groups that could take one member now, at the cost of a few groups in a program of any size.

The rules are those of the night, from the same compiled code, applied twice: to the member alone
in every group that might have room, then with everybody who sits in the groups that passed.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import CompoundSelect, Select, func, select
from sqlalchemy.orm import Session

from groupmatch.matching.compile import Compiled, compile_program
from groupmatch.matching.fits import broken
from groupmatch.records import Group, GroupStatus, Pin, Program, Request, Seat, SeatState
from solver import failing_rules


def elsewhere(session: Session, request: Request, *, on: date) -> Sequence[str]:
    """The running groups in which a request could have a seat from the day after a local date.

    Gates are left aside, and whether the member may move: both are for a person to say. The group
    that it sits in is none of them.
    """
    own = [*session.scalars(_own(request))]
    suiting = _suiting(session, request, own, on)
    members = select(Seat.participant_id).where(
        Seat.group_id.in_(suiting), Seat.state != SeatState.ENDED
    )
    people = {request.participant_id, *session.scalars(members)}
    compiled = _compiled(session, request, people, {*suiting, *own}, on)
    hours = _hours(compiled, request, suiting)
    return [group for group, name in hours if not broken(compiled, request.id, name)]


def _own(request: Request) -> CompoundSelect[str]:
    """The groups in which the member sits, and the one that the request is pinned to."""
    seats = select(Seat.group_id).where(
        Seat.participant_id == request.participant_id, Seat.state != SeatState.ENDED
    )
    pins = select(Pin.group_id).where(Pin.request_id == request.id, Pin.lifted_at.is_(None))
    return seats.union(pins)


def _suiting(session: Session, request: Request, own: Sequence[str], on: date) -> list[str]:
    """The groups that suit the member, whoever else sits there."""
    might = session.scalars(_with_room(request)).all()
    compiled = _compiled(session, request, {request.participant_id}, {*might, *own}, on)
    return [
        group
        for group, name in _hours(compiled, request, might)
        if not failing_rules(compiled.problem, request.id, name)
    ]


def _with_room(request: Request) -> Select[str]:
    """Groups of its topics and level with fewer seats held than there are."""
    held = (
        select(func.count())
        .where(Seat.group_id == Group.id, Seat.state != SeatState.ENDED)
        .correlate(Group)
        .scalar_subquery()
    )
    return select(Group.id).where(
        Group.program_id == request.program_id,
        Group.status == GroupStatus.RUNNING,
        Group.topic_code.in_([topic.topic_code for topic in request.topics]),
        Group.level_code == request.level_code,
        Group.max_size - Group.held_seats > held,
    )


def _compiled(
    session: Session, request: Request, people: Collection[str], groups: Collection[str], on: date
) -> Compiled:
    program = session.get_one(Program, request.program_id)
    return compile_program(session, program, on=on, only=people, within=groups, gates=False)


def _hours(compiled: Compiled, request: Request, groups: Collection[str]) -> list[tuple[str, str]]:
    """Group → its name in the problem, for those that the member might join."""
    if request.id not in compiled.standings:
        return []
    return [
        (group, hour.id)
        for group in groups
        for hour in compiled.wishes.hours_of(group, request.participant)
    ]
