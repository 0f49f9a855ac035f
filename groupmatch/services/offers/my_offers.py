"""What participants see of the seats that are offered to them.

Nothing here tells of another member, nor that an answer waits for somebody else's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from groupmatch import clock
from groupmatch.records import (
    LIVE_OFFERS,
    Group,
    GroupKind,
    GroupLeader,
    Offer,
    OfferState,
    Participant,
    Seat,
)
from groupmatch.services.groups.leading import Leader, leaders_from
from groupmatch.services.hours import local_time
from groupmatch.services.hours.local_time import LocalMeeting
from groupmatch.services.offers import offers
from groupmatch.services.offers.offer_dates import dates_of

#: How long the home page tells of an offer that is over.
_TOLD = timedelta(days=3)


@dataclass(frozen=True)
class OfferedSeat:
    """One seat: what, when on the participant's clock, with whom, from when on."""

    topic: str
    kind: GroupKind
    leaders: tuple[Leader, ...]
    meetings: tuple[LocalMeeting, ...]
    #: The hours after the next change of clocks that moves them; empty when none does.
    later: tuple[LocalMeeting, ...]
    timezone: str
    starts_on: date | None
    #: What and when they would leave for it.
    leaves: str | None
    left_meetings: tuple[LocalMeeting, ...]


@dataclass(frozen=True)
class MyOffer:
    """What one answer is for: one seat, or all those of a plan."""

    id: str
    state: OfferState
    expires_at: datetime
    #: Whole hours that are left to answer.
    hours_left: int
    seats: tuple[OfferedSeat, ...]

    @property
    def open(self) -> bool:
        """Whether it can be answered."""
        return self.state == OfferState.OPEN and self.expires_at > clock.now()


def my_offer(session: Session, offer: Offer) -> MyOffer:
    """One offer as its participant sees it, with those that share its answer."""
    together = offers.answered_together(session, offer) or [offer]
    return MyOffer(
        id=offer.id,
        state=offer.state,
        expires_at=offer.expires_at,
        hours_left=max(0, (offer.expires_at - clock.now()) // timedelta(hours=1)),
        seats=tuple(_offered_seat(session, each) for each in together),
    )


def my_offers(session: Session, participant: Participant) -> list[MyOffer]:
    """A participant's live offers, those to be answered soonest first, and what is just over."""
    over = Offer.state.in_([OfferState.LAPSED, OfferState.WITHDRAWN])
    lately = over & (Offer.answered_at > clock.now() - _TOLD)
    found = session.scalars(
        _with_groups()
        .where(Offer.participant_id == participant.id, Offer.state.in_(LIVE_OFFERS) | lately)
        .order_by(Offer.expires_at, Offer.id)
    ).all()
    return [my_offer(session, offer) for offer in _one_a_plan(found)]


def _one_a_plan(found: Sequence[Offer]) -> list[Offer]:
    """The first of those that are answered together."""
    first: dict[tuple[str, str | None, OfferState], Offer] = {}
    for offer in found:
        first.setdefault(
            (offer.request.plan_id or offer.request_id, offer.bundle_id, offer.state), offer
        )
    return list(first.values())


def _with_groups() -> Select[Offer]:
    group = selectinload(Offer.to_group)
    return select(Offer).options(
        selectinload(Offer.request),
        selectinload(Offer.participant),
        selectinload(Offer.seat),
        selectinload(Offer.from_seat).selectinload(Seat.group).selectinload(Group.topic),
        group.selectinload(Group.topic),
        group.selectinload(Group.meetings),
        group.selectinload(Group.leaders).selectinload(GroupLeader.therapist),
    )


def _offered_seat(session: Session, offer: Offer) -> OfferedSeat:
    group, zone = offer.to_group, offer.participant.timezone
    today = clock.today(group.timezone)
    former = offer.from_seat.group if offer.from_seat else None
    dates = dates_of(session, offer)
    return OfferedSeat(
        topic=group.topic.name,
        kind=group.kind,
        leaders=leaders_from(group, today),
        meetings=tuple(local_time.meeting_times(group, zone, today)),
        later=tuple(local_time.changed_times(group, zone, today)),
        timezone=group.timezone,
        starts_on=dates.starts_on if dates else None,
        leaves=former.topic.name if former else None,
        left_meetings=tuple(local_time.meeting_times(former, zone, today)) if former else (),
    )
