"""What people say to the seats that are offered to them: yes, no, or nothing."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from groupmatch.records import DeclineReason, Offer, OfferState, Participant, Request
from groupmatch.services.offers import offers
from groupmatch.simulation.world import World, key_of


@dataclass(frozen=True)
class _Asked:
    """One open offer, or those of a plan, which are answered together."""

    offer: str
    key: str
    #: How many offers this need had before.
    before: int


def answer(world: World) -> None:
    """Everybody who answers at all answers today."""
    for asked in world.read(_open):
        luck = world.chance.draw(asked.key, "answers", asked.before)
        lapsed = world.assumed.lapsed_share
        if luck < lapsed:
            continue
        declines = luck < lapsed + world.assumed.declined_share
        word = _decline if declines else _accept
        world.act(word, asked)


def need_is_over(world: World, key: str, offers_before: int) -> bool:
    """Whether somebody who did not take an offer needs no seat any more."""
    return world.chance.happens(world.assumed.need_over_share, key, "need over", offers_before)


def _open(world: World, session: Session) -> list[_Asked]:
    earlier = aliased(Offer)
    before = (
        select(func.count())
        .where(earlier.request_id == Offer.request_id, earlier.made_at < Offer.made_at)
        .scalar_subquery()
    )
    query = (
        select(Offer, Request, before)
        .join(Request, Request.id == Offer.request_id)
        .where(Offer.program_id == world.program_id, Offer.state == OfferState.OPEN)
        .order_by(Offer.made_at, Request.created_at, Request.id)
    )
    found: dict[str, _Asked] = {}
    for offer, request, count in session.execute(query):
        found.setdefault(request.plan_id or offer.id, _Asked(offer.id, key_of(request), count))
    return list(found.values())


def _accept(world: World, session: Session, asked: _Asked) -> None:
    offer = session.get_one(Offer, asked.offer)
    if offer.state == OfferState.OPEN and not _flagged(session, offer):
        world.tally[f"answered: {offers.accept(session, offer, by=None)}"] += 1


def _decline(world: World, session: Session, asked: _Asked) -> None:
    offer = session.get_one(Offer, asked.offer)
    if offer.state != OfferState.OPEN:
        return
    over = need_is_over(world, asked.key, asked.before)
    reason = DeclineReason.NEED_OVER if over else DeclineReason.TIME
    offers.decline(session, offer, reason=reason, by=None)


def _flagged(session: Session, offer: Offer) -> bool:
    return session.get_one(Participant, offer.participant_id).safety_flag_since is not None
