"""Requests: ask for a seat, or for a week of several that belong together; change; close."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Json, new_id
from groupmatch.errors import Conflict, Refused
from groupmatch.matching.policy import policy
from groupmatch.records import (
    LevelOfCare,
    Participant,
    Plan,
    Request,
    RequestStatus,
    Seat,
    SeatState,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit, changes
from groupmatch.services.offers import open_offers
from groupmatch.services.requests import request_wish
from groupmatch.services.requests.request_wish import RequestWish, wish_of

__all__ = [
    "BOUNDS",
    "RequestWish",
    "add_plan",
    "add_request",
    "begin_plan",
    "close_request",
    "edit_plan",
    "edit_request",
    "wish_of",
]

BOUNDS = ("min_minutes", "max_minutes", "min_days", "max_minutes_per_day")


def add_request(
    session: Session,
    participant: Participant,
    *,
    topics: Sequence[str],
    level_code: str,
    by: str | None,
    urgency: str | None = None,
    waiting_since: date | None = None,
    plan: Plan | None = None,
    needed_from: date | None = None,
    **wish: Any,
) -> Request:
    """Ask for one seat, or for one more of a plan; `wish` are further fields of RequestWish.

    Waits since today, routinely, where nothing else is said; `needed_from` is the local date from
    which a seat is reserved ahead. Raises Refused `topics_missing`,
    `unknown_topic`, `unknown_level`, `unknown_urgency`, `unknown_therapist` or `unknown_group`.
    """
    asked = RequestWish(topics, **wish)
    urgency = urgency or policy().usual.code
    _refuse_unknown(session, level_code, urgency)
    return _add(
        session,
        participant,
        asked,
        level_code,
        urgency,
        waiting_since,
        plan,
        needed_from=needed_from,
        by=by,
    )


def add_plan(
    session: Session,
    participant: Participant,
    *,
    level_code: str,
    requests: Sequence[RequestWish],
    by: str | None,
    urgency: str | None = None,
    waiting_since: date | None = None,
    external_id: str | None = None,
    **bounds: int | None,
) -> Plan:
    """Ask for several seats that are served together or not at all.

    `bounds` are of BOUNDS, minutes and days a week; the level of care's hold where none is given.
    Raises as `add_request` does, and Refused `plan_empty`.
    """
    urgency = urgency or policy().usual.code
    _refuse_unknown(session, level_code, urgency)
    if not requests:
        raise Refused("plan_empty")
    plan = begin_plan(
        session, participant, level_code=level_code, external_id=external_id, by=by, **bounds
    )
    for wish in requests:
        _add(session, participant, wish, level_code, urgency, waiting_since, plan, by=by)
    return plan


def begin_plan(
    session: Session,
    participant: Participant,
    *,
    level_code: str,
    by: str | None,
    external_id: str | None = None,
    **bounds: int | None,
) -> Plan:
    """Begin a plan whose requests follow. Raises Refused `unknown_level`."""
    _refuse_unknown(session, level_code, policy().usual.code)
    plan = Plan(
        id=new_id(),
        program_id=participant.program_id,
        external_id=external_id,
        participant_id=participant.id,
        level_code=level_code,
        created_at=clock.now(),
        **bounds,
    )
    session.add(plan)
    audit.record(session, "plan.added", plan, by=by, after={"level": level_code, **bounds})
    return plan


def edit_plan(session: Session, plan: Plan, *, by: str | None, **bounds: int | None) -> bool:
    """Change a plan's weekly BOUNDS; None takes the level of care's."""
    return changes.apply(session, plan, bounds, editable=BOUNDS, act="plan.edited", by=by)


def edit_request(
    session: Session,
    request: Request,
    wish: RequestWish,
    *,
    by: str | None,
    urgency: str | None = None,
    waiting_since: date | None = None,
) -> bool:
    """Change what would serve a request; False when nothing differed. Its seat, if any, stays.

    Raises Conflict `request_over`, and Refused as `add_request` does.
    """
    if request.status == RequestStatus.CLOSED:
        raise Conflict("request_over")
    urgency, since = urgency or request.urgency, waiting_since or request.waiting_since
    _refuse_unknown(session, request.level_code, urgency)
    request_wish.refuse_unknown(session, request.program_id, wish)
    former = wish_of(request)
    before = _facts(request, former)
    request.urgency, request.waiting_since = urgency, since
    request.kind, request.requires = wish.kind, wish.requires
    request_wish.replace(session, request, former, wish)
    after = _facts(request, wish)
    if after == before:
        return False
    request.touch()
    audit.record(session, "request.edited", request, by=by, before=before, after=after)
    return True


def need_from(
    session: Session, request: Request, needed_from: date | None, *, by: str | None
) -> bool:
    """Set from which local date on a seat is needed; None for as soon as may be."""
    return changes.apply(
        session,
        request,
        {"needed_from": needed_from},
        editable=("needed_from",),
        act="request.edited",
        by=by,
    )


def close_request(session: Session, request: Request, *, by: str | None, reason: str) -> None:
    """The need is over, or somebody withdrew it.

    Raises Conflict `request_over`, and Conflict `request_seated` where a seat has to end first.
    """
    locks.hold_program(session, request.program_id)
    locks.hold(session, request)
    if request.status == RequestStatus.CLOSED:
        raise Conflict("request_over")
    held = select(Seat.id).where(Seat.request_id == request.id, Seat.state != SeatState.ENDED)
    if session.scalar(held):
        raise Conflict("request_seated")
    open_offers.end_with_request(session, request, by=by)
    request.status, request.closed_at = RequestStatus.CLOSED, clock.now()
    after = {"status": request.status}
    audit.record(session, "request.closed", request, by=by, after=after, reason=reason)


def _add(
    session: Session,
    participant: Participant,
    wish: RequestWish,
    level_code: str,
    urgency: str,
    waiting_since: date | None,
    plan: Plan | None,
    *,
    by: str | None,
    needed_from: date | None = None,
) -> Request:
    request_wish.refuse_unknown(session, participant.program_id, wish)
    request = Request(
        id=new_id(),
        program_id=participant.program_id,
        external_id=wish.external_id,
        participant_id=participant.id,
        plan_id=plan.id if plan else None,
        level_code=level_code,
        kind=wish.kind,
        urgency=urgency,
        waiting_since=waiting_since or clock.today(participant.timezone),
        needed_from=needed_from,
        requires=wish.requires,
        created_at=clock.now(),
    )
    session.add(request)
    request_wish.write(request, wish)
    audit.record(session, "request.added", request, by=by, after=_facts(request, wish))
    return request


def _facts(request: Request, wish: RequestWish) -> Json:
    return {
        "participant": request.participant_id,
        "plan": request.plan_id,
        "level": request.level_code,
        "urgency": request.urgency,
        "waiting_since": request.waiting_since.isoformat(),
        **({"needed_from": request.needed_from.isoformat()} if request.needed_from else {}),
        **wish.facts(),
    }


def _refuse_unknown(session: Session, level_code: str, urgency: str) -> None:
    if session.get(LevelOfCare, level_code) is None:
        raise Refused("unknown_level", level=level_code)
    if urgency not in policy().urgencies:
        raise Refused("unknown_urgency", urgency=urgency)
