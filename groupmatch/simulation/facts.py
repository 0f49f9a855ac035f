"""What a look at the database tells, so that two looks can be compared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from groupmatch.records import (
    NEVER_BEGUN,
    AuditEntry,
    EndReason,
    Group,
    GroupStatus,
    JobRun,
    Offer,
    Participant,
    Plan,
    Request,
    Run,
    Seat,
    SeatState,
    SwitchRequest,
)

#: What is never deleted.
_KEPT = (Participant, Request, Group, SwitchRequest, Offer, Run, JobRun)


@dataclass(frozen=True)
class SeatFacts:
    """One seat as it stands."""

    request: str
    participant: str
    group: str
    state: SeatState
    starts_on: date
    ends_on: date | None
    end_reason: EndReason | None
    entry: str | None
    #: Of a held seat, the last date that was agreed ahead, for it or for its plan.
    agreed_until: date | None

    @property
    def held(self) -> bool:
        """Whether it has not ended, nor is going to."""
        return self.state != SeatState.ENDED

    def comes(self, on: date) -> bool:
        """Whether its member takes room on a date. Somebody who changes still comes for a while."""
        if on < self.starts_on or self.end_reason in NEVER_BEGUN:
            return False
        return self.ends_on is None or on <= self.ends_on


@dataclass(frozen=True)
class GroupFacts:
    """One group as it stands."""

    #: Seats that members and newcomers may hold.
    room: int
    status: GroupStatus
    ends_on: date | None


@dataclass(frozen=True)
class Facts:
    """One look."""

    seats: Mapping[str, SeatFacts]
    groups: Mapping[str, GroupFacts]
    flagged: frozenset[str]
    ids: Mapping[str, frozenset[str]]
    #: How many entries of the audit log each act has.
    acts: Counter[str]

    def coming(self, days: Sequence[date]) -> list[Counter[str]]:
        """For each of some days in order: group → members who come."""
        first = days[0]
        present = [s for s in self.seats.values() if s.ends_on is None or s.ends_on >= first]
        return [Counter(seat.group for seat in present if seat.comes(on)) for on in days]


def look(session: Session) -> Facts:
    """Read all facts."""
    flagged = select(Participant.id).where(Participant.safety_flag_since.is_not(None))
    acts = select(AuditEntry.act, func.count()).group_by(AuditEntry.act)
    groups = select(Group.id, Group.max_size, Group.held_seats, Group.status, Group.ends_on)
    return Facts(
        seats=_seats(session),
        groups={
            name: GroupFacts(largest - held, status, ends_on)
            for name, largest, held, status, ends_on in session.execute(groups)
        },
        flagged=frozenset(session.scalars(flagged)),
        ids=_ids(session),
        acts=Counter(dict(session.execute(acts).all())),
    )


def _ids(session: Session) -> dict[str, frozenset[str]]:
    tables = {kept.__tablename__: kept.id for kept in _KEPT}
    rows = union_all(*(select(literal(table), key) for table, key in tables.items()))
    ids: dict[str, set[str]] = {table: set() for table in tables}
    for table, key in session.execute(rows):
        ids[table].add(key)
    return {table: frozenset(found) for table, found in ids.items()}


def _seats(session: Session) -> dict[str, SeatFacts]:
    # By columns: a year of looks at thousands of records would take an hour.
    query = (
        select(
            Seat.id,
            Seat.request_id,
            Seat.participant_id,
            Seat.group_id,
            Seat.state,
            Seat.starts_on,
            Seat.ends_on,
            Seat.end_reason,
            Seat.entry_id,
            Plan.ends_on.label("plan_ends_on"),
        )
        .join(Request, Request.id == Seat.request_id)
        .outerjoin(Plan, Plan.id == Request.plan_id)
    )
    return {
        row.id: SeatFacts(
            request=row.request_id,
            participant=row.participant_id,
            group=row.group_id,
            state=row.state,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            end_reason=row.end_reason,
            entry=row.entry_id,
            agreed_until=_agreed(row.state, row.ends_on, row.plan_ends_on),
        )
        for row in session.execute(query)
    }


def _agreed(state: SeatState, ends_on: date | None, plan_ends_on: date | None) -> date | None:
    if state == SeatState.ENDED:
        return None
    return min((each for each in (ends_on, plan_ends_on) if each), default=None)
