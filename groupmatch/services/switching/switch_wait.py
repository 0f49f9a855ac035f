"""From when on a seat may come free for a member who asks to switch, as far as records tell.

Only what is written down counts: an offer that lapses when nobody answers it, a last date that was
agreed. A member reads the date and nothing else. It promises nothing: others may come first.
"""

from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.records import Offer, OfferState, Plan, Request, Seat, SeatState, SwitchRequest

_DAY = timedelta(days=1)


def may_open_on(session: Session, switch: SwitchRequest) -> date | None:
    """The first local date on which a full group that would suit has a seat by the records; also
    that after the last date of the member's own group. None where they tell of none.
    """
    request, own = switch.seat.request, switch.seat.group
    today = clock.today(request.participant.program.timezone)
    groups = matching.suiting_but_full(session, request, on=today)
    dates = [
        own.ends_on and own.ends_on + _DAY,
        _after_a_last_date(session, groups),
        _after_an_offer(session, groups, request.participant.timezone),
    ]
    return min((on for on in dates if on and on > today), default=None)


def _after_a_last_date(session: Session, groups: Collection[str]) -> date | None:
    """After the first last date that was agreed for a seat, or for the plan that it belongs to."""
    query = (
        select(func.min(Seat.ends_on), func.min(Plan.ends_on))
        .select_from(Seat)
        .join(Request, Request.id == Seat.request_id)
        .outerjoin(Plan, Plan.id == Request.plan_id)
        .where(Seat.group_id.in_(groups), Seat.state != SeatState.ENDED)
    )
    agreed = session.execute(query).one()
    return min((last_on + _DAY for last_on in agreed if last_on), default=None)


def _after_an_offer(session: Session, groups: Collection[str], zone: str) -> date | None:
    """The day after the first offer lapses, if nobody answers it."""
    query = select(func.min(Offer.expires_at)).where(
        Offer.to_group_id.in_(groups), Offer.state == OfferState.OPEN
    )
    expires_at = session.scalar(query)
    return expires_at and expires_at.astimezone(ZoneInfo(zone)).date() + _DAY
