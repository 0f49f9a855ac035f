"""The present state of one program, read in a fixed number of queries.

Everything the compile step knows comes from here, so that a run sees one state, and a question
about one person is answered from the same state by the same code.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from groupmatch.matching import snapshot_queries as queries
from groupmatch.matching.timeline import DAY, WeeklySpan
from groupmatch.records import (
    OPEN_SWITCHES,
    ApartPair,
    Availability,
    CompactRegion,
    Gate,
    Group,
    GroupType,
    LevelOfCare,
    Offer,
    Participant,
    PayerRule,
    Pin,
    Plan,
    Program,
    Request,
    Seat,
    SeatState,
    SwitchRequest,
    Topic,
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


@dataclass(frozen=True)
class _Reader:
    """Fetches what concerns a program."""

    session: Session
    program: Program

    def fetch(self, query: Select[_Row]) -> Sequence[_Row]:
        """Everything that a query finds, as the database holds it now: what the session has loaded
        before may be older.
        """
        fresh = query.execution_options(populate_existing=True)
        return self.session.scalars(fresh).unique().all()

    def rows(
        self, people: Collection[str] | None, query: Select[_Row], owner: _Owner
    ) -> Sequence[_Row]:
        """What some participants own, or all of them."""
        query = query.join(Participant, Participant.id == owner)
        query = query.where(Participant.program_id == self.program.id)
        return self.fetch(query if people is None else query.where(owner.in_(people)))


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
    `asking`, the others only sit where they sit: nothing else of theirs is read, such as hours and
    plans. Of a reading of another part just `before`, for the same who are `asking`, everything is
    taken but who takes part, and groups that it lacks.
    """
    reader = _Reader(session, program)
    asking = only if asking is None else asking
    rest = before or _with_nobody(reader, on, without, within, asking)
    rows = partial(reader.rows, only)
    held = rows(select(Seat).where(Seat.state != SeatState.ENDED), Seat.participant_id)
    seats = [seat for seat in held if within is None or seat.group_id in within]
    aside = {seat.request_id for seat in held} - {seat.request_id for seat in seats}
    requests = rows(queries.requests(), Request.participant_id)
    return replace(
        rest,
        groups=_groups_within(reader, within, rest.groups),
        requests=[request for request in requests if request.id not in aside],
        seats={seat.request_id: seat for seat in seats if seat.id not in without},
    )


def _with_nobody(
    reader: _Reader,
    on: date,
    without: Collection[str],
    within: Collection[str] | None,
    asking: Collection[str] | None,
) -> Snapshot:
    """What every part of a program has in common, and what tells of those who ask."""
    program, fetch = reader.program, reader.fetch
    meetings, zones = _weeks(reader.session, program) if within is not None else ([], [])
    rows = partial(reader.rows, asking)
    hours = rows(select(Availability), Availability.participant_id)
    gates = rows(select(Gate), Gate.participant_id)
    asked = select(SwitchRequest).where(SwitchRequest.state.in_(OPEN_SWITCHES))
    return Snapshot(
        program=program,
        groups=(),
        requests=(),
        meetings=meetings,
        zones=zones,
        seats={},
        switches={ask.seat_id: ask for ask in rows(asked, SwitchRequest.participant_id)},
        moves=[offer for offer in fetch(queries.moves(program)) if offer.id not in without],
        leaving=fetch(queries.seats_left(program, on)),
        asked_over=reader.session.scalars(still_asked(program.id)).all(),
        gates=_by((gate.participant_id, gate) for gate in gates),
        availability=_by((span.participant_id, span) for span in hours),
        plans=rows(select(Plan).order_by(Plan.id), Plan.participant_id),
        apart=fetch(queries.apart_pairs(program, asking)),
        pins=rows(queries.pins(), Request.participant_id),
        payer_rules=fetch(select(PayerRule)),
        compact_regions=fetch(select(CompactRegion)),
        type_sizes={kind.code: kind.max_size for kind in fetch(select(GroupType))},
        part2_topics=frozenset(reader.session.scalars(select(Topic.code).where(Topic.part2))),
        levels={level.code: level for level in fetch(select(LevelOfCare))},
    )


def _groups_within(
    reader: _Reader, within: Collection[str] | None, known: Sequence[Group]
) -> Sequence[Group]:
    """The groups that count, by id; what is `known` is not read again."""
    if within is None:
        return reader.fetch(queries.groups(reader.program, None))
    found = {group.id: group for group in known if group.id in within}
    if missing := set(within) - found.keys():
        found |= {
            group.id: group for group in reader.fetch(queries.groups(reader.program, missing))
        }
    return [found[name] for name in sorted(found)]


def _weeks(session: Session, program: Program) -> tuple[Sequence[WeeklySpan], Sequence[str]]:
    """The meetings and the zones of all of a program."""
    meetings = [_span(*row) for row in session.execute(queries.meetings(program)).all()]
    return meetings, session.scalars(queries.zones(program)).all()


def _span(
    zone: str, weekday: int, start: int, minutes: int, since: date | None, until: date | None
) -> WeeklySpan:
    return WeeklySpan(weekday * DAY + start, minutes, zone, since, until)


def _by(rows: Iterable[tuple[str | None, _Row]]) -> Mapping[str, list[_Row]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for owner, row in rows:
        if owner is not None:
            found[owner].append(row)
    return found
