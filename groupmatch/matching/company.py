"""Who else sits in some groups, for a question about one person.

In most groups it bears on a seat how many sit there, and which caps their payers and regions set:
there they are counted. By themselves are known those of whom more matters.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, or_, select, union
from sqlalchemy.orm import Session

from groupmatch.database.among import among, beside_ids, ids_given
from groupmatch.matching.households import HOUSEHOLD_KINDS
from groupmatch.records import (
    ApartPair,
    Group,
    GroupLimit,
    GroupStatus,
    Participant,
    Request,
    RequestStatus,
    Seat,
    SeatState,
)


class Alike(NamedTuple):
    """Members of a group of whom nothing else is known."""

    payer_code: str | None
    region: str
    #: Whether they keep their seats even where the group ends: their need is over.
    fixed: bool


@dataclass(frozen=True)
class Company:
    """The members of some groups: ids of those to be known by themselves, and the others counted,
    by group.
    """

    known: frozenset[str]
    counted: Mapping[str, Counter[Alike]]
    #: Of those known, who may ask for a seat, too. Where somebody of the person's household asks
    #: for an hour for it, it is one for the person.
    asking: frozenset[str] = frozenset()


#: Nobody else.
ALONE = Company(frozenset(), {})


def company(
    session: Session,
    person: Participant,
    groups: Collection[str],
    *,
    on: date,
    crowded: Collection[str] = (),
    others: Collection[str] = (),
) -> Company:
    """Everybody else who sits in some groups of a person's program, for seats from the day after a
    local date. In the `crowded` groups nobody is counted; `others` may ask for a seat, as those of
    the person's household may.
    """
    last = on + timedelta(weeks=person.program.horizon_weeks)
    given = {"person": person.id, "program": person.program_id, "groups": groups, "last": last}
    rows = session.execute(_SEATED, given).all()
    asking = _partners(session, person).union(others)
    known = asking | {member for group, member, *_, matters in rows if matters or group in crowded}
    counted: dict[str, Counter[Alike]] = {}
    for group, member, payer, region, status, _ in rows:
        if member not in known:
            alike = Alike(payer, region, status != RequestStatus.OPEN)
            counted.setdefault(group, Counter())[alike] += 1
    return Company(known, counted, asking)


def _partners(session: Session, person: Participant) -> frozenset[str]:
    if not person.household:
        return frozenset()
    partners = select(Participant.id).where(
        Participant.program_id == person.program_id,
        Participant.household == person.household,
        Participant.id != person.id,
    )
    return frozenset(session.scalars(partners))


def _matters() -> ColumnElement[bool]:
    """Whether more bears on a seat in a group than how many sit there: who does decides if it is
    open at all and for whom, how many may be alike, or whom the person must not meet.
    """
    standing = ApartPair.lifted_at.is_(None)
    apart = union(
        select(ApartPair.second_id).where(ApartPair.first_id == _PERSON, standing),
        select(ApartPair.first_id).where(ApartPair.second_id == _PERSON, standing),
    )
    return or_(
        Group.status == GroupStatus.PROPOSED,
        Group.kind.in_(HOUSEHOLD_KINDS),
        and_(Group.starts_on.is_not(None), Group.starts_on > bindparam("last", type_=Date())),
        Group.id.in_(select(GroupLimit.group_id)),
        Seat.participant_id.in_(apart),
    )


_PERSON: BindParameter[str] = bindparam("person")
_SEATED = (
    select(
        Seat.group_id,
        Seat.participant_id,
        Participant.payer_code,
        Participant.region,
        Request.status,
        _matters(),
    )
    .join(Participant, Participant.id == Seat.participant_id)
    .join(Request, Request.id == Seat.request_id)
    .join(Group, Group.id == Seat.group_id)
    .where(
        among(Seat.group_id, ids_given("groups")),
        Seat.participant_id != _PERSON,
        Seat.state != SeatState.ENDED,
        beside_ids(Participant.program_id) == bindparam("program"),
    )
)
