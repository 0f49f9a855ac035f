"""The offers of a program as staff read them: the live ones, and what became of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from groupmatch.records import (
    LIVE_OFFERS,
    Group,
    GroupLeader,
    Offer,
    Program,
    Seat,
)
from groupmatch.services import paging
from groupmatch.services.audit.history import History, history
from groupmatch.services.drafts import draft_page
from groupmatch.services.offers import offers
from groupmatch.services.paging import Page


@dataclass(frozen=True)
class OffersList:
    """Live offers, those that end soonest first, and one page of those that are over.

    Each comes with its participant and both groups.
    """

    live: Sequence[Offer]
    over: Page[Offer]


@dataclass(frozen=True)
class OfferPage:
    """One offer, and what helps to speak with its recipient about it."""

    offer: Offer
    #: The live offers that one answer is for.
    together: Sequence[Offer]
    #: The other offers of a bundle that executes as one.
    beside: Sequence[Offer]
    #: What the codes and ids of its refusal stand for.
    names: Mapping[str, str]
    history: History

    def entry(self, offer_id: str) -> Offer:
        """The offer that an item of the refusal is about."""
        return next(each for each in (self.offer, *self.beside) if each.id == offer_id)


def offers_list(
    session: Session, program: Program, *, number: int = 1, size: int = 25
) -> OffersList:
    """The offers of a program."""
    mine = _with_groups().where(Offer.program_id == program.id)
    live = mine.where(Offer.state.in_(LIVE_OFFERS)).order_by(Offer.expires_at, Offer.id)
    over = mine.where(Offer.state.not_in(LIVE_OFFERS)).order_by(Offer.answered_at.desc(), Offer.id)
    return OffersList(session.scalars(live).all(), paging.fetch(session, over, number, size))


def offer_page(session: Session, offer: Offer) -> OfferPage:
    """Read the page of one offer."""
    return OfferPage(
        offer=offer,
        together=offers.answered_together(session, offer),
        beside=_beside(session, offer),
        names=draft_page.names(session, offer.program_id) if offer.refusal else {},
        history=history(session, {Offer.__tablename__: [offer.id]}),
    )


def _beside(session: Session, offer: Offer) -> Sequence[Offer]:
    """The other offers of its bundle, where that executes as one."""
    executes_as_one = offer.seat_id is None or offer.from_seat_id is not None
    if offer.bundle_id is None or not executes_as_one:
        return ()
    query = _with_groups().where(
        Offer.bundle_id == offer.bundle_id,
        Offer.id != offer.id,
        Offer.from_seat_id.is_not(None) | Offer.seat_id.is_(None),
    )
    return session.scalars(query.order_by(Offer.id)).all()


def _with_groups() -> Select[Offer]:
    group = joinedload(Offer.to_group)
    return select(Offer).options(
        joinedload(Offer.participant),
        joinedload(Offer.from_seat).joinedload(Seat.group),
        group.selectinload(Group.meetings),
        group.selectinload(Group.leaders).joinedload(GroupLeader.therapist),
    )
