"""Placing by hand: a person gives a seat, and is told first what speaks against it.

The rules are those of the night, from the same compiled code. What the participant asked for, and
what the program would rather not do, a person may override who knows better, point by point and
with a reason. Binding is what is not theirs to decide here: room in the group, being in one place
at a time, a protective order, recorded consent and level of care, and whom the group admits by
license, age band or household. Where such a record is wrong, the record is to be mended.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    MEETING_STATES,
    ApartPair,
    GateKind,
    Group,
    Participant,
    Request,
    RequestStatus,
    Seat,
    still_comes,
)
from groupmatch.services import locks
from groupmatch.services.audit import audit
from groupmatch.services.seats import seats
from groupmatch.services.seats.handover import Change, Handover, handover
from groupmatch.services.sessions.session_calendar import session_calendar

_BINDING = {
    "capacity",
    "current_group",
    "discharged",
    "group_requires",
    "one_place",
    "over_full",
    GateKind.CONSENT,
    GateKind.LEVEL_OF_CARE,
    GateKind.LOCATION,
    GateKind.PART2_CONSENT,
    "age_band",
}
_BINDING_KIND = "protective_order"


@dataclass(frozen=True)
class SeatWarning:
    """One thing that speaks against a seat. For staff only: it may tell of another person."""

    #: A gate's code, a rule of the specification, or `not_running`, `no_session_left`,
    #: `not_meeting` (not within the program's horizon) or `request_over`.
    code: str
    binding: bool
    detail: str = ""
    #: The participant who must not be met, for `keep_apart`.
    other_id: str | None = None

    @property
    def key(self) -> str:
        """What a confirmation names, so that a changed fact has to be confirmed anew."""
        return "|".join([self.code, self.detail, self.other_id or ""])


def warnings_of(session: Session, request: Request, group: Group) -> list[SeatWarning]:
    """Everything that speaks against a seat of a request in a group, the binding first."""
    found = [
        *_of_records(session, request, group),
        *_of_rules(session, request, group),
        *_of_pairs(session, request.participant, group),
    ]
    return sorted(found, key=lambda warning: not warning.binding)


def dates_of(session: Session, request: Request, group: Group) -> Handover | None:
    """When the seat would begin, and the present one end; None when no session is left."""
    try:
        return _dates(session, request, group, None)
    except Conflict:
        return None


def place_by_hand(
    session: Session,
    request: Request,
    group: Group,
    *,
    by: str,
    reason: str,
    despite: Collection[str] = (),
    starts_on: date | None = None,
) -> Seat:
    """Give a request a seat, or move it from the one that it holds, on a person's word.

    `despite` holds the keys of the warnings that the person confirmed. Where no date is given, the
    seat begins with the group's next session, or as `handover` says after a seat elsewhere. Raises
    Refused `reason_missing` or `first_day_past`, and Conflict `seat_impossible` or
    `warnings_unconfirmed` with the warnings in question.
    """
    today = clock.today(group.timezone)
    if not reason.strip():
        raise Refused("reason_missing")
    if starts_on and starts_on < today:
        raise Refused("first_day_past", today=today)
    locks.hold_program(session, request.program_id)
    locks.hold_groups(session, [group.id])
    locks.hold(session, request)
    warnings = warnings_of(session, request, group)
    _refuse(warnings, despite)
    seat = _seat(session, request, group, starts_on, by=by)
    audit.record(
        session,
        "seat.placed_by_hand",
        seat,
        by=by,
        after={"despite": [warning.code for warning in warnings]},
        reason=reason.strip(),
    )
    return seat


def _refuse(warnings: Collection[SeatWarning], despite: Collection[str]) -> None:
    binding = [warning for warning in warnings if warning.binding]
    if binding:
        raise Conflict("seat_impossible", warnings=binding)
    unconfirmed = [warning for warning in warnings if warning.key not in despite]
    if unconfirmed:
        raise Conflict("warnings_unconfirmed", warnings=unconfirmed)


def _seat(
    session: Session, request: Request, group: Group, starts_on: date | None, *, by: str
) -> Seat:
    held = seats.seat_of(session, request)
    dates = _dates(session, request, group, starts_on)
    if held:
        return seats.move(
            session, held, group, last_on=dates.last_on, starts_on=dates.starts_on, by=by
        )
    return seats.take(session, request, group, starts_on=dates.starts_on, by=by)


def _dates(session: Session, request: Request, group: Group, starts_on: date | None) -> Handover:
    change = Change(seats.seat_of(session, request), group, request.needed_from)
    return handover(session_calendar(session, change.groups), change, starts_on)


def _of_records(session: Session, request: Request, group: Group) -> list[SeatWarning]:
    found = []
    if request.status != RequestStatus.OPEN:
        found.append(SeatWarning("request_over", binding=True))
    if group.status not in MEETING_STATES:
        found.append(SeatWarning("not_running", binding=True))
    elif seats.begins_on(session, request, group) is None:
        found.append(SeatWarning("no_session_left", binding=True))
    return found


def _of_rules(session: Session, request: Request, group: Group) -> list[SeatWarning]:
    fits = matching.fit(session, request, group, on=clock.today(group.program.timezone))
    found = [SeatWarning(gate, gate in _BINDING) for gate in fits.gates]
    if not fits.groups:
        found.append(SeatWarning("not_meeting", binding=True))
    return found + [
        SeatWarning(rule, rule in _BINDING, detail)
        for fit in fits.groups
        for rule, detail in fit.broken
        # Pairs are told with their kind, which the rule does not know.
        if rule != "keep_apart"
    ]


def _of_pairs(session: Session, participant: Participant, group: Group) -> list[SeatWarning]:
    mine = participant.id
    members = select(Seat.participant_id).where(
        Seat.group_id == group.id, still_comes(clock.today(group.timezone))
    )
    query = select(ApartPair).where(
        ApartPair.lifted_at.is_(None),
        or_(
            (ApartPair.first_id == mine) & ApartPair.second_id.in_(members),
            (ApartPair.second_id == mine) & ApartPair.first_id.in_(members),
        ),
    )
    return [
        SeatWarning(
            "keep_apart",
            binding=pair.kind == _BINDING_KIND,
            detail=pair.kind,
            other_id=pair.second_id if pair.first_id == mine else pair.first_id,
        )
        for pair in session.scalars(query.order_by(ApartPair.id))
    ]
