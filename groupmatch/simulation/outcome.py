"""What came of a simulated year, worked out from what its database holds at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch.records import (
    NEVER_BEGUN,
    AuditEntry,
    EndReason,
    Offer,
    OfferState,
    Participant,
    ParticipantStatus,
    Seat,
    SeatState,
    SwitchRequest,
    SwitchState,
)
from groupmatch.simulation.intensive_weeks import IntensiveWeeks, intensive_weeks
from groupmatch.simulation.world import World

#: Those who came at least so long before the end could have had a seat within it.
_SOON = timedelta(days=28)


@dataclass(frozen=True)
class Comers:
    """Those who came in the year with a new need."""

    came: int
    #: Days from the ask to the first session, of those who had one, in order.
    days_to_seat: Sequence[int]
    #: Of those who came four weeks before the end or earlier, the share seated within four weeks.
    soon_share: float
    gave_up: int

    @property
    def seated(self) -> int:
        """How many had a first session agreed."""
        return len(self.days_to_seat)

    @property
    def waiting(self) -> int:
        """How many wait at the end."""
        return self.came - self.seated - self.gave_up


@dataclass(frozen=True)
class Outcome:
    """One year in figures; each counts what really stands in the database."""

    comers: Comers
    #: People who had a seat in the year.
    members: int
    switched: int
    #: Moved without having asked.
    moved: int
    offers: int
    accepted: int
    declined: int
    lapsed: int
    #: Taken back, mostly because somebody else in the bundle refused.
    withdrawn: int
    asked_to_switch: int
    opened: int
    intensive: IntensiveWeeks


def outcome(world: World, session: Session, dates: Sequence[date]) -> Outcome:
    """The figures of the program over all simulated dates."""
    first, last = dates[0], dates[-1]
    offers = dict(
        session.execute(
            select(Offer.state, func.count())
            .where(Offer.program_id == world.program_id)
            .group_by(Offer.state)
        ).all()
    )
    return Outcome(
        comers=_comers(session, last),
        members=session.scalar(select(func.count(Seat.participant_id.distinct()))) or 0,
        switched=_ended(session, EndReason.SWITCHED),
        moved=_ended(session, EndReason.MOVED),
        offers=sum(offers.values()),
        accepted=offers.get(OfferState.ACCEPTED, 0),
        declined=offers.get(OfferState.DECLINED, 0),
        lapsed=offers.get(OfferState.LAPSED, 0),
        withdrawn=offers.get(OfferState.WITHDRAWN, 0),
        asked_to_switch=_asked(session),
        opened=_acts(session, "group.opened") - _acts(session, "group.proposed_again"),
        intensive=intensive_weeks(session, first, last),
    )


def _comers(session: Session, last: date) -> Comers:
    begun = (
        select(Seat.participant_id, func.min(Seat.starts_on).label("starts_on"))
        .where(
            Seat.state != SeatState.OFFERED,
            func.coalesce(Seat.end_reason.not_in(NEVER_BEGUN), True),
        )
        .group_by(Seat.participant_id)
        .subquery()
    )
    query = (
        select(Participant.created_at, begun.c.starts_on, Participant.status)
        .outerjoin(begun, begun.c.participant_id == Participant.id)
        # Those of before the year have no key of their own.
        .where(Participant.external_id.is_not(None))
    )
    rows = [
        (came.date(), (starts - came.date()).days if starts else None, status)
        for came, starts, status in session.execute(query)
    ]
    early = [days for came, days, _ in rows if came <= last - _SOON]
    return Comers(
        came=len(rows),
        days_to_seat=sorted(days for _, days, _ in rows if days is not None),
        soon_share=_share(sum(d is not None and d <= _SOON.days for d in early), len(early)),
        gave_up=sum(
            days is None and status == ParticipantStatus.DISCHARGED for _, days, status in rows
        ),
    )


def _ended(session: Session, reason: EndReason) -> int:
    return session.scalar(select(func.count()).where(Seat.end_reason == reason)) or 0


def _asked(session: Session) -> int:
    asked = select(func.count()).where(SwitchRequest.state != SwitchState.WITHDRAWN)
    return session.scalar(asked) or 0


def _acts(session: Session, act: str) -> int:
    return session.scalar(select(func.count()).where(AuditEntry.act == act)) or 0


def _share(some: int, every: int) -> float:
    return some / every if every else 0.0
