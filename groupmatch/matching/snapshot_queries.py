"""The queries of which a snapshot of a program is made.

Each is written once: to put one together takes longer than to send it. They are given
`program_id` and, where they are about some people or groups, `people` and `within`.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Generic, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, selectinload

from groupmatch.database.among import among, beside_ids, ids_given
from groupmatch.records import (
    LIVE_OFFERS,
    OPEN_SWITCHES,
    ApartPair,
    Availability,
    CompactRegion,
    Gate,
    Group,
    GroupLeader,
    GroupStatus,
    GroupType,
    LevelOfCare,
    License,
    Offer,
    Participant,
    PayerRule,
    Pin,
    Plan,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    SwitchRequest,
    Topic,
    leaving,
)

_Row = TypeVar("_Row")
_Owner = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
_PROGRAM: BindParameter[str] = bindparam("program_id")
_PEOPLE, _WITHIN = ids_given("people"), ids_given("within")


class Owned(Generic[_Row]):
    """What participants own: those of a whole program, or some of them."""

    def __init__(self, query: Select[_Row], owner: _Owner) -> None:
        owned = query.join(Participant, Participant.id == owner)
        self.of_all = owned.where(Participant.program_id == _PROGRAM)
        self.of_some = owned.where(
            beside_ids(Participant.program_id) == _PROGRAM, among(owner, _PEOPLE)
        )


def _concerned() -> ColumnElement[bool]:
    """Whether a request is open, or holds a seat."""
    held = exists().where(Seat.request_id == Request.id, Seat.state != SeatState.ENDED)
    return or_(Request.status == RequestStatus.OPEN, held)


HELD = Owned(select(Seat).where(Seat.state != SeatState.ENDED), Seat.participant_id)
HOURS = Owned(select(Availability), Availability.participant_id)
GATES = Owned(select(Gate), Gate.participant_id)
PLANS = Owned(select(Plan).order_by(Plan.id), Plan.participant_id)
#: The open asks to leave a seat.
SWITCHES = Owned(
    select(SwitchRequest).where(SwitchRequest.state.in_(OPEN_SWITCHES)),
    SwitchRequest.participant_id,
)
#: The requests that a run concerns, with what they ask for.
REQUESTS = Owned(
    select(Request)
    .where(_concerned())
    .options(
        contains_eager(Request.participant),
        selectinload(Request.topics),
        # Few have any of these: to ask for those of everybody by id would take longer.
        joinedload(Request.choices),
        joinedload(Request.preferences),
        joinedload(Request.avoided),
    )
    .order_by(Request.id),
    Request.participant_id,
)
#: Pins and bans that have not been lifted, oldest first.
PINS = Owned(
    select(Pin)
    .join(Request, Request.id == Pin.request_id)
    .where(Pin.lifted_at.is_(None))
    .order_by(Pin.set_at, Pin.id),
    Request.participant_id,
)

_GROUPS = (
    select(Group)
    .where(Group.status != GroupStatus.ENDED)
    # Few have any of these.
    .options(joinedload(Group.limits), joinedload(Group.entries))
    .order_by(Group.id)
)
#: The groups that have not ended, with all that they are.
GROUPS = _GROUPS.where(Group.program_id == _PROGRAM).options(
    selectinload(Group.meetings),
    selectinload(Group.leaders).joinedload(GroupLeader.therapist),
)
#: Some of them: for few groups one query is quicker than three.
GROUPS_WITHIN = _GROUPS.where(
    beside_ids(Group.program_id) == _PROGRAM, among(Group.id, _WITHIN)
).options(
    joinedload(Group.meetings),
    joinedload(Group.leaders).joinedload(GroupLeader.therapist),
)

_LEADING = select(GroupLeader.therapist_id)
_LICENSES = select(
    License.therapist_id, License.region, License.compact, License.valid_from, License.valid_to
)
#: The licenses of those who lead the groups, or some of them.
LICENSES = _LICENSES.where(
    License.therapist_id.in_(_LEADING.join(Group).where(Group.program_id == _PROGRAM))
)
LICENSES_WITHIN = _LICENSES.where(
    License.therapist_id.in_(_LEADING.where(among(GroupLeader.group_id, _WITHIN)))
)

#: Live offers that no seat stands for yet.
MOVES = (
    select(Offer)
    .where(Offer.program_id == _PROGRAM, Offer.state.in_(LIVE_OFFERS), Offer.seat_id.is_(None))
    .options(joinedload(Offer.from_seat), joinedload(Offer.participant))
    .order_by(Offer.id)
)

#: Who must not meet whom, and the pairs of some people alone.
APART = select(ApartPair).where(ApartPair.program_id == _PROGRAM, ApartPair.lifted_at.is_(None))
APART_OF = APART.where(or_(among(ApartPair.first_id, _PEOPLE), among(ApartPair.second_id, _PEOPLE)))

#: The rules for all programs, which are few.
PAYER_RULES, COMPACT_REGIONS, LEVELS = select(PayerRule), select(CompactRegion), select(LevelOfCare)
TYPE_SIZES = select(GroupType.code, GroupType.max_size)
PART2_TOPICS = select(Topic.code).where(Topic.part2)


@lru_cache(maxsize=8)
def seats_left(on: date) -> Select[Seat]:
    """Seats that are left for others, and whose last date lies ahead."""
    return (
        select(Seat)
        .where(Seat.program_id == _PROGRAM, leaving(on + timedelta(days=1)))
        .options(joinedload(Seat.participant))
        .order_by(Seat.id)
    )
