"""The present state of one program, read in a fixed number of queries.

Everything the compile step knows comes from here, so that a run sees one state, and a question
about one person is answered from the same state by the same code.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from groupmatch.matching import snapshot_queries as queries
from groupmatch.matching.company import Alike
from groupmatch.matching.licensure import HeldLicense
from groupmatch.matching.timeline import DAY, WeeklySpan
from groupmatch.records import (
    OPEN_SWITCHES,
    ApartPair,
    Availability,
    CompactRegion,
    Gate,
    Group,
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
    #: Of a part of the program, the members of groups who are not among the requests.
    counted: Mapping[str, Mapping[Alike, int]]
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
    #: Therapist → their licenses.
    licenses: Mapping[str, Sequence[HeldLicense]]
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
    counted: Mapping[str, Mapping[Alike, int]] | None = None,
) -> Snapshot:
    """Read a program on a local date; with `only`, these participants alone, but all groups.

    `without` holds ids of seats and offers that count as never made. With `within`, these groups
    alone count: what people hold elsewhere is left aside, the need as well as the seat. With
    `asking`, the others only sit where they sit: nothing else of theirs is read, such as hours and
    plans. Further members of the groups are only `counted`, by group.
    """
    reader = _Reader(session, program)
    asking = only if asking is None else asking
    fetch, rows, of_asking = reader.fetch, partial(reader.rows, only), partial(reader.rows, asking)
    meetings, zones = _weeks(session, program) if within is not None else ([], [])
    held = rows(select(Seat).where(Seat.state != SeatState.ENDED), Seat.participant_id)
    seats = [seat for seat in held if within is None or seat.group_id in within]
    aside = {seat.request_id for seat in held} - {seat.request_id for seat in seats}
    requests = rows(queries.requests(), Request.participant_id)
    hours = of_asking(select(Availability), Availability.participant_id)
    gates = of_asking(select(Gate), Gate.participant_id)
    asked = select(SwitchRequest).where(SwitchRequest.state.in_(OPEN_SWITCHES))
    licenses = session.execute(queries.licenses(program, within))
    switches = of_asking(asked, SwitchRequest.participant_id)
    return Snapshot(
        program=program,
        groups=fetch(queries.groups(program, within)),
        requests=[request for request in requests if request.id not in aside],
        meetings=meetings,
        zones=zones,
        counted=counted or {},
        seats={seat.request_id: seat for seat in seats if seat.id not in without},
        switches={ask.seat_id: ask for ask in switches},
        moves=[offer for offer in fetch(queries.moves(program)) if offer.id not in without],
        leaving=fetch(queries.seats_left(program, on)),
        asked_over=session.scalars(still_asked(program.id)).all(),
        gates=_by((gate.participant_id, gate) for gate in gates),
        availability=_by((span.participant_id, span) for span in hours),
        plans=of_asking(select(Plan).order_by(Plan.id), Plan.participant_id),
        apart=fetch(queries.apart_pairs(program, asking)),
        pins=of_asking(queries.pins(), Request.participant_id),
        payer_rules=fetch(queries.PAYER_RULES),
        licenses=_by((row[0], HeldLicense(*row[1:])) for row in licenses),
        compact_regions=fetch(queries.COMPACT_REGIONS),
        type_sizes=dict(session.execute(queries.TYPE_SIZES).all()),
        part2_topics=frozenset(session.scalars(queries.PART2_TOPICS)),
        levels={level.code: level for level in fetch(queries.LEVELS)},
    )


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
