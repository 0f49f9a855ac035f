"""The present state of one program, read in a fixed number of queries.

Everything the compile step knows comes from here, so that a run sees one state, and a question
about one person is answered from the same state by the same code.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar, TypeVarTuple

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

from groupmatch.matching import snapshot_queries as queries
from groupmatch.matching.company import Alike
from groupmatch.matching.licensure import HeldLicense
from groupmatch.records import (
    ApartPair,
    Availability,
    CompactRegion,
    Gate,
    Group,
    LevelOfCare,
    Offer,
    PayerRule,
    Pin,
    Plan,
    Program,
    Request,
    Seat,
    SwitchRequest,
    still_asked,
)

_Row = TypeVar("_Row")
_Columns = TypeVarTuple("_Columns")
#: What the session has loaded before is loaded anew.
_FRESH = {"populate_existing": True}


@dataclass(frozen=True)
class Snapshot:
    """People with an open request or a held seat, all groups that have not ended, and the rules."""

    program: Program
    groups: Sequence[Group]
    requests: Sequence[Request]
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
    """Fetches what concerns a program, or some groups of it."""

    session: Session
    program: Program
    within: Collection[str] | None

    def fetch(self, query: Select[_Row], people: Collection[str] = ()) -> Sequence[_Row]:
        """Everything that a query finds, as the database holds it now: what the session has loaded
        before may be older.
        """
        found = self.session.scalars(query, self._given(people), execution_options=_FRESH)
        return found.unique().all()

    def columns(self, query: Select[*_Columns]) -> Sequence[Row[*_Columns]]:
        """The same for single columns."""
        return self.session.execute(query, self._given()).all()

    def _given(self, people: Collection[str] = ()) -> dict[str, object]:
        return {"program_id": self.program.id, "people": people, "within": self.within}

    def owned(self, people: Collection[str] | None, what: queries.Owned[_Row]) -> Sequence[_Row]:
        """What some participants own, or all of them."""
        return self.fetch(what.of_all) if people is None else self.fetch(what.of_some, people)


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
    reader = _Reader(session, program, within)
    asking = only if asking is None else asking
    fetch, columns = reader.fetch, reader.columns
    owned, of_asking = partial(reader.owned, only), partial(reader.owned, asking)
    whole = within is None
    held = owned(queries.HELD)
    seats = [seat for seat in held if within is None or seat.group_id in within]
    aside = {seat.request_id for seat in held} - {seat.request_id for seat in seats}
    licenses = columns(queries.LICENSES if whole else queries.LICENSES_WITHIN)
    apart = fetch(queries.APART) if asking is None else fetch(queries.APART_OF, asking)
    return Snapshot(
        program=program,
        groups=fetch(queries.GROUPS if whole else queries.GROUPS_WITHIN),
        requests=[each for each in owned(queries.REQUESTS) if each.id not in aside],
        counted=counted or {},
        seats={seat.request_id: seat for seat in seats if seat.id not in without},
        switches={ask.seat_id: ask for ask in of_asking(queries.SWITCHES)},
        moves=[offer for offer in fetch(queries.MOVES) if offer.id not in without],
        leaving=fetch(queries.seats_left(on)),
        asked_over=session.scalars(still_asked(program.id)).all(),
        gates=_by((gate.participant_id, gate) for gate in of_asking(queries.GATES)),
        availability=_by((span.participant_id, span) for span in of_asking(queries.HOURS)),
        plans=of_asking(queries.PLANS),
        apart=apart,
        pins=of_asking(queries.PINS),
        payer_rules=fetch(queries.PAYER_RULES),
        licenses=_by((row[0], HeldLicense(*row[1:])) for row in licenses),
        compact_regions=fetch(queries.COMPACT_REGIONS),
        type_sizes=dict(columns(queries.TYPE_SIZES)),
        part2_topics=frozenset(code for (code,) in columns(queries.PART2_TOPICS)),
        levels={level.code: level for level in fetch(queries.LEVELS)},
    )


def _by(rows: Iterable[tuple[str | None, _Row]]) -> Mapping[str, list[_Row]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for owner, row in rows:
        if owner is not None:
            found[owner].append(row)
    return found
