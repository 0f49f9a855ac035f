"""From when on a seat may come free for a member who asks to switch, as far as records tell.

Only what is written down counts: an offer that lapses when nobody answers it, a last date that was
agreed. A member reads the date and nothing else. It promises nothing: others may come first.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.records import (
    Group,
    Offer,
    OfferState,
    Plan,
    Request,
    Seat,
    SeatState,
    SwitchRequest,
)

_DAY = timedelta(days=1)


def may_open_on(session: Session, switch: SwitchRequest) -> date | None:
    """The first local date on which a full group that would suit has a seat by the records; also
    that after the last date of the member's own group. None where they tell of none.
    """
    request, own = switch.seat.request, switch.seat.group
    today = clock.today(request.participant.program.timezone)
    groups = matching.suiting_but_full(session, request, on=today, among=_with_a_date(switch))
    dates = [
        own.ends_on and own.ends_on + _DAY,
        _after_a_last_date(session, groups),
        _after_an_offer(session, groups, request.participant.timezone),
    ]
    return min((on for on in dates if on and on > today), default=None)


def _with_a_date(switch: SwitchRequest) -> ColumnElement[bool]:
    """The groups of which records tell a date at all; most have none."""
    seats = _last_dates(Seat.group_id).where(
        Seat.program_id == switch.program_id,
        or_(Seat.ends_on.is_not(None), Plan.ends_on.is_not(None)),
    )
    offers = select(Offer.to_group_id).where(
        Offer.program_id == switch.program_id, Offer.state == OfferState.OPEN
    )
    return Group.id.in_(seats.union(offers))


def _after_a_last_date(session: Session, groups: Collection[str]) -> date | None:
    """After the first last date that was agreed for a seat, or for the plan that it belongs to."""
    query = _last_dates(func.min(Seat.ends_on), func.min(Plan.ends_on))
    agreed = session.execute(query.where(Seat.group_id.in_(groups))).one()
    return min((last_on + _DAY for last_on in agreed if last_on), default=None)


def _last_dates(*columns: Any) -> Select[Any]:
    """Columns of the seats that are held, and of the plans that they belong to."""
    return (
        select(*columns)
        .select_from(Seat)
        .join(Request, Request.id == Seat.request_id)
        .outerjoin(Plan, Plan.id == Request.plan_id)
        .where(Seat.state != SeatState.ENDED)
    )


def _after_an_offer(session: Session, groups: Collection[str], zone: str) -> date | None:
    """The day after the first offer lapses, if nobody answers it."""
    query = select(func.min(Offer.expires_at)).where(
        Offer.to_group_id.in_(groups), Offer.state == OfferState.OPEN
    )
    expires_at = session.scalar(query)
    return expires_at and expires_at.astimezone(ZoneInfo(zone)).date() + _DAY
