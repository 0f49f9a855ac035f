"""The groups that are open to one person's requests, at the cost of a few in a program of any size.

The rules are those of the night, from the same compiled code. Which groups might be open is found
first, by columns, and of who sits there no more is read than bears on a seat.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from groupmatch.database.among import among, ids_given
from groupmatch.matching.company import company
from groupmatch.matching.compile import Compiled, compile_for
from groupmatch.matching.fits import Fit, Fits, broken, fits_together
from groupmatch.matching.gates import closed_gates
from groupmatch.matching.households import HOUSEHOLD_KINDS
from groupmatch.matching.suiting import names
from groupmatch.matching.their_hours import at_their_hours, has_room
from groupmatch.records import (
    LIVE_OFFERS,
    Group,
    GroupLeader,
    GroupStatus,
    Offer,
    Participant,
    Pin,
    Request,
    Seat,
    SeatState,
    leaving,
)
from solver import failing_rules


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
        Fit(compiled.hours[name].group, broken(compiled, request.id, name, eligible=True))
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
    around = {*might, *own, *_beside(session, might)}
    beside = company(session, person, around, on=on)
    return compile_for(session, person, around, on=on, beside=beside), might


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
    return set(session.scalars(_groups_of(on + timedelta(days=1)), {"person": person.id}))


@lru_cache(maxsize=8)
def _groups_of(first: date) -> CompoundSelect[str]:
    person: BindParameter[str] = bindparam("person")
    held = or_(Seat.state != SeatState.ENDED, leaving(first))
    return union(
        select(Seat.group_id).where(Seat.participant_id == person, held),
        select(Pin.group_id)
        .join(Request, Request.id == Pin.request_id)
        .where(Request.participant_id == person, Pin.lifted_at.is_(None)),
        select(Offer.to_group_id).where(
            Offer.participant_id == person, Offer.state.in_(LIVE_OFFERS)
        ),
    )


def _beside(session: Session, groups: Collection[str]) -> Sequence[str]:
    """The groups that may keep one of some groups from opening: those of its leaders, and those
    that are alternatives to it.
    """
    return session.scalars(_BESIDE, {"groups": groups}).all()


def _besides() -> Select[str]:
    opening = select(Group.id, Group.program_id, Group.alternative_key).where(
        among(Group.id, ids_given("groups")),
        or_(Group.status == GroupStatus.PROPOSED, Group.kind.in_(HOUSEHOLD_KINDS)),
    )
    opens = opening.subquery()
    leaders = select(GroupLeader.therapist_id).join(opens, opens.c.id == GroupLeader.group_id)
    led = select(GroupLeader.group_id).where(GroupLeader.therapist_id.in_(leaders))
    alternative = Group.alternative_key.in_(select(opens.c.alternative_key))
    return select(Group.id).where(
        Group.program_id.in_(select(opens.c.program_id)),
        Group.status != GroupStatus.ENDED,
        or_(Group.id.in_(led), alternative),
    )


_BESIDE = _besides()
