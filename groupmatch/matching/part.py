"""The part of a program that bears on one person's seats in some groups, compiled by itself.

A question about one person is answered from it at the cost of a few groups in a program of any
size: of who sits there, no more is read than bears on a seat.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import (
    CompoundSelect,
    Select,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from groupmatch.database.among import among, ids_given
from groupmatch.matching.company import company
from groupmatch.matching.compile import Compiled, compile_for
from groupmatch.matching.households import HOUSEHOLD_KINDS
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


def compiled_around(
    session: Session,
    person: Participant,
    groups: Collection[str],
    *,
    on: date,
    others: Collection[str] = (),
    crowded: Collection[str] = (),
) -> Compiled:
    """Some groups with whatever bears on a seat of a person in one of them, or of `others`, gates
    left aside; for seats from the day after a local date. Which may be `crowded` is found out where
    it is not told.
    """
    own = _own(session, {person.id, *others}, on)
    around = {*groups, *own, *_beside(session, groups)}
    beside = company(session, person, around, on=on, others=others, crowded=crowded)
    compiled = compile_for(session, person, around, on=on, beside=beside)
    found = {hour.group.id for hour in compiled.hours.values() if hour.crowded}
    if not found.intersection(beside.counted):
        return compiled
    # More members than seats: a rule tells of that, and asks for the members by themselves.
    beside = company(session, person, around, on=on, others=others, crowded=found.union(crowded))
    return compile_for(session, person, around, on=on, beside=beside)


def _own(session: Session, people: Collection[str], on: date) -> set[str]:
    """The groups that bear on any seat of some people: those in which they sit or still come to, to
    which they are pinned, or that are offered to them.
    """
    return set(session.scalars(_groups_of(on + timedelta(days=1)), {"people": people}))


@lru_cache(maxsize=8)
def _groups_of(first: date) -> CompoundSelect[str]:
    people = ids_given("people")
    held = or_(Seat.state != SeatState.ENDED, leaving(first))
    return union(
        select(Seat.group_id).where(among(Seat.participant_id, people), held),
        select(Pin.group_id)
        .join(Request, Request.id == Pin.request_id)
        .where(among(Request.participant_id, people), Pin.lifted_at.is_(None)),
        select(Offer.to_group_id).where(
            among(Offer.participant_id, people), Offer.state.in_(LIVE_OFFERS)
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
