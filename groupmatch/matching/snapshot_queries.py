"""The queries of which a snapshot of a program is made."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from groupmatch.database.among import among
from groupmatch.records import (
    LIVE_OFFERS,
    ApartPair,
    CompactRegion,
    Group,
    GroupLeader,
    GroupStatus,
    GroupType,
    LevelOfCare,
    License,
    Meeting,
    Offer,
    Participant,
    PayerRule,
    Pin,
    Program,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    Topic,
    leaving,
)

#: The rules for all programs, which are few.
PAYER_RULES, COMPACT_REGIONS, LEVELS = select(PayerRule), select(CompactRegion), select(LevelOfCare)
TYPE_SIZES = select(GroupType.code, GroupType.max_size)
PART2_TOPICS = select(Topic.code).where(Topic.part2)


def groups(program: Program, within: Collection[str] | None) -> Select[Group]:
    """The groups of a program that have not ended, or some of them, with all that they are."""
    # For a few groups one query is quicker than three.
    together = selectinload if within is None else joinedload
    query = (
        select(Group)
        .where(Group.program_id == program.id, Group.status != GroupStatus.ENDED)
        .options(
            together(Group.meetings),
            together(Group.leaders).joinedload(GroupLeader.therapist),
            # Few have any of these.
            joinedload(Group.limits),
            joinedload(Group.entries),
        )
        .order_by(Group.id)
    )
    return query if within is None else query.where(among(Group.id, within))


def licenses(
    program: Program, within: Collection[str] | None
) -> Select[str, str | None, str | None, date, date | None]:
    """The licenses of those who lead a program's groups, or some of them."""
    leading = select(GroupLeader.therapist_id)
    if within is None:
        leading = leading.join(Group).where(Group.program_id == program.id)
    else:
        leading = leading.where(among(GroupLeader.group_id, within))
    period = License.valid_from, License.valid_to
    return select(License.therapist_id, License.region, License.compact, *period).where(
        License.therapist_id.in_(leading)
    )


def meetings(program: Program) -> Select[str, int, int, int, date | None, date | None]:
    """The hours at which any of these groups meets, each once."""
    columns = Meeting.weekday, Meeting.start_minute, Meeting.minutes
    return (
        select(Group.timezone, *columns, Meeting.from_on, Meeting.until_on)
        .join(Meeting, Meeting.group_id == Group.id)
        .where(Group.program_id == program.id, Group.status != GroupStatus.ENDED)
        .distinct()
    )


def zones(program: Program) -> Select[str]:
    """The zones of those whom a run concerns: a few, for each of which one person is enough."""
    own = Participant.program_id == program.id
    each = select(Participant.timezone).where(own).distinct().subquery()
    somebody = (
        select(Request.id)
        .join(Participant, Participant.id == Request.participant_id)
        .where(own, Participant.timezone == each.c.timezone, _concerned())
    )
    return select(each.c.timezone).where(somebody.exists())


def _concerned() -> ColumnElement[bool]:
    """Whether a request is open, or holds a seat."""
    held = exists().where(Seat.request_id == Request.id, Seat.state != SeatState.ENDED)
    return or_(Request.status == RequestStatus.OPEN, held)


def requests() -> Select[Request]:
    """The requests that a run concerns, with what they ask for."""
    return (
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
        .order_by(Request.id)
    )


def moves(program: Program) -> Select[Offer]:
    """Live offers that no seat stands for yet."""
    return (
        select(Offer)
        .where(
            Offer.program_id == program.id,
            Offer.state.in_(LIVE_OFFERS),
            Offer.seat_id.is_(None),
        )
        .options(joinedload(Offer.from_seat), joinedload(Offer.participant))
        .order_by(Offer.id)
    )


def seats_left(program: Program, on: date) -> Select[Seat]:
    """Seats that are left for others, and whose last date lies ahead."""
    return (
        select(Seat)
        .where(Seat.program_id == program.id, leaving(on + timedelta(days=1)))
        .options(joinedload(Seat.participant))
        .order_by(Seat.id)
    )


def apart_pairs(program: Program, only: Collection[str] | None) -> Select[ApartPair]:
    """Who must not meet whom; of some people, their pairs alone."""
    query = select(ApartPair).where(
        ApartPair.program_id == program.id, ApartPair.lifted_at.is_(None)
    )
    if only is None:
        return query
    return query.where(or_(ApartPair.first_id.in_(only), ApartPair.second_id.in_(only)))


def pins() -> Select[Pin]:
    """Pins and bans that have not been lifted, oldest first."""
    return (
        select(Pin)
        .join(Request, Request.id == Pin.request_id)
        .where(Pin.lifted_at.is_(None))
        .order_by(Pin.set_at, Pin.id)
    )
