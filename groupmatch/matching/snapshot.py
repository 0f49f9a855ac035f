"""The present state of one program, read in a fixed number of queries.

Everything the compile step knows comes from here, so that a run sees one state, and a question
about one person is answered from the same state by the same code.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload, selectinload

from groupmatch.matching.timeline import DAY, WeeklySpan
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
    Meeting,
    Offer,
    Participant,
    PayerRule,
    Pin,
    Plan,
    Program,
    Request,
    RequestStatus,
    Seat,
    SeatState,
    SwitchRequest,
    Therapist,
    Topic,
    leaving,
    still_asked,
)

_Row = TypeVar("_Row")
_Owner = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


@dataclass(frozen=True)
class Snapshot:
    """People with an open request or a held seat, all groups that have not ended, and the rules."""

    program: Program
    groups: Sequence[Group]
    requests: Sequence[Request]
    #: Of a part of the program, the meetings and the zones of all of it, which make its weeks.
    meetings: Sequence[WeeklySpan]
    zones: Sequence[str]
    #: Request → the seat that it holds.
    seats: Mapping[str, Seat]
    #: Seat → the open ask to leave it.
    switches: Mapping[str, SwitchRequest]
    #: Live offers of the whole program that no seat stands for yet.
    moves: Sequence[Offer]
    #: Seats of the whole program that are left for others, and whose last date lies ahead.
    leaving: Sequence[Seat]
    #: For each member of a group that ends who may yet agree to come over, the group to come to.
    asked_over: Sequence[str]
    #: Participant → their cleared gates, and their weekly hours.
    gates: Mapping[str, Sequence[Gate]]
    availability: Mapping[str, Sequence[Availability]]
    plans: Sequence[Plan]
    apart: Sequence[ApartPair]
    #: Pins and bans that have not been lifted, oldest first.
    pins: Sequence[Pin]
    payer_rules: Sequence[PayerRule]
    compact_regions: Sequence[CompactRegion]
    #: Type of group → most members.
    type_sizes: Mapping[str | None, int]
    part2_topics: frozenset[str]
    levels: Mapping[str, LevelOfCare]


def read(
    session: Session,
    program: Program,
    on: date,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
    within: Collection[str] | None = None,
    asking: Collection[str] | None = None,
    before: Snapshot | None = None,
) -> Snapshot:
    """Read a program on a local date; with `only`, these participants alone, but all groups.

    `without` holds ids of seats and offers that count as never made. With `within`, these groups
    alone count: what people hold elsewhere is left aside, the need as well as the seat. With
    `asking`, the others only sit where they sit: their hours and gates are not read. What makes the
    weeks is taken from a reading of another part just `before`, where there is one.
    """
    asking = only if asking is None else asking
    meetings, zones = _weeks(session, program, within, before)

    def fetch(query: Select[_Row]) -> Sequence[_Row]:
        # What the session has loaded before may be older than what the database holds.
        return session.scalars(query.execution_options(populate_existing=True)).unique().all()

    def rows_of(
        people: Collection[str] | None, query: Select[_Row], owner: _Owner
    ) -> Sequence[_Row]:
        query = query.join(Participant, Participant.id == owner)
        query = query.where(Participant.program_id == program.id)
        return fetch(query if people is None else query.where(owner.in_(people)))

    rows = partial(rows_of, only)

    held = rows(select(Seat).where(Seat.state != SeatState.ENDED), Seat.participant_id)
    seats = [seat for seat in held if within is None or seat.group_id in within]
    aside = {seat.request_id for seat in held} - {seat.request_id for seat in seats}
    requests = rows(_requests(), Request.participant_id)
    asked = select(SwitchRequest).where(SwitchRequest.state.in_(OPEN_SWITCHES))
    hours = rows_of(asking, select(Availability), Availability.participant_id)
    gates = rows_of(asking, select(Gate), Gate.participant_id)
    return Snapshot(
        program=program,
        groups=fetch(_groups(program, within)),
        requests=[request for request in requests if request.id not in aside],
        meetings=meetings,
        zones=zones,
        seats={seat.request_id: seat for seat in seats if seat.id not in without},
        switches={ask.seat_id: ask for ask in rows(asked, SwitchRequest.participant_id)},
        moves=[offer for offer in fetch(_moves(program)) if offer.id not in without],
        leaving=fetch(_leaving(program, on)),
        asked_over=session.scalars(still_asked(program.id)).all(),
        gates=_by((gate.participant_id, gate) for gate in gates),
        availability=_by((span.participant_id, span) for span in hours),
        plans=rows(select(Plan).order_by(Plan.id), Plan.participant_id),
        apart=fetch(_apart_pairs(program, only)),
        pins=rows(_pins(), Request.participant_id),
        payer_rules=fetch(select(PayerRule)),
        compact_regions=fetch(select(CompactRegion)),
        type_sizes={kind.code: kind.max_size for kind in fetch(select(GroupType))},
        part2_topics=frozenset(session.scalars(select(Topic.code).where(Topic.part2))),
        levels={level.code: level for level in fetch(select(LevelOfCare))},
    )


def _groups(program: Program, within: Collection[str] | None) -> Select[Group]:
    leaders = selectinload(Group.leaders).joinedload(GroupLeader.therapist)
    query = select(Group) if within is None else select(Group).where(Group.id.in_(within))
    return (
        query.where(Group.program_id == program.id, Group.status != GroupStatus.ENDED)
        .options(
            selectinload(Group.meetings),
            selectinload(Group.limits),
            selectinload(Group.entries),
            leaders.selectinload(Therapist.licenses),
        )
        .order_by(Group.id)
    )


def _weeks(
    session: Session, program: Program, within: Collection[str] | None, before: Snapshot | None
) -> tuple[Sequence[WeeklySpan], Sequence[str]]:
    """Of a part of the program, the meetings and the zones of all of it."""
    if within is None:
        return [], []
    if before is not None:
        return before.meetings, before.zones
    meetings = [_span(*row) for row in session.execute(_meetings(program)).all()]
    return meetings, session.scalars(_zones(program)).all()


def _meetings(program: Program) -> Select[str, int, int, int, date | None, date | None]:
    columns = Meeting.weekday, Meeting.start_minute, Meeting.minutes
    return (
        select(Group.timezone, *columns, Meeting.from_on, Meeting.until_on)
        .join(Meeting, Meeting.group_id == Group.id)
        .where(Group.program_id == program.id, Group.status != GroupStatus.ENDED)
        .distinct()
    )


def _span(
    zone: str, weekday: int, start: int, minutes: int, since: date | None, until: date | None
) -> WeeklySpan:
    return WeeklySpan(weekday * DAY + start, minutes, zone, since, until)


def _zones(program: Program) -> Select[str]:
    return (
        select(Participant.timezone)
        .join(Request, Request.participant_id == Participant.id)
        .where(Participant.program_id == program.id, _concerned())
        .distinct()
    )


def _concerned() -> ColumnElement[bool]:
    """Whether a request is open, or holds a seat."""
    held = exists().where(Seat.request_id == Request.id, Seat.state != SeatState.ENDED)
    return or_(Request.status == RequestStatus.OPEN, held)


def _requests() -> Select[Request]:
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


def _moves(program: Program) -> Select[Offer]:
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


def _leaving(program: Program, on: date) -> Select[Seat]:
    return (
        select(Seat)
        .where(Seat.program_id == program.id, leaving(on + timedelta(days=1)))
        .options(joinedload(Seat.participant))
        .order_by(Seat.id)
    )


def _apart_pairs(program: Program, only: Collection[str] | None) -> Select[ApartPair]:
    query = select(ApartPair).where(
        ApartPair.program_id == program.id, ApartPair.lifted_at.is_(None)
    )
    if only is None:
        return query
    return query.where(or_(ApartPair.first_id.in_(only), ApartPair.second_id.in_(only)))


def _pins() -> Select[Pin]:
    return (
        select(Pin)
        .join(Request, Request.id == Pin.request_id)
        .where(Pin.lifted_at.is_(None))
        .order_by(Pin.set_at, Pin.id)
    )


def _by(rows: Iterable[tuple[str | None, _Row]]) -> Mapping[str, list[_Row]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for owner, row in rows:
        if owner is not None:
            found[owner].append(row)
    return found
