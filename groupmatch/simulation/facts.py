"""What a look at the database tells, so that two looks can be compared."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
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

    def coming(self, on: date) -> Counter[str]:
        """Group → members who come on a date."""
        return Counter(seat.group for seat in self.seats.values() if seat.comes(on))


def look(session: Session) -> Facts:
    """Read all facts."""
    flagged = select(Participant.id).where(Participant.safety_flag_since.is_not(None))
    acts = select(AuditEntry.act, func.count()).group_by(AuditEntry.act)
    return Facts(
        seats={seat.id: _seat(seat) for seat in session.scalars(select(Seat))},
        groups={
            group.id: GroupFacts(group.max_size - group.held_seats, group.status, group.ends_on)
            for group in session.scalars(select(Group))
        },
        flagged=frozenset(session.scalars(flagged)),
        ids={kept.__tablename__: frozenset(session.scalars(select(kept.id))) for kept in _KEPT},
        acts=Counter(dict(session.execute(acts).all())),
    )


def _seat(seat: Seat) -> SeatFacts:
    return SeatFacts(
        request=seat.request_id,
        participant=seat.participant_id,
        group=seat.group_id,
        state=seat.state,
        starts_on=seat.starts_on,
        ends_on=seat.ends_on,
        end_reason=seat.end_reason,
        entry=seat.entry_id,
    )
