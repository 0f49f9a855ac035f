"""The groups that are open to one person's requests, at the cost of a few in a program of any size.

The rules are those of the night, from the same compiled code. Which groups might be open is found
first, by columns. Where these are many, what does not depend on who else sits there is asked
before everybody is loaded who does.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, union
from sqlalchemy.orm import Session

from groupmatch.matching.compile import Compiled, compile_for
from groupmatch.matching.fits import Fit, Fits, broken, fits_together
from groupmatch.matching.gates import closed_gates
from groupmatch.matching.groups import HOUSEHOLD_KINDS
from groupmatch.matching.suiting import names, suiting
from groupmatch.matching.their_hours import at_their_hours, has_room
from groupmatch.records import (
    LIVE_OFFERS,
    Group,
    GroupLeader,
    GroupStatus,
    Offer,
    Participant,
    Pin,
    Program,
    Request,
    Seat,
    SeatState,
    leaving,
)
from solver import failing_rules

#: So many groups are compiled at once with everybody who sits in them.
_FEW = 50


def open_to(
    session: Session, requests: Sequence[Request], *, on: date, sought: bool = False
) -> Mapping[str, Fits]:
    """The open groups of the topics of one person's requests, by request: see `Fit.open`.

    For seats from the day after a local date. With `sought`, tells of each group whether somebody
    else could use a seat in it tonight, at the cost of the whole program.
    """
    if sought:
        whole = fits_together(session, requests, on=on, sought=True)
        return {name: replace(each, groups=_open(each.groups)) for name, each in whole.items()}
    compiled, might = _compiled_around(session, requests, on)
    return {request.id: _of(compiled, request, might) for request in requests}


def _of(compiled: Compiled, request: Request, might: Collection[str]) -> Fits:
    gates = closed_gates(compiled.frame, request)
    found = [
        Fit(compiled.hours[name].group, broken(compiled, request.id, name))
        for _, name in names(compiled, request, might)
        if not failing_rules(compiled.problem, request.id, name)
    ]
    return Fits(gates, _open(found))


def _open(found: Sequence[Fit]) -> list[Fit]:
    return [fit for fit in found if fit.open]


def _compiled_around(
    session: Session, requests: Sequence[Request], on: date
) -> tuple[Compiled, Sequence[str]]:
    """The groups that might be open with whatever bears on a seat in one of them."""
    person = requests[0].participant
    own = _own(session, person, on)
    might = at_their_hours(session, person, on, _asked_for(requests))
    alone = None
    if len(might) > _FEW:
        alone = compile_for(session, person, {person.id}, {*might, *own}, on=on)
        might = suiting(alone, requests, might)
    beside = _beside(session, might)
    members = select(Seat.participant_id).join(Group, Group.id == Seat.group_id)
    seated = members.where(
        Seat.state != SeatState.ENDED,
        or_(
            Group.id.in_({*might, *own}),
            and_(Group.id.in_(beside), _stands_by_its_members(on, person.program)),
        ),
    )
    people = {person.id, *session.scalars(seated)}
    around = {*might, *own, *beside}
    return compile_for(session, person, people, around, on=on, before=alone), might


def _asked_for(requests: Sequence[Request]) -> ColumnElement[bool]:
    """Groups of the topics and level of a request that have not begun to end and have a seat.

    Where a last date is set, its members may count as gone: the compile step knows.
    """
    return and_(
        Group.status.in_([GroupStatus.PROPOSED, GroupStatus.RUNNING]),
        or_(has_room(), Group.ends_on.is_not(None)),
        or_(
            *(
                and_(
                    Group.topic_code.in_([topic.topic_code for topic in request.topics]),
                    Group.level_code == request.level_code,
                )
                for request in requests
            )
        ),
    )


def _own(session: Session, person: Participant, on: date) -> set[str]:
    """The groups that bear on any seat of a person: those in which they sit or still come to, to
    which they are pinned, or that are offered to them.
    """
    held = or_(Seat.state != SeatState.ENDED, leaving(on + timedelta(days=1)))
    return set(
        session.scalars(
            union(
                select(Seat.group_id).where(Seat.participant_id == person.id, held),
                select(Pin.group_id)
                .join(Request, Request.id == Pin.request_id)
                .where(Request.participant_id == person.id, Pin.lifted_at.is_(None)),
                select(Offer.to_group_id).where(
                    Offer.participant_id == person.id, Offer.state.in_(LIVE_OFFERS)
                ),
            )
        )
    )


def _beside(session: Session, groups: Collection[str]) -> Sequence[str]:
    """The groups that may keep one of some groups from opening: those of its leaders, and those
    that are alternatives to it.
    """
    opening = select(Group.id, Group.program_id, Group.alternative_key).where(
        Group.id.in_(groups),
        or_(Group.status == GroupStatus.PROPOSED, Group.kind.in_(HOUSEHOLD_KINDS)),
    )
    opens = opening.subquery()
    leaders = select(GroupLeader.therapist_id).join(opens, opens.c.id == GroupLeader.group_id)
    led = select(GroupLeader.group_id).where(GroupLeader.therapist_id.in_(leaders))
    alternative = Group.alternative_key.in_(select(opens.c.alternative_key))
    return session.scalars(
        select(Group.id).where(
            Group.program_id.in_(select(opens.c.program_id)),
            Group.status != GroupStatus.ENDED,
            or_(Group.id.in_(led), alternative),
        )
    ).all()


def _stands_by_its_members(on: date, program: Program) -> ColumnElement[bool]:
    """Whether a group is open tonight only where somebody sits in it already."""
    last = on + timedelta(weeks=program.horizon_weeks)
    return or_(
        Group.status == GroupStatus.PROPOSED,
        Group.kind.in_(HOUSEHOLD_KINDS),
        Group.starts_on > last,
    )
